"""What is about to go wrong among the open tickets: deadlines close or past, nobody signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from hotline.models import Ticket
from hotline.overview import still_open
from hotline.tallies import Place

SOON, LATER = timedelta(hours=24), timedelta(hours=72)
LONG_IN_AIR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Open tickets of a unit ("" where none has them): past due, due within 24 and 72 hours."""

    unit_code: str
    overdue: int
    soon: int
    later: int
    open: int


def at_risk(session: Session, place: Place, now: datetime) -> list[AtRisk]:
    """Deadlines of the open tickets by unit, most pressing first."""
    soon, later = now + SOON, now + LATER
    found = session.execute(
        select(
            Ticket.unit_code,
            _count(Ticket.due_at < now),
            _count(and_(Ticket.due_at >= now, Ticket.due_at < soon)),
            _count(and_(Ticket.due_at >= soon, Ticket.due_at < later)),
            func.count(),
        )
        .where(*still_open(place))
        .group_by(Ticket.unit_code)
    )
    rows = [AtRisk(code or "", int(a), int(b), int(c), int(n)) for code, a, b, c, n in found]
    return sorted(rows, key=lambda row: (-(row.overdue + row.soon), -row.later, row.unit_code))


@dataclass(frozen=True, slots=True)
class InAir:
    """Open tickets nobody has signed (在天上飞): how many, how many returned once and more often,
    how many for longer than two days, and since when the oldest."""

    tickets: int
    returned_once: int
    returned_more: int
    long: int
    oldest: datetime | None


def in_air(session: Session, place: Place, now: datetime) -> InAir:
    """Count what is in the air."""
    row = session.execute(
        select(
            func.count(),
            _count(Ticket.bounces == 1),
            _count(Ticket.bounces > 1),
            _count(Ticket.received_at < now - LONG_IN_AIR),
            func.min(Ticket.received_at),
        ).where(*_unsigned(place))
    ).one()
    return InAir(int(row[0]), int(row[1] or 0), int(row[2] or 0), int(row[3] or 0), row[4])


def longest_in_air(session: Session, place: Place, most: int) -> list[Ticket]:
    """The tickets that have been in the air longest."""
    return list(
        session.scalars(
            select(Ticket).where(*_unsigned(place)).order_by(Ticket.received_at).limit(most)
        )
    )


def _unsigned(place: Place) -> list[ColumnElement[bool]]:
    return [*still_open(place), Ticket.signed_at.is_(None)]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))
