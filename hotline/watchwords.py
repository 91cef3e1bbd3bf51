"""Words that call for attention when several citizens say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.datafile import read_yaml
from hotline.problems import Problems, nearest
from hotline.taxonomy import Category


@dataclass(frozen=True, slots=True)
class WatchWord:
    """A word with its variants; an alarm needs ``minimum`` tickets in ``hours`` in one area.

    The unit that should act is the one that leads ``category`` there.
    """

    word: str
    variants: tuple[str, ...]
    kind: str
    minimum: int
    hours: int
    category: str


def read_watchwords(
    path: Path, categories: Mapping[str, Category], problems: Problems
) -> tuple[WatchWord, ...]:
    """Read ``watchwords.yml``."""
    top = read_yaml(path, problems)
    top.only("groups")
    words: list[WatchWord] = []
    seen: dict[str, str] = {}
    for group in top.records("groups", required=True):
        group.only("kind", "words")
        kind = group.text("kind")
        for item in group.records("words", required=True):
            item.only("word", "variants", "minimum", "hours", "category")
            category = item.text("category")
            if category and category not in categories:
                item.wrong("category", f"事项分类“{category}”不存在", nearest(category, categories))
            word = WatchWord(
                item.text("word"), item.texts("variants"), kind,
                item.integer("minimum", 1, 1000), item.integer("hours", 1, 720, default=24),
                category,
            )  # fmt: skip
            for form in (word.word, *word.variants):
                if form in seen:
                    item.wrong("word", f"“{form}”已写在“{seen[form]}”下", "请只留一处")
                seen[form] = word.word
            words.append(word)
    return tuple(words)
