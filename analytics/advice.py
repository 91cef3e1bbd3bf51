"""What the brief suggests to do, each with its reason; only what the figures give grounds for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from analytics.brief_parts import Part
from analytics.brief_settings import BriefSettings
from analytics.indicators import Figure

# At most so many of one kind, so that what matters is read.
MOST_OF_A_KIND = 2
# From so many people on, a matter of the span itself is worth a word to its unit.
MANY_PEOPLE = 5


def advise(
    settings: BriefSettings, figures: Mapping[str, Figure], parts: Mapping[str, Part]
) -> list[Part]:
    """Return suggestions as {text, reason}, the most pressing first."""
    seen: Counter[str] = Counter()
    advice: list[Part] = []
    for code, words, reason in _found(figures, parts):
        seen[code] += 1
        if seen[code] <= MOST_OF_A_KIND:
            advice.append({"text": settings.advice[code].format(**words), "reason": reason})
    return advice


def _found(
    figures: Mapping[str, Figure], parts: Mapping[str, Part]
) -> Iterator[tuple[str, dict[str, str], str]]:
    for alarm in parts["alarms"]["rows"]:
        if alarm["waiting"]:
            words = {
                "unit": alarm["unit"] or "有关单位",
                "sentence": alarm["sentence"].rstrip("。") + "。",
            }
            yield "alarm_waiting", words, f"预警现在是“{alarm['state']}”，尚无处置结果"
    for group in parts["groups"]["rows"]:
        words = {"unit": (group["units"] or ["有关单位"])[0], "title": group["title"]}
        if group["recurred"]:
            yield (
                "group_back",
                words,
                f"累计 {group['in_all']} 件，其中 {group['recurred']} 件是办结后 30 天内再次反映",
            )
        elif group["people"] >= MANY_PEOPLE:
            yield "group_new", words, f"本期 {group['people']} 人反映，已办结 {group['closed']} 件"
    late = figures["on_time"]
    if late.missed:
        overdue = figures["overdue"]
        yield (
            "late",
            {},
            (f"按时办结率 {late.text}，目标 {late.indicator.target}%；本期超期 {overdue.text}"),
        )
    for one in parts["units"]["rows"]:
        if one["verdict"] == "worse" and one["clear"]:
            words = {"unit": one["unit"], "measure": one["measure"]}
            yield "unit_worse", words, unit_sentence(one)
    returned = parts["returns"]["rows"]
    if returned and returned[0]["count"] > 1:
        first = returned[0]
        words = {"category": first["category"].split("/")[-1]}
        yield (
            "returns",
            words,
            (f"本期“{words['category']}”退单 {first['count']} 次，理由多为“{first['reason']}”"),
        )
    doubtful = [one for one in parts["closings"]["rows"] if one["count"]]
    if doubtful:
        told = "、".join(f"{one['kind']} {one['count']} 件" for one in doubtful)
        yield "closings", {}, f"本期办结的工单经质检存疑：{told}"
    asked = parts["gaps"]["rows"]
    if asked:
        yield (
            "gaps",
            {"question": asked[0]["question"]},
            (f"{len(asked)} 个问题还没有答案，其中这一问被问过 {asked[0]['asked']} 次"),
        )


def unit_sentence(one: Part) -> str:
    """“近 30 天 20 件中 7 件，为 35.0%；同样事项各单位一般为 12.0%”."""
    told = f"近 30 天 {one['exposed']} 件中 {one['events']} 件，为 {100 * one['rate']:.1f}%"
    if one["expected_rate"] is not None:
        told += f"；同样事项各单位一般为 {100 * one['expected_rate']:.1f}%"
    return told
