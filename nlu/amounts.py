"""Sums of money in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.numbers import CHINESE_NUMBER, read_number

_NUMBER = rf"(?:(?<![\d,])\d[\d,]{{0,20}}(?:\.\d{{1,6}})?[十百千万亿]{{0,2}}|[{CHINESE_NUMBER}几]{{1,16}})"
_AMOUNT = re.compile(
    rf"(?:(?:人民币|RMB|rmb|[¥￥])\s?({_NUMBER})(?:[多余几来]?[万千百]?)(?:元|块)?"
    rf"|({_NUMBER}[多余几来]?[万千百]?)\s?(?:多|余)?(?:元(?!里|旦|宵|素|月|件|气|老)|块钱|人民币|蚊(?!子)|美元|港币|港元"
    rf"|块(?=[，。！？、；,.!?\s\d/一每多以左押罚给了吧啊的]|$|不到|都|就)(?!的?[地板砖石玻铁木田布肉空牌瓷井盖])))"
)
_THINGS = re.compile(r"^[一两几二三四五]块的?$")


def find_amounts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, yuan) for each sum; yuan is a decimal string, empty where vague (几百块)."""
    for match in _AMOUNT.finditer(text):
        number = match[1] or match[2]
        if _THINGS.match(match[0]) and text[match.end() : match.end() + 1] not in "，。！？钱":
            continue
        value = None if number.startswith("几") or "几" in number else read_number(number)
        yield (
            match.start(),
            match.end(),
            "" if value is None else f"{value:g}" if value < 1e6 else str(int(value)),
        )
