"""The indicator dictionary with its figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from analytics.indicators import ROLLUPS, Figure, figures, indicators_of
from analytics.span import Span
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.base import Storable
from api.schemas.indicators import IndicatorBoard, IndicatorEntry, IndicatorFigure

router = guarded_router()
# Beyond so many days only what stands in the daily roll-ups is counted.
TICKET_DAYS = 31
District = Annotated[str | None, StringConstraints(max_length=40), Storable]
Until = Annotated[
    date | None, Query(ge=date(2000, 1, 1), le=date(2100, 1, 1), description="最后一天，默认今天")
]


def figure_shape(figure: Figure) -> IndicatorFigure:
    """A figure in the contract's shape."""
    return IndicatorFigure(
        **asdict(figure.indicator),
        value=figure.value,
        before=figure.before,
        whole=figure.whole,
        text=figure.text,
        change=figure.change,
        worse=figure.worse,
        missed=figure.missed,
        query=figure.query,
        computed_at=figure.computed_at,
    )


@router.get("/v1/indicators", tags=["indicators"])
def indicators(
    staff: StaffDep,
    services: ServicesDep,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
    until: Until = None,
    district: District = None,
) -> IndicatorBoard:
    """Return every indicator's figure for the days up to `until`.

    Beyond 31 days those that would read the ticket table are left out.
    """
    clocks = services.store.clocks
    last = until or clocks.local_day(datetime.now(UTC))
    first = last - timedelta(days=days - 1)
    span = Span(first, last, clocks.rules.timezone, staff.scope or district or None)
    wanted = [
        one for one in indicators_of(services.city) if days <= TICKET_DAYS or one.source == ROLLUPS
    ]
    with services.store.session(read_only=True) as session:
        found = figures(session, span, wanted)
    before = span.before()
    return IndicatorBoard(
        first=span.first,
        last=span.last,
        before_first=before.first,
        before_last=before.last,
        district=span.district,
        figures=[figure_shape(one) for one in found.values()],
    )


@router.get("/v1/indicators/dictionary", tags=["indicators"])
def dictionary(services: ServicesDep) -> list[IndicatorEntry]:
    """Return what each figure is called, means and comes from."""
    return [IndicatorEntry.model_validate(asdict(one)) for one in indicators_of(services.city)]
