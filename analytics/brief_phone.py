"""The brief as one page of text for a phone."""

from __future__ import annotations

from typing import Any

from analytics.brief_layout import numeral

FIGURES, GROUPS, ADVICE = 6, 3, 4


def phone_text(content: dict[str, Any]) -> str:
    """Return at most about forty short lines."""
    parts = content["parts"]
    lines = [f"【{content['title']}】{content['number']}", content["span"], ""]
    lines += content["summary"]
    lines += ["", "▍主要指标"]
    for one in content["figures"][:FIGURES]:
        change = "" if one["change"] == "—" else f"，{one['change']}"
        mark = "（未达标）" if one["missed"] else ""
        lines.append(f"{one['name']} {one['text']}{change}{mark}")
    groups = parts["groups"]["rows"][:GROUPS]
    if groups:
        lines += ["", "▍集中诉求"]
        for at, one in enumerate(groups, 1):
            back = f"，办结后又反映 {one['recurred']} 件" if one["recurred"] else ""
            lines.append(f"{at}. {one['title']}：{one['people']} 人 {one['tickets']} 件{back}")
    waiting = [one for one in parts["alarms"]["rows"] if one["waiting"]]
    if waiting:
        lines += ["", f"▍待处置预警 {len(waiting)} 条", waiting[0]["sentence"]]
    if content["advice"]:
        lines += ["", "▍建议"]
        for at, one in enumerate(content["advice"][:ADVICE], 1):
            lines.append(f"（{numeral(at)}）{one['text']}")
    lines += ["", f"{content['prepared_by']} {content['made_on']}"]
    return "\n".join(lines) + "\n"
