"""Numbers as people write and say them."""

from __future__ import annotations

import re

SPOKEN_DIGITS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    "○": "0", "洞": "0", "幺": "1", "两": "2", "俩": "2", "拐": "7",
}  # fmt: skip
_DIGIT_TABLE = str.maketrans(SPOKEN_DIGITS)
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_PLAIN = re.compile(r"\d[\d,]*(?:\.\d+)?")
CHINESE_NUMBER = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"


def spoken_to_digits(text: str) -> str:
    """Return the text with every spoken digit (幺, 三, 〇 …) as 0–9; the length stays the same."""
    return text.translate(_DIGIT_TABLE)


def read_number(text: str) -> float | None:
    """Return the value of “3,000”, “1.5万”, “两千三”, “一百二十”, or None where it is no number."""
    text = text.strip()
    match = _PLAIN.match(text)
    if match:
        value = float(match[0].replace(",", ""))
        for unit in text[match.end() :]:
            if unit in _GROUPS or unit in _UNITS:
                value *= _GROUPS.get(unit) or _UNITS[unit]
            elif unit not in "多余几来":
                return None
        return value
    return _read_chinese(text)


def _read_chinese(text: str) -> float | None:
    """Return the value of a number in characters; “两千三” is 2300, “一二三” is 123."""
    digits = [char for char in text if char not in "多余几来"]
    if not digits:
        return None
    if all(char in SPOKEN_DIGITS for char in digits):
        return float(spoken_to_digits("".join(digits)))
    total = 0.0
    section = 0.0
    digit: float | None = None
    last_unit = 1
    for char in digits:
        if char in SPOKEN_DIGITS:
            digit = float(SPOKEN_DIGITS[char])
            if char in "零〇○":
                digit, last_unit = None, 1
        elif char in _UNITS:
            section += (1.0 if digit is None else digit) * _UNITS[char]
            last_unit, digit = _UNITS[char], None
        elif char in _GROUPS:
            total = (total + section + (digit or 0.0)) * _GROUPS[char]
            last_unit, section, digit = _GROUPS[char], 0.0, None
        else:
            return None
    if digit is not None:
        section += digit * (last_unit // 10 if last_unit >= 100 else 1)
    return total + section
