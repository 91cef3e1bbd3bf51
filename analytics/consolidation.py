"""The nightly run: group the recent tickets anew, keep ids, respect people, write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.cases import CASE_COLUMNS, case_of, recurrences, told_of
from analytics.constraints import Wish, apply
from analytics.description import Case, Description, describe
from analytics.frame import Frame
from analytics.grouping import Grouped, group, group_id
from analytics.lineage import (
    ACTIVE,
    DORMANT,
    DORMANT_DAYS,
    MERGED,
    REVIVED,
    keep_ids,
)
from analytics.ranking import typical_first
from analytics.tables import (
    ConstraintRow,
    GroupRow,
    LineageRow,
    MemberRow,
    make_tables,
    note_run,
)
from analytics.title import common_words
from hotline.ledger import Decision, record
from hotline.lifecycle import Status
from hotline.store import Store, Ticket, store_of

WINDOW_DAYS = 365
MACHINE = "machine"
# One person alone repeats (重复); a group takes several.
FEWEST_PEOPLE = 2
CONSOLIDATED = "consolidated"


@dataclass(frozen=True)
class Consolidated:
    """What a run found: how many tickets, groups, singles, and the events."""

    tickets: int
    groups: int
    singles: int
    events: list[tuple[str, str, str | None]]
    frame: Frame


@dataclass(frozen=True)
class _Found:
    """What was worked out from the tickets before anything is written.

    `clusters` of ticket ids with people's decisions up to number `decided` carried out.
    """

    cases: Mapping[int, Case]
    clusters: list[frozenset[int]]
    fresh_ids: list[str]
    descriptions: list[Description]
    decided: int
    frame: Frame


def consolidate(
    store: Store, now: datetime | None = None, window_days: int = WINDOW_DAYS
) -> Consolidated:
    """Group the tickets of the last `window_days` and store the result in one transaction.

    Groups that lie wholly before the window stay as they are. The same tickets, earlier groups
    and decisions of people give the same result. The long work is done before the database is
    locked for writing; should people decide something meanwhile, it is done again.
    """
    moment = now or datetime.now(UTC)
    make_tables(store.engine)
    while True:
        with store.session(read_only=True) as session:
            found = _work_out(session, moment, window_days)
        with store.session() as session:
            if _last_decision(session) == found.decided:
                return _write(session, found, moment)


def _last_decision(session: Session) -> int:
    return session.scalar(select(func.max(ConstraintRow.id))) or 0


def _work_out(session: Session, now: datetime, window_days: int) -> _Found:
    store = store_of(session)
    decided = _last_decision(session)
    rows = list(
        session.execute(
            select(Ticket.id, *CASE_COLUMNS)
            .where(
                Ticket.received_at >= now - timedelta(days=window_days),
                Ticket.received_at <= now,
                Ticket.status != Status.VOID,
            )
            .order_by(Ticket.id)
        )
    )
    cases = {row.id: case_of(row) for row in rows}
    first_of = _first_of({row.id: row.parent_id for row in rows})
    told = [told_of(row) for row in rows if row.id not in first_of]
    ids = [row.id for row in rows if row.id not in first_of]
    grouped = group(told, [district.name for district in store.city.districts])
    clusters = _clusters(session, ids, grouped, first_of)
    again: dict[int, list[int]] = {}
    for ticket, first in first_of.items():
        again.setdefault(first, []).append(ticket)
    whole = []
    at = {ticket: number for number, ticket in enumerate(ids)}
    common = common_words([f"{one.title} {one.detail}" for one in told])
    row_of = np.empty(len(told), dtype=np.int64)
    row_of[grouped.order] = np.arange(len(told))
    positions = row_of.tolist()
    descriptions, fresh = [], []
    for cluster in clusters:
        members = sorted(cluster.union(*(again.get(ticket, ()) for ticket in cluster)))
        here = [cases[ticket] for ticket in members]
        if len({case.person for case in here}) < FEWEST_PEOPLE:
            continue
        whole.append(frozenset(members))
        numbers = sorted(at[ticket] for ticket in cluster)
        fresh.append(group_id(told[min(numbers, key=lambda n: (told[n].day, told[n].id))]))
        best = [told[number].id for number in typical_first(grouped, numbers, positions)]
        descriptions.append(describe(here, now, best, recurrences(here), common))
    frame = Frame(len(told), grouped.vectors, told)
    return _Found(cases, whole, fresh, descriptions, decided, frame)


def _first_of(parents: Mapping[int, int | None]) -> dict[int, int]:
    """Return, for every ticket that is handled again (重办), the first of its line: the same
    matter by the same person, which says nothing new about who belongs together."""
    found: dict[int, int] = {}
    for ticket in sorted(parents):
        parent = parents[ticket]
        if parent is not None and parent in parents:
            found[ticket] = found.get(parent, parent)
    return found


def _clusters(
    session: Session, ids: Sequence[int], grouped: Grouped, first_of: Mapping[int, int]
) -> list[frozenset[int]]:
    """Return the machine's clusters of ticket ids, with people's decisions carried out."""
    clusters = [
        frozenset(ids[member] for member in members) for members in grouped.members().values()
    ]
    present = set(ids)

    def firsts(tickets: Sequence[int]) -> frozenset[int]:
        return frozenset(first_of.get(ticket, ticket) for ticket in tickets) & present

    wishes = [
        Wish(
            row.kind,
            firsts(row.tickets),
            firsts(row.others),
            max([*row.tickets, *row.others], default=0),
        )
        for row in session.scalars(select(ConstraintRow).order_by(ConstraintRow.id))
    ]
    row_of = {ids[int(member)]: row for row, member in enumerate(grouped.order)}
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


def _write(session: Session, found: _Found, now: datetime) -> Consolidated:
    """Write the groups, and of the memberships those that changed."""
    before = {
        ticket: name
        for ticket, name in session.execute(select(MemberRow.ticket_id, MemberRow.group_id))
        if ticket in found.cases
    }
    old: dict[str, set[int]] = {}
    for ticket, name in before.items():
        if name is not None:
            old.setdefault(name, set()).add(ticket)
    kept = keep_ids(old, found.clusters, found.fresh_ids)
    where: dict[int, str] = {}
    for name, cluster, told in zip(kept.ids, found.clusters, found.descriptions, strict=True):
        where.update(dict.fromkeys(cluster, name))
        store_group(session, name, told, now)
    for event, name, other in kept.events:
        if event == MERGED and (row := session.get(GroupRow, name)) is not None:
            _hand_over(session, row, other)
        session.add(
            LineageRow(at=now, group_id=name, event=event, other_id=other, actor=MACHINE, text="")
        )
    for ticket in found.cases:
        if ticket not in before or before[ticket] != where.get(ticket):
            session.merge(MemberRow(ticket_id=ticket, group_id=where.get(ticket), joined_at=now))
    session.flush()
    _let_sleep(session, now)
    counts = {"tickets": len(found.cases), "groups": len(found.clusters)}
    note_run(session, CONSOLIDATED, now, counts)
    record(session, [Decision("groups_consolidated", MACHINE, None, counts, {})], now)
    singles = len(found.cases) - len(where)
    return Consolidated(len(found.cases), len(found.clusters), singles, kept.events, found.frame)


def _hand_over(session: Session, gone: GroupRow, into: str | None) -> None:
    """Mark a group as merged; a person's title and the followers go with its tickets."""
    gone.state, gone.merged_into = MERGED, into
    heir = session.get(GroupRow, into) if into else None
    if heir is not None:
        heir.human_title = heir.human_title or gone.human_title
        heir.followers = sorted({*heir.followers, *gone.followers})


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
