"""The dispatching machine as managers watch it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.principal import Staff
from api.schemas import performance as shapes
from api.schemas.base import Storable
from api.services import Services
from hotline import dial_watch, tallies
from hotline.store import clocks_of
from hotline.tallies import Place, Span
from hotline.thresholds import NEVER, PROMISE

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]


def _share(found: dial_watch.Share) -> shapes.Share:
    return shapes.Share(
        decided=found.decided, right=found.right, value=found.value, low=found.low, high=found.high
    )


def _watch(
    session: Session, services: Services, staff: Staff, district: str | None
) -> shapes.DialWatch:
    now = datetime.now(UTC)
    lines = services.suggester.thresholds
    place = staff.scope or district or None
    told = dial_watch.dial_watch(session, lines, lines.promise if lines else PROMISE, now, place)
    clocks = clocks_of(session)
    day = clocks.local_day(now)
    return shapes.DialWatch(
        day=day,
        promise=told.promise,
        on=told.switches.on,
        why=told.switches.why,
        model=lines.model if lines else None,
        held_out_accuracy=lines.unit_accuracy if lines else None,
        held_out_coverage=lines.covered if lines else None,
        held_out_rows=lines.rows if lines else None,
        auto_line=lines.auto if lines and lines.auto < NEVER else None,
        one_click_line=lines.one_click if lines else None,
        curve=[
            shapes.CurvePoint(coverage=a, accuracy=b, confidence=c)
            for a, b, c in (lines.curve if lines else ())
        ],
        suggested=dict(told.suggested),
        came_out={name: _share(found) for name, found in told.came_out.items()},
        weeks=[
            shapes.DialWeek(
                first=week.first,
                suggested=dict(week.suggested),
                came_out={name: _share(found) for name, found in week.came_out.items()},
            )
            for week in told.weeks
        ],
        categories=[
            shapes.CategoryDial(
                category=one.category,
                line=one.line,
                closed=one.closed,
                sure=_share(one.sure),
                breaks=one.breaks,
            )
            for one in told.categories
        ],
        fared=[
            shapes.Fared(
                kind=one.kind,
                name=one.name,
                received=one.received,
                came_out=_share(one.came_out),
                on_time=one.on_time,
                satisfaction=one.satisfaction,
                worse=one.worse,
            )
            for one in told.fared
        ],
        stability=told.stability,
        moved=[shapes.Moved(category=name, before=a, now=b) for name, a, b in told.moved],
        as_of=clocks.local(now),
        demo=tallies.is_demo(session, Place(place), Span.back(day, 90)),
    )


@router.get("/v1/dispatch-model", tags=["overview"])
def show(staff: StaffDep, services: ServicesDep, district: Filter = None) -> shapes.DialWatch:
    """Return coverage, the promise against what came out, drift, and who fares worse."""
    with services.store.session(read_only=True) as session:
        return _watch(session, services, staff, district)
