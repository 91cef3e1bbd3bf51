"""The city's places, found by name in a text: longest name first, ambiguity kept."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlu.city_files import CityDataError, city_file

KINDS = frozenset(
    {
        "district", "street", "estate", "road", "landmark", "metro", "village", "park",
        "hospital", "school", "hall",
    }
)  # fmt: skip
# Street names that are far more often plain words, even after 在 or at the start of a sentence.
_EVERYDAY = frozenset(
    ["人民", "北京", "建设", "东风", "大东", "长兴", "农林", "光塔", "民乐", "中心", "新港"]
)
_COLUMNS = ("name", "kind", "district", "street", "aliases")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the city; `street` is empty where it is unknown or the place is long."""

    name: str
    kind: str
    district: str
    street: str


class Gazetteer:
    """All names of places, with every place that bears each name."""

    def __init__(self, entries: dict[str, list[Entry]]) -> None:
        """Take name or alias → the places that bear it."""
        self.entries = entries
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in entries:
            lengths[name[:2]].add(len(name))
        self._lengths = {head: sorted(sizes, reverse=True) for head, sizes in lengths.items()}
        self.short = self._short_names()
        self.short_streets = re.compile("|".join(map(re.escape, self.short)) or r"(?!)")

    def _short_names(self) -> dict[str, list[Entry]]:
        """Return 大石 for 大石街道 and the like, where the table does not list it itself."""
        short: defaultdict[str, list[Entry]] = defaultdict(list)
        for name, found in self.entries.items():
            bare = re.sub(r"(?:街道|镇)$", "", name)
            if bare != name and len(bare) >= 2 and bare not in self.entries:
                short[bare] += [entry for entry in found if entry.kind == "street"]
        return {name: found for name, found in short.items() if found and name not in _EVERYDAY}

    @classmethod
    def from_csv(cls, path: Path) -> Gazetteer:
        """Read `places.csv`; raise `CityDataError` naming file, line and remedy."""
        entries: defaultdict[str, list[Entry]] = defaultdict(list)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
            if missing:
                raise CityDataError(f"{path.name}:1: 缺少列 {'、'.join(missing)}，请补上表头")
            for row in rows:
                where = f"{path.name}:{rows.line_num}"
                if row["kind"] not in KINDS:
                    raise CityDataError(
                        f"{where}: 类型“{row['kind']}”不认识，应为 {'、'.join(sorted(KINDS))} 之一"
                    )
                if len(row["name"]) < 2:
                    raise CityDataError(f"{where}: 地名“{row['name']}”少于两个字，请写全")
                entry = Entry(row["name"], row["kind"], row["district"] or "", row["street"] or "")
                names = [row["name"], *(row["aliases"] or "").split(";")]
                for name in dict.fromkeys(name.strip() for name in names):
                    if len(name) >= 2 and entry not in entries[name]:
                        entries[name].append(entry)
        return cls({name: found for name, found in entries.items() if found})

    def find(self, text: str) -> list[tuple[int, int, list[Entry]]]:
        """Return (start, end, places) for each name in the text, longest first, left to right."""
        found: list[tuple[int, int, list[Entry]]] = []
        position, size = 0, len(text)
        while position < size - 1:
            for length in self._lengths.get(text[position : position + 2], ()):
                name = text[position : position + length]
                if len(name) == length and name in self.entries:
                    found.append((position, position + length, self.entries[name]))
                    position += length
                    break
            else:
                position += 1
        return found


@cache
def default_gazetteer() -> Gazetteer:
    """Return the shared gazetteer of the city; a city without a table has no known names."""
    path = city_file("places.csv")
    return Gazetteer.from_csv(path) if path.is_file() else Gazetteer({})
