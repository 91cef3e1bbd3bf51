"""The manager's figures of a period: how many, what, where, how fast, read from the roll-ups."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotline import tallies
from hotline.errors import InvalidInput
from hotline.figures import DayCount, Overview, Period, UnitFigures
from hotline.measuring import measured
from hotline.models import Ticket
from hotline.rollups import CATEGORY, CHANNEL
from hotline.store import Store, store_of
from hotline.tallies import DISTRICT, Place, Span

MAX_DAYS = 366
UNKNOWN = "未识别"


def overview(
    session: Session,
    days: int = 30,
    district: str | None = None,
    now: datetime | None = None,
    *,
    category: str | None = None,
) -> Overview:
    """The figures of the last ``days`` days up to today, and of as many days before.

    :param category: a category or its first level; hours and handling times are then left out.
    :raises InvalidInput: days out of range.
    """
    store = store_of(session)
    span = period(store, days, now)
    place = Place(district, category)
    still_open = open_tickets(session, place)
    earlier_open = still_open - _net(tallies.sums(session, place, span))
    return Overview(
        period=Period.model_validate({"from": span.first, "to": span.last}),
        totals=measured(tallies.tally(session, place, span, still_open)),
        compare=measured(tallies.tally(session, place, span.before, earlier_open)),
        by_day=_by_day(session, place, span),
        by_category=_counts(session, place, span, CATEGORY),
        by_district=_counts(session, place, span, DISTRICT),
        by_channel=_counts(session, place, span, CHANNEL),
        by_weekday_hour=_by_weekday_hour(session, place, span),
        demo=tallies.is_demo(session, place, span),
    )


def period(store: Store, days: int, now: datetime | None = None) -> Span:
    """The ``days`` days up to today.

    :raises InvalidInput: days out of range.
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"天数应在 1 到 {MAX_DAYS} 之间。", {"field": "days"})
    return Span.back(store.clocks.local_day(now or datetime.now(UTC)), days)


def still_open(place: Place) -> list[ColumnElement[bool]]:
    """The open tickets of a place, as conditions the index of open tickets serves."""
    conditions: list[ColumnElement[bool]] = [
        Ticket.closed_at.is_(None),
        Ticket.voided_at.is_(None),
    ]
    if place.district:
        conditions.append(Ticket.district == place.district)
    if place.category and "/" in place.category:
        conditions.append(Ticket.category == place.category)
    elif place.category:
        conditions.append(Ticket.category.startswith(f"{place.category}/", autoescape=True))
    return conditions


def open_tickets(session: Session, place: Place) -> int:
    """How many tickets are open."""
    return session.scalar(select(func.count()).where(*still_open(place))) or 0


def by_unit(session: Session, store: Store, place: Place, span: Span) -> list[UnitFigures]:
    """Every unit that had to do with a ticket, the busiest first."""
    before = tallies.unit_tallies(session, place, span.before)
    found = []
    for code, tally in tallies.unit_tallies(session, place, span).items():
        unit = store.city.register.by_code.get(code)
        earlier = before.get(code)
        found.append(
            UnitFigures(
                unit=unit.name if unit else code,
                code=code,
                figures=measured(tally),
                before=measured(earlier) if earlier else {},
            )
        )
    return sorted(found, key=lambda one: (-(one.figures["received"] or 0), one.code))


def _net(sums: tallies.Sums) -> int:
    return sums["received"] - sums["closed"] - sums["voided"]


def _by_day(session: Session, place: Place, span: Span) -> list[DayCount]:
    days = tallies.by_day(session, place, span).get("", {})
    return [
        DayCount(date=day, received=sums.get("received", 0), closed=sums.get("closed", 0))
        for day in span.days
        for sums in [days.get(day.isoformat(), {})]
    ]


def _counts(session: Session, place: Place, span: Span, kind: str) -> list[dict[str, Any]]:
    found = tallies.by_heading(session, place, span, kind)
    counts = [(name or UNKNOWN, sums["received"]) for name, sums in found.items()]
    ordered = sorted(counts, key=lambda one: (-one[1], one[0]))
    return [{kind: name, "count": count} for name, count in ordered if count]


def _by_weekday_hour(session: Session, place: Place, span: Span) -> list[dict[str, int]]:
    """Receipts by day of the week (1 is Monday) and hour; hours without any are left out."""
    if place.category is not None:
        return []
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for day, by_hour in tallies.hours(session, place, span).items():
        for hour, count in by_hour.items():
            counts[date.isoweekday(day), hour] += count
    return [
        {"weekday": weekday, "hour": hour, "count": count}
        for (weekday, hour), count in sorted(counts.items())
    ]
