"""Units compared fairly: each with the others by its own mix of categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from analytics.indicators import query_text
from analytics.span import Span
from analytics.standardising import NOTHING, Compared, Stratum, standardise
from analytics.unit_measures import UNIT_MEASURES, taken_over
from hotline.city import City
from hotline.store import DailyRollup, store_of

KINDS = {
    "bureau": "市级部门",
    "district_bureau": "区属部门",
    "district": "区",
    "street": "街镇",
    "utility": "公用企业",
    "hotline": "热线",
}


@dataclass(frozen=True)
class UnitStanding:
    """A unit: how much it had, and how it stands by each measure (by code)."""

    code: str
    name: str
    kind: str
    received: int
    closed: int
    taken_over: int
    measures: dict[str, Compared]


@dataclass(frozen=True)
class Comparison:
    """All units, those with most tickets first; `queries` are by measure code."""

    units: list[UnitStanding]
    queries: dict[str, str]
    computed_at: datetime


def compare_units(session: Session, span: Span, kind: str | None = None) -> Comparison:
    """Compare the units that had tickets in the span; `kind` keeps those of one kind."""
    city = store_of(session).city
    compared: dict[str, dict[str, Compared]] = {}
    queries: dict[str, str] = {}
    for measure in UNIT_MEASURES:
        statement = measure.rows(span)
        queries[measure.code] = query_text(session, statement)
        strata = [
            Stratum(unit, category or "", int(events or 0), int(exposed or 0))
            for unit, category, events, exposed in session.execute(statement)
        ]
        compared[measure.code] = standardise(strata, measure.better)
    taken = {unit: int(count) for unit, count in session.execute(taken_over(span))}
    units = [
        UnitStanding(
            code,
            _name(city, code),
            kind_of(city, code),
            received,
            closed,
            taken.get(code, 0),
            {each.code: compared[each.code].get(code, NOTHING) for each in UNIT_MEASURES},
        )
        for code, received, closed in _volumes(session, span)
        if kind is None or kind_of(city, code) == kind
    ]
    return Comparison(units, queries, datetime.now(UTC))


def kind_of(city: City, code: str) -> str:
    """The kind of a unit (`KINDS`); empty for one the city no longer has."""
    unit = city.register.by_code.get(code)
    return unit.kind if unit else ""


def _name(city: City, code: str) -> str:
    unit = city.register.by_code.get(code)
    return unit.name if unit else code


def _volumes(session: Session, span: Span) -> list[tuple[str, int, int]]:
    received = func.sum(DailyRollup.received)
    rows = session.execute(
        select(DailyRollup.unit_code, received, func.sum(DailyRollup.closed))
        .where(
            DailyRollup.day >= span.first.isoformat(),
            DailyRollup.day <= span.last.isoformat(),
            DailyRollup.unit_code != "",
            DailyRollup.district == span.district if span.district else true(),
        )
        .group_by(DailyRollup.unit_code)
        .order_by(received.desc(), DailyRollup.unit_code)
    )
    return [(code, int(came), int(went)) for code, came, went in rows]
