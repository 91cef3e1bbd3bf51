"""A recurring group that many people joined lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.cases import person_of
from analytics.tables import GroupRow, MemberRow
from hotline.alarm_rules import GroupRule
from hotline.lifecycle import Status
from hotline.store import Ticket


@dataclass(frozen=True)
class Gathering:
    """`people` different persons within `days` days in one group; `tickets` are ids, by time."""

    group: str
    title: str
    category: str
    district: str
    days: int
    people: int
    tickets: tuple[int, ...]

    def sentence(self) -> str:
        """Return what a manager reads."""
        return (
            f"“{self.title}”{self.days} 天内有 {self.people} 人反映同一件事，"
            f"共 {len(self.tickets)} 件。"
        )


Joined = tuple[int, str, datetime]
"""A ticket of a group: id, person, when it came in."""


def gather(
    members: Sequence[Joined], now: datetime, rule: GroupRule
) -> tuple[int, tuple[int, ...]] | None:
    """Return (people, tickets) of the last days when they are enough, else nothing."""
    since = now - timedelta(days=rule.days)
    recent = sorted((at, ticket, person) for ticket, person, at in members if since <= at <= now)
    people = len({person for _, _, person in recent})
    return (people, tuple(ticket for _, ticket, _ in recent)) if people >= rule.people else None


def members_since(session: Session, since: datetime) -> dict[str, list[Joined]]:
    """Return group → its tickets that came in from `since` on."""
    rows = session.execute(
        select(
            MemberRow.group_id,
            Ticket.id,
            Ticket.received_at,
            Ticket.citizen_key,
            Ticket.citizen_id,
            Ticket.number,
        )
        .join(Ticket, Ticket.id == MemberRow.ticket_id)
        .where(
            MemberRow.group_id.is_not(None),
            Ticket.received_at >= since,
            Ticket.status != Status.VOID,
        )
    )
    found: dict[str, list[Joined]] = defaultdict(list)
    for row in rows:
        found[str(row.group_id)].append((row.id, person_of(row), row.received_at))
    return found


def gatherings(
    session: Session, members: dict[str, list[Joined]], now: datetime, rule: GroupRule
) -> list[Gathering]:
    """Return the groups that enough people joined in the days up to `now`."""
    found = []
    for name in sorted(members):
        lately = gather(members[name], now, rule)
        row = session.get(GroupRow, name) if lately else None
        if lately is not None and row is not None:
            title = row.human_title or row.title
            found.append(Gathering(name, title, row.category, row.district, rule.days, *lately))
    return found
