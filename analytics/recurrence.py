"""办结后复发: the same matter again within 30 days after it was closed, by unit and by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.cases import RECURRENCE
from analytics.tables import GroupRow, MemberRow
from hotline.lifecycle import Status
from hotline.store import Ticket

# With fewer closings a share says nothing about a unit, and may point at persons.
FEWEST_CLOSINGS = 5


@dataclass(frozen=True)
class UnitRecurrence:
    """Of a unit's tickets closed in the period: how many, and after how many the matter came back.

    `share` is `None` with fewer than `FEWEST_CLOSINGS` closings.
    """

    code: str
    name: str
    closed: int
    recurred: int

    @property
    def share(self) -> float | None:
        """The share of closings that did not last."""
        return round(self.recurred / self.closed, 4) if self.closed >= FEWEST_CLOSINGS else None


@dataclass(frozen=True)
class GroupRecurrence:
    """A group whose matter came back: closings in the period and those that did not last."""

    group: str
    title: str
    district: str
    closed: int
    recurred: int


def recurrence(
    session: Session, first: datetime, last: datetime, district: str | None = None
) -> tuple[list[UnitRecurrence], list[GroupRecurrence]]:
    """Return (by unit, by group), the most recurrences first, of closings in `first`…`last`.

    A closing did not last when another ticket of the same group came in within 30 days after it.
    Closings of tickets without a group count among the unit's closings.
    """
    conditions = [
        Ticket.closed_at >= first,
        Ticket.closed_at <= last,
        Ticket.unit_code.is_not(None),
        Ticket.status != Status.VOID,
    ]
    if district:
        conditions.append(Ticket.district == district)
    closings = session.execute(
        select(Ticket.id, Ticket.unit_code, Ticket.unit_name, Ticket.closed_at, MemberRow.group_id)
        .outerjoin(MemberRow, MemberRow.ticket_id == Ticket.id)
        .where(*conditions)
    ).all()
    arrivals = _arrivals(session, {row.group_id for row in closings if row.group_id}, first)
    names: dict[str, str] = {}
    units: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in closings:
        again = any(
            row.closed_at < at <= row.closed_at + RECURRENCE and ticket != row.id
            for ticket, at in arrivals.get(row.group_id or "", ())
        )
        names[row.unit_code] = row.unit_name or row.unit_code
        for counts in (units[row.unit_code], *([groups[row.group_id]] if row.group_id else [])):
            counts[0] += 1
            counts[1] += again
    by_unit = [UnitRecurrence(code, names[code], *counts) for code, counts in units.items()]
    back = {name: counts for name, counts in groups.items() if counts[1]}
    by_group = [
        GroupRecurrence(row.id, row.human_title or row.title, row.district, *back[row.id])
        for row in _rows(session, sorted(back))
    ]
    return (
        sorted(by_unit, key=lambda one: (-one.recurred, -one.closed, one.code)),
        sorted(by_group, key=lambda one: (-one.recurred, one.group)),
    )


def _arrivals(
    session: Session, names: set[str], first: datetime
) -> dict[str, list[tuple[int, datetime]]]:
    """Return group → its tickets (id, received) from `first` on."""
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    wanted = sorted(names)
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(MemberRow.group_id, Ticket.id, Ticket.received_at)
            .join(Ticket, Ticket.id == MemberRow.ticket_id)
            .where(
                MemberRow.group_id.in_(wanted[start : start + 500]),
                Ticket.received_at >= first,
                Ticket.status != Status.VOID,
            )
        )
        for name, ticket, at in rows:
            found[str(name)].append((ticket, at))
    return found


def _rows(session: Session, names: Sequence[str]) -> list[GroupRow]:
    found: list[GroupRow] = []
    for start in range(0, len(names), 500):
        found.extend(
            session.scalars(select(GroupRow).where(GroupRow.id.in_(names[start : start + 500])))
        )
    return found
