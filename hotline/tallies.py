"""Reading the daily figures: sums of a period under a heading, within a district or the city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.measuring import Tally
from hotline.models import DailyMargin, DailyRollup, DailySpread
from hotline.rollups import (
    ALL,
    CATEGORY,
    CHANNEL,
    EVERYWHERE,
    HANDLING,
    HOUR,
    MARGIN_MEASURES,
    MEASURES,
    UNIT,
    bucket_middle,
)

Sums = dict[str, int]
DISTRICT = "district"
_COLUMNS: dict[str, InstrumentedAttribute[str]] = {
    CATEGORY: DailyRollup.category,
    DISTRICT: DailyRollup.district,
    CHANNEL: DailyRollup.channel,
    UNIT: DailyRollup.unit_code,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @classmethod
    def back(cls, last: date, days: int) -> Span:
        """The ``days`` days up to ``last``."""
        return cls(last - timedelta(days=days - 1), last)

    @property
    def days(self) -> list[date]:
        """Every day in order."""
        length = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(length)]

    @property
    def before(self) -> Span:
        """As many days before."""
        return Span.back(self.first - timedelta(days=1), len(self.days))

    def within(self, column: Any) -> list[ColumnElement[bool]]:
        """The span as a condition on a column of days."""
        return [column >= self.first.isoformat(), column <= self.last.isoformat()]


@dataclass(frozen=True, slots=True)
class Place:
    """What to count: a district or the whole city, and a category (or its first level) or all.

    Without a category the margins answer; with one the finer table does, which has no ``landed``,
    ``decided`` and the like.
    """

    district: str | None = None
    category: str | None = None

    @property
    def margin(self) -> str:
        """The place's name in the margins."""
        return self.district or EVERYWHERE


def sums(session: Session, place: Place, span: Span) -> Sums:
    """All measures of a span."""
    return next(iter(by_heading(session, place, span, ALL).values()), _nothing())


def by_heading(session: Session, place: Place, span: Span, kind: str) -> dict[str, Sums]:
    """Name → all measures of a span; ``kind`` is a heading of ``DailyMargin`` or ``district``."""
    return {name: row for (name,), row in _grouped(session, place, span, kind, by_day=False)}


def by_day(
    session: Session, place: Place, span: Span, kind: str = ALL
) -> dict[str, dict[str, Sums]]:
    """Name → day → all measures; days without any are left out."""
    found: dict[str, dict[str, Sums]] = defaultdict(dict)
    for (name, day), row in _grouped(session, place, span, kind, by_day=True):
        found[name][day] = row
    return found


def _grouped(
    session: Session, place: Place, span: Span, kind: str, *, by_day: bool
) -> Iterable[tuple[tuple[str, ...], Sums]]:
    table: type[DailyMargin] | type[DailyRollup]
    measures: tuple[str, ...]
    if place.category is None:
        table, measures = DailyMargin, MARGIN_MEASURES
        name: Any = DailyMargin.name
        conditions = [DailyMargin.kind == kind, DailyMargin.district == place.margin]
        if kind == DISTRICT:
            name = DailyMargin.district
            conditions = [DailyMargin.kind == ALL, DailyMargin.district != EVERYWHERE]
            if place.district:
                conditions.append(DailyMargin.district == place.district)
    else:
        table, measures = DailyRollup, MEASURES
        name = _COLUMNS.get(kind)
        conditions = [_in_category(place.category)]
        if place.district:
            conditions.append(DailyRollup.district == place.district)
    keys = [*([] if name is None else [name]), *([table.day] if by_day else [])]
    columns = [func.sum(getattr(table, measure)) for measure in measures]
    statement = select(*keys, *columns).where(*conditions, *span.within(table.day))
    for row in session.execute(statement.group_by(*keys) if keys else statement):
        if row[-1] is None:
            continue
        key = tuple(row[: len(keys)]) if name is not None else ("", *row[: len(keys)])
        values = zip(measures, row[len(keys) :], strict=True)
        yield key, _nothing() | {measure: int(value) for measure, value in values}


def _in_category(category: str) -> ColumnElement[bool]:
    if "/" in category:
        return DailyRollup.category == category
    return DailyRollup.category.startswith(f"{category}/", autoescape=True)


def _nothing() -> Sums:
    return dict.fromkeys(MARGIN_MEASURES, 0)


def tally(session: Session, place: Place, span: Span, still_open: int | None = None) -> Tally:
    """Everything the indicators of a place and span are measured from."""
    spread = _spread(session, place, span) if place.category is None else []
    return Tally(
        sums(session, place, span),
        sums(session, place, _but_last(span)),
        still_open,
        _middles(spread),
    )


def unit_tallies(session: Session, place: Place, span: Span) -> dict[str, Tally]:
    """Unit code → what its indicators are measured from."""
    whole = by_heading(session, place, span, UNIT)
    due = by_heading(session, place, _but_last(span), UNIT)
    spread = spreads(session, place, span) if place.category is None else {}
    return {
        code: Tally(row, due.get(code, {}), None, _middles(spread.get(code, [])))
        for code, row in whole.items()
        if code
    }


def spreads(session: Session, place: Place, span: Span) -> dict[str, list[tuple[int, int]]]:
    """Unit code → (handling bucket, tickets) of a span, ascending."""
    found = session.execute(
        select(DailySpread.unit_code, DailySpread.bucket, func.sum(DailySpread.count))
        .where(
            DailySpread.kind == HANDLING,
            DailySpread.district == place.margin,
            *span.within(DailySpread.day),
        )
        .group_by(DailySpread.unit_code, DailySpread.bucket)
        .order_by(DailySpread.bucket)
    )
    units: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for code, bucket, count in found:
        if count:
            units[code].append((bucket, int(count)))
    return units


def _spread(session: Session, place: Place, span: Span) -> list[tuple[int, int]]:
    """(handling bucket, tickets) of all units together, ascending."""
    found = session.execute(
        select(DailySpread.bucket, func.sum(DailySpread.count))
        .where(
            DailySpread.kind == HANDLING,
            DailySpread.district == place.margin,
            *span.within(DailySpread.day),
        )
        .group_by(DailySpread.bucket)
        .order_by(DailySpread.bucket)
    )
    return [(bucket, int(count)) for bucket, count in found if count]


def hours(session: Session, place: Place, span: Span) -> dict[date, dict[int, int]]:
    """Day → hour → tickets received."""
    found = session.execute(
        select(DailySpread.day, DailySpread.bucket, func.sum(DailySpread.count))
        .where(
            DailySpread.kind == HOUR,
            DailySpread.district == place.margin,
            *span.within(DailySpread.day),
        )
        .group_by(DailySpread.day, DailySpread.bucket)
    )
    days: dict[date, dict[int, int]] = defaultdict(dict)
    for day, hour, count in found:
        days[date.fromisoformat(day)][hour] = int(count)
    return days


def is_demo(session: Session, place: Place, span: Span) -> bool:
    """Whether any of the tickets counted are demo data."""
    return bool(
        session.scalar(
            select(DailyMargin.demo)
            .where(
                DailyMargin.kind == ALL,
                DailyMargin.district == place.margin,
                *span.within(DailyMargin.day),
                DailyMargin.demo,
                DailyMargin.received > 0,
            )
            .limit(1)
        )
    )


def _but_last(span: Span) -> Span:
    return Span(span.first, span.last - timedelta(days=1))


def _middles(buckets: Iterable[tuple[int, int]]) -> tuple[tuple[float, int], ...]:
    return tuple((bucket_middle(bucket), count) for bucket, count in buckets)
