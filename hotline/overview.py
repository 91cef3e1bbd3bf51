"""The manager's figures: how many, what, where, how fast, read from the daily roll-ups."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput
from hotline.figures import DEFINITIONS, DayCount, Overview, Period, Totals, UnitFigures
from hotline.lifecycle import OPEN
from hotline.models import DailyRollup, DailySpread, Ticket
from hotline.rollups import HANDLING, HOUR, MEASURES, bucket_middle
from hotline.store import Store, store_of

MAX_DAYS = 366


def overview(
    session: Session,
    days: int = 30,
    district: str | None = None,
    now: datetime | None = None,
) -> Overview:
    """The figures of the last ``days`` days up to today, and of as many days before.

    :raises InvalidInput: days out of range.
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"天数应在 1 到 {MAX_DAYS} 之间。", {"field": "days"})
    store = store_of(session)
    last = store.clocks.local_day(now or datetime.now(UTC))
    first = last - timedelta(days=days - 1)
    here = _within(first, last, district)
    open_now = _open_now(session, district)
    earlier_last = first - timedelta(days=1)
    earlier_open = open_now - _net(session, _within(first, last, district))
    return Overview(
        period=Period.model_validate({"from": first, "to": last}),
        totals=_totals(session, first, last, district, open_now),
        compare=_totals(
            session, first - timedelta(days=days), earlier_last, district, earlier_open
        ),
        by_day=_by_day(session, first, last, here),
        by_category=_counts(session, "category", here),
        by_district=_counts(session, "district", here),
        by_unit=_by_unit(session, store, first, last, district),
        by_channel=_counts(session, "channel", here),
        by_hour=_by_hour(session, first, last, district),
        by_weekday_hour=_by_weekday_hour(session, first, last, district),
        definitions=DEFINITIONS,
        demo=bool(
            session.scalar(select(func.max(DailyRollup.received)).where(*here, DailyRollup.demo))
        ),
    )


def _within(first: date, last: date, district: str | None) -> list[ColumnElement[bool]]:
    conditions = [DailyRollup.day >= first.isoformat(), DailyRollup.day <= last.isoformat()]
    if district:
        conditions.append(DailyRollup.district == district)
    return conditions


def _sums(session: Session, conditions: list[ColumnElement[bool]]) -> dict[str, int]:
    columns = [func.coalesce(func.sum(getattr(DailyRollup, name)), 0) for name in MEASURES]
    row = session.execute(select(*columns).where(*conditions)).one()
    return {name: int(value) for name, value in zip(MEASURES, row, strict=True)}


def _totals(
    session: Session, first: date, last: date, district: str | None, still_open: int
) -> Totals:
    sums = _sums(session, _within(first, last, district))
    due = _sums(session, _within(first, last - timedelta(days=1), district))
    return Totals(
        received=sums["received"],
        closed=sums["closed"],
        open=still_open,
        overdue=due["due"] - due["on_time"],
        returned=sums["returned"],
        reopened=sums["reopened"],
        satisfaction=_share(sums["satisfied"], sums["rated"]),
    )


def _open_now(session: Session, district: str | None) -> int:
    conditions: list[ColumnElement[bool]] = [Ticket.status.in_(OPEN)]
    if district:
        conditions.append(Ticket.district == district)
    return session.scalar(select(func.count()).select_from(Ticket).where(*conditions)) or 0


def _net(session: Session, conditions: list[ColumnElement[bool]]) -> int:
    sums = _sums(session, conditions)
    return sums["received"] - sums["closed"] - sums["voided"]


def _by_day(
    session: Session, first: date, last: date, conditions: list[ColumnElement[bool]]
) -> list[DayCount]:
    found = session.execute(
        select(DailyRollup.day, func.sum(DailyRollup.received), func.sum(DailyRollup.closed))
        .where(*conditions)
        .group_by(DailyRollup.day)
    )
    counts = {day: (int(received), int(closed)) for day, received, closed in found}
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [
        DayCount(date=day, received=received, closed=closed)
        for day in every
        for received, closed in [counts.get(day.isoformat(), (0, 0))]
    ]


def _counts(
    session: Session, name: str, conditions: list[ColumnElement[bool]]
) -> list[dict[str, Any]]:
    column = getattr(DailyRollup, name)
    total = func.sum(DailyRollup.received)
    found = session.execute(
        select(column, total).where(*conditions).group_by(column).having(total > 0)
    )
    ordered = sorted(found, key=lambda row: (-row[1], row[0]))
    return [{name: value or "未识别", "count": int(count)} for value, count in ordered]


def _by_unit(
    session: Session, store: Store, first: date, last: date, district: str | None
) -> list[UnitFigures]:
    def grouped(until: date, *names: str) -> dict[str, tuple[int, ...]]:
        columns = [func.sum(getattr(DailyRollup, name)) for name in names]
        found = session.execute(
            select(DailyRollup.unit_code, *columns)
            .where(*_within(first, until, district), DailyRollup.unit_code != "")
            .group_by(DailyRollup.unit_code)
        )
        return {row[0]: tuple(int(value) for value in row[1:]) for row in found}

    whole = grouped(last, "received", "closed", "returned")
    due = grouped(last - timedelta(days=1), "due", "on_time")
    medians = _medians(session, first, last, district)
    figures = []
    for code, (received, closed, returned) in whole.items():
        fallen_due, on_time = due.get(code, (0, 0))
        unit = store.city.register.by_code.get(code)
        figures.append(
            UnitFigures(
                unit=unit.name if unit else code,
                code=code,
                received=received,
                closed=closed,
                on_time_rate=_share(on_time, fallen_due),
                returned=returned,
                median_hours=medians.get(code),
            )
        )
    return sorted(figures, key=lambda item: (-item.received, item.code))


def _medians(session: Session, first: date, last: date, district: str | None) -> dict[str, float]:
    """Median handling hours by unit, from the buckets: the middle of the one that holds it."""
    found = session.execute(
        select(DailySpread.unit_code, DailySpread.bucket, func.sum(DailySpread.count))
        .where(*_spread_within(first, last, district), DailySpread.kind == HANDLING)
        .group_by(DailySpread.unit_code, DailySpread.bucket)
        .order_by(DailySpread.bucket)
    )
    spreads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for code, bucket, count in found:
        spreads[code].append((bucket, int(count)))
    medians = {}
    for code, spread in spreads.items():
        half, seen = sum(count for _, count in spread) / 2, 0
        for bucket, count in spread:
            seen += count
            if seen >= half and count:
                medians[code] = bucket_middle(bucket)
                break
    return medians


def _by_hour(
    session: Session, first: date, last: date, district: str | None
) -> list[dict[str, int]]:
    found = session.execute(
        select(DailySpread.bucket, func.sum(DailySpread.count))
        .where(*_spread_within(first, last, district), DailySpread.kind == HOUR)
        .group_by(DailySpread.bucket)
    )
    counts = {bucket: int(count) for bucket, count in found}
    return [{"hour": hour, "count": counts.get(hour, 0)} for hour in range(24)]


def _by_weekday_hour(
    session: Session, first: date, last: date, district: str | None
) -> list[dict[str, int]]:
    """Receipts by day of the week (1 is Monday) and hour; hours without any are left out."""
    found = session.execute(
        select(DailySpread.day, DailySpread.bucket, func.sum(DailySpread.count))
        .where(*_spread_within(first, last, district), DailySpread.kind == HOUR)
        .group_by(DailySpread.day, DailySpread.bucket)
    )
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for day, hour, count in found:
        counts[date.fromisoformat(day).isoweekday(), hour] += int(count)
    return [
        {"weekday": weekday, "hour": hour, "count": count}
        for (weekday, hour), count in sorted(counts.items())
    ]


def _spread_within(first: date, last: date, district: str | None) -> list[ColumnElement[bool]]:
    conditions = [DailySpread.day >= first.isoformat(), DailySpread.day <= last.isoformat()]
    if district:
        conditions.append(DailySpread.district == district)
    return conditions


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
