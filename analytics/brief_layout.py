"""What PDF, DOCX and phone text share: figures as text, numerals, digests."""

from __future__ import annotations

from typing import Any

from analytics.brief import digest_of

SOURCES = {
    "rollups": "每日汇总",
    "tickets": "工单表",
    "analytics": "集中诉求和预警",
    "knowledge": "知识库",
}
_DIGITS = "一二三四五六七八九"
KEY_FIGURES = 12


def numeral(number: int) -> str:
    """1 to 99 as in “（十二）”."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
    return head + (_DIGITS[ones - 1] if ones else "")


def laid_out(content: dict[str, Any]) -> dict[str, Any]:
    """The content with what every layout needs added; the content itself stays as it is."""
    units = [
        {
            **one,
            "rate_text": _percent(one["rate"]),
            "expected_text": _percent(one["expected_rate"]),
        }
        for one in content["parts"]["units"]["rows"]
    ]
    return {
        **content,
        "parts": {**content["parts"], "units": {**content["parts"]["units"], "rows": units}},
        "figures": [{**one, "source_text": SOURCES[one["source"]]} for one in content["figures"]],
        "numerals": [numeral(number) for number in range(1, 60)],
        "digest": digest_of(content),
    }


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}%"
