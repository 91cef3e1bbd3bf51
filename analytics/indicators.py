"""Figures with what they mean: the dictionary an official edits, computed and traceable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from analytics.measures import MEASURES, Query
from analytics.span import Span
from hotline.city import City
from hotline.datafile import read_yaml
from hotline.problems import Problems, nearest
from hotline.rollups import bucket_middle
from hotline.store import store_of

FILE = "indicators.yml"
COUNT, SHARE, HOURS, MEAN = "count", "share", "hours", "mean"
ROLLUPS = "rollups"
_BETTER = ("up", "down", "none")
_SOURCES = (ROLLUPS, "tickets", "analytics", "knowledge")
# Few tickets make a share that means nothing.
FEWEST = 10


@dataclass(frozen=True)
class Indicator:
    """One entry of the dictionary; see the head of `city/indicators.yml`."""

    code: str
    name: str
    unit: str
    kind: str
    better: str
    source: str
    definition: str
    target: int | None = None


@dataclass(frozen=True)
class Figure:
    """An indicator's value for a span and for the span before, with the query that gave it.

    Shares are between 0 and 1; `whole` is what the share is of. `value` is None where there was
    nothing to count or, for a share, fewer than `FEWEST`.
    """

    indicator: Indicator
    value: float | None
    before: float | None
    whole: int | None
    query: str
    computed_at: datetime

    @property
    def text(self) -> str:
        """The value as people read it: “1,234 件”, “96.5%”, “—”."""
        return shown(self.indicator, self.value)

    @property
    def change(self) -> str:
        """Against the span before: “上升 12.5%”, “下降 1.2 个百分点”, “持平”; empty if unknown."""
        if self.value is None or self.before is None:
            return ""
        if self.indicator.kind == SHARE:
            points = round(100 * (self.value - self.before), 1)
            return _moved(points, f"{abs(points)} 个百分点")
        if not self.before:
            return "" if self.value else "持平"
        percent = round(100 * (self.value - self.before) / self.before, 1)
        return _moved(percent, f"{abs(percent)}%")

    @property
    def worse(self) -> bool:
        """Whether it moved the wrong way."""
        if self.value is None or self.before is None or self.indicator.better == "none":
            return False
        return (self.value < self.before) == (self.indicator.better == "up") and (
            self.value != self.before
        )

    @property
    def missed(self) -> bool:
        """Whether the target is missed."""
        target = self.indicator.target
        if target is None or self.value is None:
            return False
        value = self.value * (100 if self.indicator.kind == SHARE else 1)
        return value < target if self.indicator.better == "up" else value > target


def read_indicators(path: Path) -> tuple[Indicator, ...]:
    """Read the dictionary. Raises CityError naming file, line and remedy."""
    problems = Problems()
    top = read_yaml(path, problems)
    top.only("indicators")
    found: dict[str, Indicator] = {}
    for one in top.records("indicators", required=True):
        one.only("code", "name", "unit", "kind", "better", "target", "source", "definition")
        code = one.text("code")
        if code and code not in MEASURES:
            one.wrong("code", f"没有算“{code}”的函数", nearest(code, MEASURES))
        if code in found:
            one.wrong("code", f"“{code}”写了两遍", "请只留一处")
        target = one.integer("target", 0, 1_000_000) if "target" in one.values else None
        found[code] = Indicator(
            code, one.text("name"), one.text("unit"),
            one.choice("kind", (COUNT, SHARE, HOURS, MEAN)), one.choice("better", _BETTER),
            one.choice("source", _SOURCES), one.text("definition"), target,
        )  # fmt: skip
    problems.raise_if_any()
    return tuple(found.values())


def indicators_of(city: City) -> tuple[Indicator, ...]:
    """The city's dictionary. Raises CityError."""
    return read_indicators(city.folder / FILE)


def figures(session: Session, span: Span, wanted: Iterable[Indicator]) -> dict[str, Figure]:
    """Compute indicators for a span and the one before; by code, in the given order."""
    return {one.code: _figure(session, span, one) for one in wanted}


def city_figures(session: Session, span: Span) -> dict[str, Figure]:
    """Every figure of the city's dictionary."""
    return figures(session, span, indicators_of(store_of(session).city))


def query_text(session: Session, query: Query) -> str:
    """The statement on one line with its values, as it can be run again."""
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    return re.sub(r"\s+", " ", str(compiled))


def shown(indicator: Indicator, value: float | None) -> str:
    """A value of an indicator as people read it."""
    if value is None:
        return "—"
    if indicator.kind == SHARE:
        return f"{100 * value:.1f}%"
    number = f"{value:,.1f}".removesuffix(".0")
    return f"{number} {indicator.unit}"


def _figure(session: Session, span: Span, indicator: Indicator) -> Figure:
    query = MEASURES[indicator.code](span)
    value, whole = _value(session, indicator, query)
    before, _ = _value(session, indicator, MEASURES[indicator.code](span.before()))
    now = datetime.now(UTC)
    return Figure(indicator, value, before, whole, query_text(session, query), now)


def _value(session: Session, indicator: Indicator, query: Query) -> tuple[float | None, int | None]:
    row = session.execute(query).one()
    if indicator.kind == SHARE:
        part, whole = int(row[0]), int(row[1])
        return (part / whole if whole >= FEWEST else None), whole
    if indicator.kind == MEAN:
        minutes, whole = int(row[0]), int(row[1])
        return (round(minutes / whole / 60, 1) if whole else None), whole
    if row[0] is None:
        return None, None
    return (bucket_middle(int(row[0])) if indicator.kind == HOURS else float(row[0])), None


def _moved(by: float, how_much: str) -> str:
    if not by:
        return "持平"
    return f"{'上升' if by > 0 else '下降'} {how_much}"
