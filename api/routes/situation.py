"""The situation now, and the tickets behind any of its figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from analytics import alarm_desk, groups
from analytics.alarms import NEW
from analytics.situation import Heading, situation
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.routes.alarms import alarm_shape
from api.routes.groups import group_summaries
from api.schemas import situation as shapes
from api.schemas.base import Storable
from api.schemas.groups import GroupSummary
from hotline import tallies
from hotline.at_risk import at_risk, in_air
from hotline.drill import Wanted, drill
from hotline.queue import Filters, ticket_row
from hotline.rollups import CATEGORY, CHANNEL
from hotline.store import Store, clocks_of
from hotline.tallies import DISTRICT, Place, Span

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]
Day = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
TOP_GROUPS, TOP_ALARMS, TOP_UNITS = 6, 6, 12


def unit_name(store: Store, code: str) -> str:
    """A unit's name; the code itself where the city no longer has it."""
    unit = store.city.register.by_code.get(code)
    return unit.name if unit else code


def _headings(found: list[Heading]) -> list[shapes.Heading]:
    return [shapes.Heading(**asdict(one)) for one in found]


@router.get("/v1/situation", tags=["overview"])
def show_situation(
    staff: StaffDep, services: ServicesDep, district: Filter = None
) -> shapes.Situation:
    """Return today against usual, deadlines at risk, hot groups and open alarms."""
    now = datetime.now(UTC)
    place = Place(staff.scope or district or None)
    with services.store.session(read_only=True) as session:
        told = situation(session, place.district, now)
        flying = in_air(session, place, now)
        found = groups.list_groups(session, staff.actor, district=place.district, size=TOP_GROUPS)
        rows, total = alarm_desk.list_alarms(session, place.district, size=TOP_ALARMS)
        _, fresh = alarm_desk.list_alarms(session, place.district, NEW, size=1)
        clocks = clocks_of(session)
        return shapes.Situation(
            day=told.day,
            until=told.until,
            like=told.like,
            today=told.today,
            usual=shapes.UsualRange(**asdict(told.usual)),
            hours=[shapes.HourSoFar.model_validate(asdict(hour)) for hour in told.hours],
            categories=_headings(told.headings[CATEGORY]),
            districts=_headings(told.headings[DISTRICT]),
            channels=_headings(told.headings[CHANNEL]),
            at_risk=[
                shapes.UnitAtRisk(
                    code=one.unit_code,
                    unit=unit_name(services.store, one.unit_code),
                    overdue=one.overdue,
                    soon=one.soon,
                    later=one.later,
                    open=one.open,
                )
                for one in at_risk(session, place, now)
            ],
            in_air=shapes.InAir(
                tickets=flying.tickets,
                returned_once=flying.returned_once,
                returned_more=flying.returned_more,
                long=flying.long,
                oldest=clocks.local(flying.oldest) if flying.oldest else None,
            ),
            groups=[GroupSummary(**one) for one in group_summaries(session, found.items, staff)],
            groups_total=found.total,
            alarms=[alarm_shape(session, row) for row in rows],
            alarms_total=total,
            alarms_new=fresh,
            demo=tallies.is_demo(session, place, Span.back(told.day, 30)),
        )


@router.get("/v1/situation/tickets", tags=["overview"])
def tickets_behind(
    staff: StaffDep,
    services: ServicesDep,
    district: Filter = None,
    category: Filter = None,
    unit: Filter = None,
    channel: Filter = None,
    status: Filter = None,
    state: Filter = None,
    first: Day = None,
    last: Day = None,
    after: Annotated[str | None, StringConstraints(max_length=80), Storable] = None,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.DrillPage:
    """Return the tickets behind a figure, newest first, within the caller's scope."""
    filters = Filters(
        status=status or None, category=category, district=district, unit=unit, channel=channel
    )
    now = datetime.now(UTC)
    with services.store.session(read_only=True) as session:
        wanted = Wanted(filters, first, last, state or None)
        found, more = drill(session, staff.actor, wanted, after=after or None, size=size, now=now)
        clocks = clocks_of(session)
        return shapes.DrillPage(
            items=[ticket_row(ticket, services.store, clocks, now) for ticket in found],
            after=more,
        )
