"""Daily figures, kept in step with every change so that no page has to count tickets.

What a ticket adds to the figures follows from its state alone (``contributions``); a step writes
the difference between before and after. ``rebuild`` counts everything anew and gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.clocks import Clocks
from hotline.held_back import held_back
from hotline.models import DailyRollup, DailySpread, Ticket, UnitReturn

MEASURES = (
    "received",
    "closed",
    "due",
    "on_time",
    "returned",
    "reopened",
    "voided",
    "rated",
    "satisfied",
)
SATISFIED_FROM = 4
HOUR, HANDLING = "hour", "handling"
FINE_HOURS, COARSE_HOURS = 48, 12


class RollupKey(NamedTuple):
    """The combination a figure belongs to."""

    day: str
    category: str
    district: str
    street: str
    unit_code: str
    channel: str
    demo: bool


class SpreadKey(NamedTuple):
    """The place of a ticket in a day's spread."""

    day: str
    kind: str
    bucket: int
    district: str
    unit_code: str
    demo: bool


Figures = Counter[tuple[RollupKey | SpreadKey, str]]


def handling_bucket(hours: float) -> int:
    """The lower edge, in hours, of the bucket for a handling time: by the hour for two days, then
    by half days."""
    whole = max(0, int(hours))
    return whole if whole < FINE_HOURS else whole - whole % COARSE_HOURS


def bucket_middle(bucket: int) -> float:
    """The middle of a handling bucket, in hours."""
    return bucket + (0.5 if bucket < FINE_HOURS else COARSE_HOURS / 2)


def contributions(ticket: Ticket, clocks: Clocks) -> Figures:
    """Everything one ticket adds to the figures in its present state (returns apart)."""
    figures: Figures = Counter()

    def add(moment: datetime, *measures: str) -> None:
        for measure in measures:
            figures[(rollup_key(ticket, moment, clocks), measure)] += 1

    def spread(moment: datetime, kind: str, bucket: int) -> None:
        key = SpreadKey(
            clocks.local_day(moment).isoformat(),
            kind,
            bucket,
            ticket.district or "",
            ticket.unit_code or "",
            ticket.demo,
        )
        figures[(key, "count")] += 1

    add(ticket.received_at, "received")
    spread(ticket.received_at, HOUR, clocks.local(ticket.received_at).hour)
    if ticket.parent_id is not None:
        add(ticket.received_at, "reopened")
    if ticket.voided_at:
        add(ticket.voided_at, "voided")
        return figures
    if ticket.due_at:
        add(ticket.due_at, "due")
        if ticket.closed_at and ticket.closed_at <= ticket.due_at:
            add(ticket.due_at, "on_time")
    if ticket.closed_at:
        add(ticket.closed_at, "closed")
        hours = (ticket.closed_at - ticket.received_at).total_seconds() / 3600
        spread(ticket.closed_at, HANDLING, handling_bucket(hours))
    if ticket.rated_at and ticket.rating:
        add(ticket.rated_at, "rated")
        if ticket.rating >= SATISFIED_FROM:
            add(ticket.rated_at, "satisfied")
    return figures


def return_contribution(
    ticket: Ticket, unit_code: str, category: str | None, at: datetime, clocks: Clocks
) -> Figures:
    """What one return (退单) adds, under the unit that returned and the category it returned it for;
    the desk may since have changed the ticket's."""
    key = rollup_key(ticket, at, clocks)._replace(unit_code=unit_code, category=category or "")
    return Counter({(key, "returned"): 1})


def rollup_key(ticket: Ticket, moment: datetime, clocks: Clocks) -> RollupKey:
    """The combination a ticket counts under on the day of ``moment``."""
    return RollupKey(
        clocks.local_day(moment).isoformat(),
        ticket.category or "",
        ticket.district or "",
        ticket.street or "",
        ticket.unit_code or "",
        ticket.channel,
        ticket.demo,
    )


def difference(before: Figures, after: Figures) -> Figures:
    """What has to be written when a ticket's contributions change."""
    change: Figures = Counter(after)
    change.subtract(before)
    return Counter({place: delta for place, delta in change.items() if delta})


def write(session: Session, figures: Figures) -> None:
    """Add figures to the tables, in one fixed order so that writers never wait in a circle."""
    waiting = held_back(session)
    if waiting is not None:
        waiting.figures.update(figures)
        return
    rollups: dict[RollupKey, dict[str, int]] = {}
    spreads: dict[SpreadKey, int] = {}
    for (key, measure), delta in figures.items():
        if isinstance(key, RollupKey):
            rollups.setdefault(key, {})[measure] = delta
        else:
            spreads[key] = delta
    _add(
        session,
        DailyRollup,
        [
            {**key._asdict(), **{name: deltas.get(name, 0) for name in MEASURES}}
            for key, deltas in sorted(rollups.items())
        ],
        MEASURES,
    )
    _add(
        session,
        DailySpread,
        [{**key._asdict(), "count": delta} for key, delta in sorted(spreads.items())],
        ("count",),
    )


def rebuild(session: Session) -> int:
    """Count everything anew from the tickets; returns how many tickets were read."""
    clocks: Clocks = session.info["store"].clocks
    session.execute(delete(DailyRollup))
    session.execute(delete(DailySpread))
    figures: Figures = Counter()
    tickets = 0
    for ticket in session.scalars(select(Ticket).order_by(Ticket.id)).yield_per(1000):
        tickets += 1
        figures.update(contributions(ticket, clocks))
        session.expunge(ticket)
    rows = session.execute(
        select(UnitReturn.unit_code, UnitReturn.category, UnitReturn.at, Ticket).join(
            Ticket, Ticket.id == UnitReturn.ticket_id
        )
    )
    for unit_code, category, at, ticket in rows:
        figures.update(return_contribution(ticket, unit_code, category, at, clocks))
    write(session, figures)
    return tickets


def _add(
    session: Session,
    table: type[DailyRollup] | type[DailySpread],
    rows: Iterable[Mapping[str, object]],
    measures: tuple[str, ...],
) -> None:
    values = list(rows)
    if not values:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table)
    keys = [column.name for column in table.__table__.primary_key]
    statement = statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: table.__table__.c[name] + statement.excluded[name] for name in measures},
    )
    session.execute(statement, values)
