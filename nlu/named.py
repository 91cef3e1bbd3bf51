"""Proper names that end in a telling suffix (天河路, 翠湖花园, 某某物业公司): where they begin."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from nlu.gazetteer import default_gazetteer
from nlu.segment import default_segmenter, is_plain_word, plain_word_tags

# jieba's tags: verb, preposition, adverb, pronoun, conjunction, particle, number, measure, time …
_NOT_IN_NAME = frozenset(
    [
        "v",
        "vi",
        "vd",
        "vg",
        "p",
        "d",
        "r",
        "rr",
        "rz",
        "c",
        "u",
        "uj",
        "ul",
        "uv",
        "ud",
        "ug",
        "y",
        "m",
        "mq",
        "q",
        "t",
        "tg",
        "o",
        "e",
        "zg",
        "ad",
    ]
)
_DATA = Path(__file__).resolve().parent / "data"


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the words of a data file; lines that begin with # explain."""
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_proper(name: str) -> bool:
    """Return whether a name holds a word no dictionary of plain words explains (恒美, 翠湖), or a place."""
    words = default_segmenter().words(name)
    return bool(default_gazetteer().find(name)) or any(
        len(word) == 1 or not is_plain_word(word) for word in words
    )


def name_start(text: str, end: int, *, longest: int = 8, trade: bool = False) -> int:
    """Return where the name that ends just before `end` begins; `end` itself where there is none.

    Words are taken backwards until one that is no part of a name (在, 位于, 我们, 投诉 …). With
    `trade` the last word may be any verb (恒美健身 有限公司).
    """
    low = max(0, end - longest - 8)
    run = re.search(r"[\u4e00-\u9fffA-Za-z0-9·]+$", text[low:end])
    if run is None:
        return end
    start = end
    for word in reversed(default_segmenter().words(run[0])):
        if word in word_list("name_stops.txt") or end - start + len(word) > longest:
            break
        # Some verbs do name roads and estates (建设路, 解放路, 聚龙花园).
        if plain_word_tags().get(word, "n") in _NOT_IN_NAME and not (
            (trade and start == end) or word in word_list("name_verbs.txt")
        ):
            break
        start -= len(word)
    while start < end and (text[start] in "的了在和与是等及或" or text[start].isdigit()):
        start += 1
    return start


def word_edges(text: str) -> set[int]:
    """Return the offsets at which words of the text begin or end."""
    edges, position = {0}, 0
    for word in default_segmenter().words(text):
        position = text.index(word, position)
        edges.add(position)
        position += len(word)
        edges.add(position)
    return edges
