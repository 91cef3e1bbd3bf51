"""Warnings of sudden rises and watch-words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics import alarm_desk
from analytics.alarms import STATE_TEXT
from analytics.tables import AlarmRow
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.principal import Staff
from api.schemas.base import Storable
from api.schemas.groups import (
    Alarm,
    AlarmAssign,
    AlarmClose,
    AlarmDetail,
    AlarmDone,
    AlarmPage,
    AlarmStep,
    AlarmVerdicts,
)
from api.services import Services
from hotline.lookup import visible_to
from hotline.queue import ticket_row
from hotline.store import Ticket, clocks_of, store_of

router = guarded_router()

MOST_TICKETS = 200
SHOWN = {
    "usual_week", "false_alarms_per_week", "level", "word", "hours", "streets", "days", "people",
}  # fmt: skip
State = Annotated[str | None, StringConstraints(max_length=40), Storable]
AlarmId = Annotated[int, Path(ge=1, le=2_147_483_647)]


def alarm_shape(session: Session, row: AlarmRow) -> Alarm:
    """A warning in the contract's shape."""
    return Alarm(**_facts(session, row))


def _facts(session: Session, row: AlarmRow) -> dict[str, Any]:
    local = clocks_of(session).local
    unit = store_of(session).city.register.by_code.get(row.assigned_to or row.unit_code or "")
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "state_text": STATE_TEXT[row.state],
        "sentence": row.sentence,
        "day": row.day,
        "category": row.category,
        "district": row.district,
        "street": row.street,
        "observed": row.observed,
        "expected": row.expected,
        "improbability": row.improbability,
        "unit_code": row.unit_code,
        "unit_name": unit.name if unit else None,
        "assigned_to": row.assigned_to,
        "note": row.note,
        "raised_at": local(row.raised_at),
        "changed_at": local(row.changed_at),
        "group": row.facts.get("group"),
        "examples": row.facts.get("examples", []),
        "signs": row.facts.get("signs", []),
        "false_alarm": row.facts.get("false_alarm"),
        "facts": {key: value for key, value in row.facts.items() if key in SHOWN},
    }


def _take(
    services: Services,
    staff: Staff,
    number: int,
    name: str,
    step: AlarmStep,
    unit: str | None = None,
    false_alarm: bool | None = None,
) -> Alarm:
    with services.store.session() as session:
        row = alarm_desk.take(session, number, name, staff.actor, step.note, unit, false_alarm)
        return alarm_shape(session, row)


@router.get("/v1/alarms", tags=["alarms"])
def list_alarms(
    staff: StaffDep,
    services: ServicesDep,
    state: State = None,
    kind: State = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlarmPage:
    """Return the warnings within the caller's scope, newest first; closed ones only by state."""
    with services.store.session(read_only=True) as session:
        rows, total = alarm_desk.list_alarms(
            session, staff.scope, state or None, page, size, kind or None
        )
        items = [alarm_shape(session, row) for row in rows]
        said = alarm_desk.verdicts(session, staff.scope, datetime.now(UTC))
    return AlarmPage(items=items, total=total, page=page, size=size, verdicts=AlarmVerdicts(**said))


@router.get("/v1/alarms/{alarm_id}", tags=["alarms"])
def show_alarm(alarm_id: AlarmId, staff: StaffDep, services: ServicesDep) -> AlarmDetail:
    """Return a warning with the tickets it rests on and the steps taken."""
    now = datetime.now(UTC)
    with services.store.session(read_only=True) as session:
        row = alarm_desk.find_alarm(session, alarm_id, staff.scope)
        clocks = clocks_of(session)
        tickets = session.scalars(
            select(Ticket)
            .where(Ticket.id.in_(row.facts.get("tickets", [])[:MOST_TICKETS]))
            .where(visible_to(staff.actor))
            .order_by(Ticket.received_at.desc(), Ticket.id.desc())
        )
        return AlarmDetail(
            **_facts(session, row),
            steps=[
                AlarmDone(**{**done, "at": clocks.local(datetime.fromisoformat(done["at"]))})
                for done in row.facts.get("steps", [])
            ],
            tickets=[ticket_row(ticket, store_of(session), clocks, now) for ticket in tickets],
        )


@router.post("/v1/alarms/{alarm_id}/acknowledge", tags=["alarms"])
def acknowledge(
    alarm_id: AlarmId, step: AlarmStep, staff: StaffDep, services: ServicesDep
) -> Alarm:
    """Say that somebody has seen it."""
    return _take(services, staff, alarm_id, "acknowledge", step)


@router.post("/v1/alarms/{alarm_id}/assign", tags=["alarms"])
def assign(alarm_id: AlarmId, step: AlarmAssign, staff: StaffDep, services: ServicesDep) -> Alarm:
    """Give it to a unit."""
    return _take(services, staff, alarm_id, "assign", step, step.unit_code)


@router.post("/v1/alarms/{alarm_id}/act", tags=["alarms"])
def act(alarm_id: AlarmId, step: AlarmStep, staff: StaffDep, services: ServicesDep) -> Alarm:
    """Note what was done."""
    return _take(services, staff, alarm_id, "act", step)


@router.post("/v1/alarms/{alarm_id}/close", tags=["alarms"])
def close(alarm_id: AlarmId, step: AlarmClose, staff: StaffDep, services: ServicesDep) -> Alarm:
    """Close it, and say whether it was a false alarm."""
    return _take(services, staff, alarm_id, "close", step, false_alarm=step.false_alarm)
