"""Tickets of the store as analytics reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from analytics.description import SECONDS_PER_DAY, Case
from analytics.grouping import Told
from hotline.lifecycle import Status
from hotline.store import Ticket

RECURRENCE = timedelta(days=30)
# How `hotline.citizen_steps` writes a ticket that is handled again.
REOPENED, REOPENED_FROM = "【重办】", "原诉求："
# What is read of a ticket here.
CASE_COLUMNS = (
    Ticket.number, Ticket.title, Ticket.text, Ticket.place, Ticket.received_at,
    Ticket.citizen_key, Ticket.citizen_id, Ticket.district, Ticket.street, Ticket.category,
    Ticket.unit_name, Ticket.status, Ticket.closed_at, Ticket.parent_id,
)  # fmt: skip
_MANY = 500
# A ticket, or a row of `CASE_COLUMNS`.
AnyTicket = Ticket | Row[*tuple[Any, ...]]


def told_of(ticket: AnyTicket) -> Told:
    """Return what grouping reads of a ticket; the place the citizen gave counts as text."""
    text = matter_of(ticket.text)
    return Told(
        id=ticket.number,
        title=ticket.title or text[:30],
        detail=f"{ticket.place or ''} {text}".strip(),
        day=ticket.received_at.timestamp() / SECONDS_PER_DAY,
        person=person_of(ticket),
        district=ticket.district or "",
        place=_near_place(ticket),
        category=ticket.category or "",
    )


def _near_place(ticket: AnyTicket) -> str:
    """Return the ticket's place unless it is merely its district."""
    place, district = ticket.place or "", ticket.district or ""
    return "" if place in {district, district.rstrip("区县市")} else place


def matter_of(text: str) -> str:
    """Return what the matter is about: of a 重办 ticket the words of the first one."""
    return text.rsplit(REOPENED_FROM, 1)[-1] if text.startswith(REOPENED) else text


def person_of(ticket: AnyTicket) -> str:
    """Return what tells one citizen from another; a ticket without a trace is a person itself."""
    return ticket.citizen_key or ticket.citizen_id or ticket.number


def case_of(ticket: AnyTicket) -> Case:
    """Return what a description reads of a ticket."""
    return Case(
        number=ticket.number,
        title=ticket.title,
        text=matter_of(ticket.text),
        at=ticket.received_at,
        person=person_of(ticket),
        district=ticket.district or "",
        street=ticket.street or "",
        place=ticket.place or "",
        category=ticket.category or "",
        unit=ticket.unit_name or "",
        status=ticket.status,
        closed_at=ticket.closed_at,
    )


def tickets_with(session: Session, ids: Sequence[int]) -> list[Ticket]:
    """Return the tickets of these ids that are not void, by time."""
    found: list[Ticket] = []
    for start in range(0, len(ids), _MANY):
        part = select(Ticket).where(
            Ticket.id.in_(ids[start : start + _MANY]), Ticket.status != Status.VOID
        )
        found.extend(session.scalars(part))
    return sorted(found, key=lambda ticket: (ticket.received_at, ticket.id))


def recurrences(cases: Sequence[Case]) -> list[str]:
    """Return the numbers of cases that came in within 30 days after another was closed (办结后复发).

    A closing counts for the whole group: the matter was reported solved.
    """
    closings = sorted(case.closed_at for case in cases if case.closed_at)
    return [
        case.number
        for case in sorted(cases, key=lambda case: (case.at, case.number))
        if any(timedelta(0) <= case.at - closed <= RECURRENCE for closed in closings)
    ]
