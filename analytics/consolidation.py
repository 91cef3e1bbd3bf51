"""The nightly run: group the recent tickets anew, keep ids, respect people, write it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analytics.cases import case_of, recurrences, told_of
from analytics.constraints import Wish, apply
from analytics.description import Description, describe
from analytics.frame import Frame
from analytics.grouping import Grouped, Told, group, group_id
from analytics.lineage import (
    ACTIVE,
    DORMANT,
    DORMANT_DAYS,
    MERGED,
    REVIVED,
    Kept,
    keep_ids,
)
from analytics.ranking import typical_first
from analytics.tables import ConstraintRow, GroupRow, LineageRow, MemberRow, make_tables
from analytics.title import common_words
from hotline.ledger import Decision, record
from hotline.lifecycle import Status
from hotline.store import Store, Ticket

WINDOW_DAYS = 365
MACHINE = "machine"


@dataclass(frozen=True)
class Consolidated:
    """What a run found: how many tickets, groups, singles, and the events."""

    tickets: int
    groups: int
    singles: int
    events: list[tuple[str, str, str | None]]
    frame: Frame


def consolidate(
    store: Store, now: datetime | None = None, window_days: int = WINDOW_DAYS
) -> Consolidated:
    """Group the tickets of the last `window_days` and store the result in one transaction.

    Groups that lie wholly before the window stay as they are. The same tickets, earlier groups
    and decisions of people give the same result.
    """
    moment = now or datetime.now(UTC)
    make_tables(store.engine)
    with store.session() as session:
        tickets = list(
            session.scalars(
                select(Ticket)
                .where(
                    Ticket.received_at >= moment - timedelta(days=window_days),
                    Ticket.received_at <= moment,
                    Ticket.status != Status.VOID,
                )
                .order_by(Ticket.id)
            )
        )
        told = [told_of(ticket) for ticket in tickets]
        grouped = group(told, [district.name for district in store.city.districts])
        clusters = _clusters(session, tickets, grouped)
        at = {ticket.id: number for number, ticket in enumerate(tickets)}
        old = _members(session, at)
        fresh = [
            group_id(told[min((at[t] for t in c), key=lambda n: (told[n].day, told[n].id))])
            for c in clusters
        ]
        kept = keep_ids(old, clusters, fresh)
        _write(session, tickets, told, grouped, clusters, kept, moment)
        grouped_tickets = sum(map(len, clusters))
        record(
            session,
            [
                Decision(
                    "groups_consolidated",
                    MACHINE,
                    None,
                    {"tickets": len(tickets), "groups": len(clusters)},
                    {},
                )
            ],
            moment,
        )
    return Consolidated(
        len(tickets),
        len(clusters),
        len(tickets) - grouped_tickets,
        kept.events,
        Frame(len(tickets), grouped.vectors),
    )


def _clusters(
    session: Session, tickets: Sequence[Ticket], grouped: Grouped
) -> list[frozenset[int]]:
    """Return the machine's clusters of ticket ids, with people's decisions carried out."""
    clusters = [
        frozenset(tickets[member].id for member in members)
        for members in grouped.members().values()
    ]
    present = {ticket.id for ticket in tickets}
    wishes = [
        Wish(row.kind, frozenset(row.tickets) & present, frozenset(row.others) & present)
        for row in session.scalars(select(ConstraintRow).order_by(ConstraintRow.id))
    ]
    row_of = {tickets[int(member)].id: row for row, member in enumerate(grouped.order)}
    vectors = grouped.vectors

    def likeness(ticket: int, side: frozenset[int]) -> float:
        mine = {
            int(f): float(w)
            for f, w in zip(
                vectors.features[row_of[ticket]], vectors.weights[row_of[ticket]], strict=True
            )
            if w > 0
        }
        rows = [row_of[other] for other in sorted(side)]
        features, weights = vectors.features[rows], vectors.weights[rows]
        return float(
            sum(
                mine.get(int(f), 0.0) * float(w)
                for f, w in zip(features.ravel(), weights.ravel(), strict=True)
            )
        ) / len(rows)

    return sorted(
        apply(clusters, wishes, lambda one, a, b: likeness(one, a) > likeness(one, b)), key=min
    )


def _members(session: Session, within: dict[int, int]) -> dict[str, set[int]]:
    """Return group id → its tickets among those looked at."""
    found: dict[str, set[int]] = {}
    rows = session.execute(
        select(MemberRow.group_id, MemberRow.ticket_id).where(MemberRow.group_id.is_not(None))
    )
    for name, ticket in rows:
        if name is not None and ticket in within:
            found.setdefault(name, set()).add(ticket)
    return found


def _write(
    session: Session,
    tickets: Sequence[Ticket],
    told: Sequence[Told],
    grouped: Grouped,
    clusters: Sequence[frozenset[int]],
    kept: Kept,
    now: datetime,
) -> None:
    at = {ticket.id: number for number, ticket in enumerate(tickets)}
    common = common_words([f"{one.title} {one.detail}" for one in told])
    row_of = np.empty(len(told), dtype=np.int64)
    row_of[grouped.order] = np.arange(len(told))
    rows = row_of.tolist()
    where: dict[int, str] = {}
    for name, cluster in zip(kept.ids, clusters, strict=True):
        numbers = sorted(at[ticket] for ticket in cluster)
        where.update(dict.fromkeys(cluster, name))
        best = [told[number].id for number in typical_first(grouped, numbers, rows)]
        cases = [case_of(tickets[number]) for number in numbers]
        store_group(session, name, describe(cases, now, best, recurrences(cases), common), now)
    for event, name, other in kept.events:
        if event == MERGED and (row := session.get(GroupRow, name)) is not None:
            row.state, row.merged_into = MERGED, other
        session.add(
            LineageRow(at=now, group_id=name, event=event, other_id=other, actor=MACHINE, text="")
        )
    ids = [ticket.id for ticket in tickets]
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        session.execute(delete(MemberRow).where(MemberRow.ticket_id.in_(part)))
    session.add_all(
        MemberRow(ticket_id=ticket.id, group_id=where.get(ticket.id), joined_at=now)
        for ticket in tickets
    )
    session.flush()
    _let_sleep(session, now)


def store_group(session: Session, name: str, told: Description, now: datetime) -> GroupRow:
    """Write a group's description; it falls asleep or wakes by the age of its latest ticket."""
    row = session.get(GroupRow, name)
    state = DORMANT if now - told.last_at > timedelta(days=DORMANT_DAYS) else ACTIVE
    if row is None:
        row = GroupRow(id=name, followers=[], state=state, human_title=None, merged_into=None)
        session.add(row)
    elif {row.state, state} == {DORMANT, ACTIVE}:
        event = REVIVED if state == ACTIVE else DORMANT
        session.add(LineageRow(at=now, group_id=name, event=event, actor=MACHINE, text=""))
    row.title, row.district, row.category = told.title, told.district, told.category
    row.first_at, row.last_at = told.first_at, told.last_at
    row.tickets, row.people, row.heat = told.tickets, told.people, told.heat
    row.recurred = len(told.facts.get("recurred", []))
    row.summary = {**told.facts, "peak": told.peak}
    row.state, row.merged_into = state, None
    return row


def _let_sleep(session: Session, now: datetime) -> None:
    """Mark groups before the window as dormant."""
    quiet = select(GroupRow).where(
        GroupRow.state == ACTIVE, GroupRow.last_at < now - timedelta(days=DORMANT_DAYS)
    )
    for row in session.scalars(quiet):
        row.state = DORMANT
        session.add(LineageRow(at=now, group_id=row.id, event=DORMANT, actor=MACHINE, text=""))
