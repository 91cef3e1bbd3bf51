"""Simplified and Traditional script, by OpenCC."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import opencc

Script = Literal["simplified", "traditional"]

# OpenCC's character tables carry dialect characters to rare code points few fonts draw.
_RARE = str.maketrans(
    {"𠮶": "嗰", "㖞": "喎", "𫠚": "嘥", "㧐": "攰", "䢂": "𨋢", "衞": "卫", "綫": "线"}
)
_ASPECT = re.compile(r"(?<![名显原土编专译卓巨论昭遗])著(?![名作者称述录书])")
# 係 is 是 in Cantonese and 系 in 關係, 係數; OpenCC alone would merge the two.
_IS = re.compile(r"(?<![關关聯联])係(?!數|数)")


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


@cache
def _traditional_chars() -> re.Pattern[str]:
    to_simplified = _converter("t2s")
    han = [chr(point) for point in range(0x3400, 0x9FFF)]
    changed = [char for char in han if to_simplified.convert(char) != char]
    # Characters that people who write simplified script also use.
    shared = set("乾著於麼後裏瞭藉徵摺嘅嗰喎係餘乹甦迺")
    return re.compile(
        "[" + "".join(char for char in changed if char not in shared or char == "係") + "]"
    )


@cache
def _one_to_one() -> dict[int, str]:
    to_simplified = _converter("t2s")
    table: dict[int, str] = {}
    for point in range(0x3400, 0x9FFF):
        plain = to_simplified.convert(chr(point))
        if plain != chr(point) and len(plain) == 1:
            table[point] = plain.translate(_RARE)
    for rare, plain in (("乾", "干"), ("嗰", "嗰"), ("喎", "喎")):
        table[ord(rare)] = plain
    return table


def is_traditional(text: str) -> bool:
    """Return whether the text holds a character only Traditional script uses."""
    return _traditional_chars().search(text) is not None


def to_simplified(text: str) -> str:
    """Return the text in simplified script (Mainland, Hong Kong and Taiwan forms understood).

    Cantonese 係 becomes 是, because in Traditional script it can be told from 系.
    """
    if not is_traditional(text):
        return text
    plain: str = _converter("t2s").convert(_IS.sub("是", text))
    return _ASPECT.sub("着", plain.translate(_RARE))


def to_traditional(text: str) -> str:
    """Return the text in Traditional script with Hong Kong forms."""
    plain: str = _converter("s2hk").convert(text)
    return plain


def simplify_characters(text: str) -> str:
    """Return the text with each character simplified on its own; the length stays the same."""
    if not is_traditional(text):
        return text
    return text.translate(_one_to_one())
