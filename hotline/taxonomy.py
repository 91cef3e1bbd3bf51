"""The two-level categories a ticket can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hotline.datafile import read_yaml
from hotline.problems import Problems, nearest


@dataclass(frozen=True, slots=True)
class Confusion:
    """A category that is easily taken for another, and how to tell them apart."""

    category: str
    how: str


@dataclass(frozen=True, slots=True)
class Category:
    """One second-level category; ``key`` is its full name, e.g. ``城市管理/占道经营``."""

    key: str
    level: str
    name: str
    definition: str
    typical: tuple[str, ...]
    confused_with: tuple[Confusion, ...]


def read_taxonomy(path: Path, problems: Problems) -> Mapping[str, Category]:
    """Read ``taxonomy.yml``; returns categories by key in file order."""
    top = read_yaml(path, problems)
    top.only("levels")
    categories: dict[str, Category] = {}
    checks = []
    for level in top.records("levels", required=True):
        level.only("name", "categories")
        first = level.text("name")
        for item in level.records("categories", required=True):
            item.only("name", "definition", "typical", "confused_with")
            name = item.text("name")
            key = f"{first}/{name}"
            if "/" in name or "/" in first:
                item.wrong("name", f"名称“{key}”里有斜杠", "一级、二级名称都不要写“/”")
            if key in categories:
                item.wrong("name", f"事项分类“{key}”写了两遍", "请只留一处")
            confusions = []
            for other in item.records("confused_with"):
                other.only("category", "how")
                confusion = Confusion(other.text("category"), other.text("how"))
                confusions.append(confusion)
                checks.append((key, other, confusion))
            categories[key] = Category(
                key, first, name, item.text("definition"), item.texts("typical"), tuple(confusions)
            )
    for key, other, confusion in checks:
        if confusion.category == key:
            other.wrong("category", f"“{key}”不能与自己易混", "请改成另一个事项分类")
        elif confusion.category and confusion.category not in categories:
            other.wrong(
                "category",
                f"事项分类“{confusion.category}”不存在",
                nearest(confusion.category, categories),
            )
    return MappingProxyType(categories)
