"""Daily figures, kept in step with every change so that no page has to count tickets.

What a ticket adds to the figures follows from its state alone (``contributions``); a step writes
the difference between before and after. ``rebuild`` counts everything anew and gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.clocks import Clocks
from hotline.held_back import held_back
from hotline.lifecycle import FINISHED
from hotline.models import DailyMargin, DailyRollup, DailySpread, Ticket, UnitReturn

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
MARGIN_MEASURES = (*MEASURES, "landed", "air_minutes", "bounced", "decided", "right")
EVERYWHERE = "*"
ALL, CATEGORY, UNIT, CHANNEL, DIAL, SURE = "all", "category", "unit", "channel", "dial", "sure"
SURE_DIAL = "auto"
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


class MarginKey(NamedTuple):
    """One heading of a day; see ``DailyMargin``."""

    kind: str
    district: str
    day: str
    name: str
    demo: bool


K = TypeVar("K", RollupKey, MarginKey)
Figures = Counter[tuple[RollupKey | SpreadKey | MarginKey, str]]


def handling_bucket(hours: float) -> int:
    """The lower edge, in hours, of the bucket for a handling time: by the hour for two days, then
    by half days."""
    whole = max(0, int(hours))
    return whole if whole < FINE_HOURS else whole - whole % COARSE_HOURS


def bucket_middle(bucket: int) -> float:
    """The middle of a handling bucket, in hours."""
    return bucket + (0.5 if bucket < FINE_HOURS else COARSE_HOURS / 2)


def contributions(ticket: Ticket, clocks: Clocks) -> Figures:
    """Everything one ticket adds to the figures in its present state (returns apart).

    What ``DailyRollup`` counts reaches the margins when it is written (see ``write``).
    """
    figures: Figures = Counter()

    def add(moment: datetime, *measures: str) -> None:
        key = rollup_key(ticket, moment, clocks)
        for measure in measures:
            figures[(key, measure)] += 1

    def spread(moment: datetime, kind: str, bucket: int, unit: str) -> None:
        day = clocks.local_day(moment).isoformat()
        for place in (ticket.district or "", EVERYWHERE):
            figures[(SpreadKey(day, kind, bucket, place, unit, ticket.demo), "count")] += 1

    add(ticket.received_at, "received")
    spread(ticket.received_at, HOUR, clocks.local(ticket.received_at).hour, "")
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
        spread(ticket.closed_at, HANDLING, handling_bucket(hours), ticket.unit_code or "")
    if ticket.rated_at and ticket.rating:
        add(ticket.rated_at, "rated")
        if ticket.rating >= SATISFIED_FROM:
            add(ticket.rated_at, "satisfied")
    _add_landing(figures, ticket, clocks)
    _add_suggestion(figures, ticket, clocks)
    return figures


def _add_landing(figures: Figures, ticket: Ticket, clocks: Clocks) -> None:
    """How long it was in the air: from receipt to the sign after which nobody returned it."""
    if ticket.signed_at is None:
        return
    minutes = int((ticket.signed_at - ticket.received_at).total_seconds() // 60)
    for key in _margin_keys(rollup_key(ticket, ticket.signed_at, clocks)):
        figures[(key, "landed")] += 1
        figures[(key, "air_minutes")] += max(0, minutes)
        if ticket.bounces:
            figures[(key, "bounced")] += 1


def _add_suggestion(figures: Figures, ticket: Ticket, clocks: Clocks) -> None:
    """What the machine suggested and, once it has come out (see ``promise``), whether rightly."""
    if not ticket.dial:
        return
    key = rollup_key(ticket, ticket.received_at, clocks)
    by_dial = _headings(key, DIAL, ticket.dial)
    for one in by_dial:
        figures[(one, "received")] += 1
    if ticket.suggested_unit is None:
        return
    redirected = ticket.unit_code is not None and ticket.unit_code != ticket.suggested_unit
    if not (ticket.status in FINISHED or ticket.bounces or redirected):
        return
    right = not ticket.bounces and ticket.unit_code == ticket.suggested_unit
    headings = [*by_dial, *_margin_keys(key)]
    if ticket.dial == SURE_DIAL:
        headings += _headings(key, SURE, ticket.suggested_category or "")
    for one in headings:
        figures[(one, "decided")] += 1
        if right:
            figures[(one, "right")] += 1


def _headings(key: RollupKey, kind: str, name: str) -> list[MarginKey]:
    """The heading in the ticket's district and in the whole city."""
    return [MarginKey(kind, place, key.day, name, key.demo) for place in (key.district, EVERYWHERE)]


def _margin_keys(key: RollupKey) -> list[MarginKey]:
    """Every heading a combination counts under."""
    return [
        *_headings(key, ALL, ""),
        *_headings(key, CATEGORY, key.category),
        *_headings(key, UNIT, key.unit_code),
        *_headings(key, CHANNEL, key.channel),
    ]


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
    margins: dict[MarginKey, dict[str, int]] = {}
    spreads: dict[SpreadKey, int] = {}
    for (key, measure), delta in figures.items():
        if isinstance(key, RollupKey):
            rollups.setdefault(key, {})[measure] = delta
            for heading in _margin_keys(key):
                sums = margins.setdefault(heading, {})
                sums[measure] = sums.get(measure, 0) + delta
        elif isinstance(key, MarginKey):
            sums = margins.setdefault(key, {})
            sums[measure] = sums.get(measure, 0) + delta
        else:
            spreads[key] = delta
    _add(session, DailyRollup, _rows(rollups, MEASURES), MEASURES)
    _add(session, DailyMargin, _rows(margins, MARGIN_MEASURES), MARGIN_MEASURES)
    _add(
        session,
        DailySpread,
        [{**key._asdict(), "count": delta} for key, delta in sorted(spreads.items())],
        ("count",),
    )


def _rows(
    sums: Mapping[K, dict[str, int]],
    measures: tuple[str, ...],
) -> list[dict[str, Any]]:
    return [
        {**key._asdict(), **{name: deltas.get(name, 0) for name in measures}}
        for key, deltas in sorted(sums.items())
        if any(deltas.values())
    ]


def rebuild(session: Session) -> int:
    """Count everything anew from the tickets; returns how many tickets were read."""
    clocks: Clocks = session.info["store"].clocks
    for table in (DailyRollup, DailyMargin, DailySpread):
        session.execute(delete(table))
    figures: Figures = Counter()
    tickets = 0
    # Columns, not whole tickets: an archive of millions is read in minutes.
    for ticket in session.execute(select(*_READ).order_by(Ticket.id)).yield_per(5000):
        tickets += 1
        figures.update(contributions(cast("Ticket", ticket), clocks))
    returns = (UnitReturn.unit_code.label("by"), UnitReturn.category.label("then"), UnitReturn.at)
    rows = session.execute(
        select(*_READ, *returns).join(UnitReturn, UnitReturn.ticket_id == Ticket.id)
    )
    for row in rows:
        of = cast("Ticket", row)
        figures.update(return_contribution(of, row.by, row.then, row.at, clocks))
    write(session, figures)
    return tickets


SUGGESTED_CATEGORY = Ticket.suggestion["categories"][0]["name"].as_string()
_READ = (
    Ticket.district, Ticket.street, Ticket.category, Ticket.unit_code, Ticket.channel, Ticket.demo,
    Ticket.status, Ticket.parent_id, Ticket.bounces, Ticket.dial, Ticket.suggested_unit,
    Ticket.rating, Ticket.received_at, Ticket.due_at, Ticket.closed_at, Ticket.voided_at,
    Ticket.signed_at, Ticket.rated_at,
    SUGGESTED_CATEGORY.label("suggested_category"),
)  # fmt: skip


def _add(
    session: Session,
    table: type[DailyRollup] | type[DailyMargin] | type[DailySpread],
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
