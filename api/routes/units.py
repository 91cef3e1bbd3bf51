"""Units compared fairly."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query

from analytics.span import Span
from analytics.unit_measures import UNIT_MEASURES
from analytics.units import KINDS, UnitStanding, compare_units
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.routes.indicators import District, Until
from api.schemas.units import (
    ComparedMeasure,
    ComparedUnit,
    UnitComparison,
    UnitMeasureMeaning,
)

router = guarded_router()
METHOD = (
    "间接标准化：按各单位办理同类事项的一般水平，算出本单位照自己的事项构成应有多少，再与实际相比；"
    "偏离超过 1.96 个标准差为值得注意，超过 3.09 个为明显；分母不足 10 件的不显示。"
)
Kind = Literal["bureau", "district_bureau", "district", "street", "utility", "hotline"]


def _unit(one: UnitStanding) -> ComparedUnit:
    return ComparedUnit(
        code=one.code,
        name=one.name,
        kind=one.kind,
        kind_text=KINDS.get(one.kind, ""),
        received=one.received,
        closed=one.closed,
        taken_over=one.taken_over,
        measures={
            code: ComparedMeasure(**asdict(found), clear=found.clear)
            for code, found in one.measures.items()
        },
    )


@router.get("/v1/units/comparison", tags=["units"])
def comparison(
    staff: StaffDep,
    services: ServicesDep,
    days: Annotated[int, Query(ge=7, le=92)] = 30,
    until: Until = None,
    district: District = None,
    kind: Kind | None = None,
) -> UnitComparison:
    """Return the units that had tickets in the days up to `until`, compared fairly."""
    clocks = services.store.clocks
    last = until or clocks.local_day(datetime.now(UTC))
    first = last - timedelta(days=days - 1)
    span = Span(first, last, clocks.rules.timezone, staff.scope or district or None)
    with services.store.session(read_only=True) as session:
        found = compare_units(session, span, kind)
    return UnitComparison(
        first=first,
        last=last,
        district=span.district,
        measures=[
            UnitMeasureMeaning(
                code=one.code,
                name=one.name,
                better=one.better,
                definition=one.definition,
                query=found.queries[one.code],
            )
            for one in UNIT_MEASURES
        ],
        units=[_unit(one) for one in found.units],
        method=METHOD,
        computed_at=found.computed_at,
    )
