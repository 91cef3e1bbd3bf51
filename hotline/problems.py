"""Mistakes in a city's data: what is wrong where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a data file.

    ``line`` counts from 1; 0 means the file as a whole.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.what}；{self.remedy}"


class CityError(ValueError):
    """The city's data cannot be used; ``problems`` lists every mistake found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        hidden = len(self.problems) - len(shown)
        if hidden:
            shown.append(f"……另有 {hidden} 处问题，改正以上各处后再检查")
        super().__init__("\n".join(shown))


@dataclass(slots=True)
class Problems:
    """Collects mistakes so that one check reports all of them."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, what: str, remedy: str) -> None:
        """Note one mistake."""
        self.found.append(Problem(file, line, what, remedy))

    def raise_if_any(self) -> None:
        """Raise :class:`CityError` when something was noted."""
        if self.found:
            raise CityError(self.found)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a remedy naming the known word most like ``word``, or all words when few."""
    options = list(dict.fromkeys(known))
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.4)
    if close:
        return f"最接近的是“{close[0]}”，请改正"
    if 0 < len(options) <= 12:
        return f"只能写：{'、'.join(options)}"
    return "请改成已有的写法，或先补上这一项"
