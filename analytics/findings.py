"""What the detectors found, in one shape, and whether it is news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from analytics.alarms import Levels, Rise, rises, sentence
from analytics.areas import Area, Neighbourhoods, area_sentence, areas
from analytics.gathering import Gathering
from analytics.series import Board
from analytics.watch import Said
from hotline.lifecycle import Status
from hotline.store import Store, Ticket

WORD, RISE, AREA, GROUP = "word", "rise", "area", "group"
MOST_TICKETS = 500
# A cause is known when so much of its tickets stand behind an earlier warning.
SAME_CAUSE = 0.5
OPEN_DAYS = 30


@dataclass(frozen=True)
class Finding:
    """Something a person should look at. `tickets` are the ids, by time, of what it rests on."""

    kind: str
    cause: str
    day: date
    category: str
    district: str
    street: str
    sentence: str
    observed: int
    expected: float
    improbability: float
    tickets: tuple[int, ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Raised:
    """A warning that was given, as far as later ones are judged by it."""

    cause: str
    day: date
    observed: int
    tickets: frozenset[int]
    open: bool = True
    id: int = 0


def earlier(finding: Finding, raised: Iterable[Raised], quiet_days: int) -> Raised | None:
    """Return the warning that this one would only repeat; nothing when it is news.

    The same cause, or mostly tickets that a warning already rests on, within the quiet days, or while that warning is
    open (at most a month). The same cause with twice as many tickets is news.
    """
    known = []
    for one in raised:
        age = abs((finding.day - one.day).days)
        if age > (max(quiet_days, OPEN_DAYS) if one.open else quiet_days):
            continue
        shared = len(one.tickets.intersection(finding.tickets))
        alike = shared >= SAME_CAUSE * max(1, len(finding.tickets))
        if one.cause == finding.cause or alike:
            known.append(one)
    same = [one.observed for one in known if one.cause == finding.cause]
    if not known or (same and finding.observed >= 2 * max(same)):
        return None
    return max(known, key=lambda one: (one.open, one.cause == finding.cause, one.day, one.id))


def findings(
    session: Session,
    store: Store,
    board: Board,
    day: date,
    now: datetime,
    levels: Levels,
    around: Neighbourhoods,
    said: Sequence[Said],
    gatherings: Sequence[Gathering],
) -> list[Finding]:
    """Return everything found on a day, as seen at `now`, what rests on most tickets first."""
    rules, days = store.city.alarm_rules, board.days()
    found: list[Finding] = []
    if day in days:
        at = days.index(day)
        for rise in rises(board, at, levels.rise.level, rules.rise):
            found.append(_of_rise(session, store, rise, store.clocks.local_day(now)))
        for area in areas(board, at, around, rules.area):
            if area.score >= levels.area.level:
                found.append(_of_area(session, store, area, levels))
    found.extend(_of_group(one, day) for one in gatherings)
    found.extend(_of_word(one, day) for one in said)
    return found


def _of_word(one: Said, day: date) -> Finding:
    ids = tuple(ticket.id for ticket in one.tickets)
    facts = {"word": one.word.word, "hours": one.word.hours}
    return Finding(
        WORD, one.cause, day, one.word.category, one.district, "", one.sentence(), len(ids),
        0.0, 0.0, ids, facts,
    )  # fmt: skip


def _of_rise(session: Session, store: Store, rise: Rise, today: date) -> Finding:
    here = [Ticket.district == (rise.district or None)]
    if rise.street:
        here.append(Ticket.street == rise.street)
    ids = _ids(session, store, rise.category, here, rise.day, 1)
    return Finding(
        RISE, rise.cause, rise.day, rise.category, rise.district, rise.street,
        sentence(rise, today), rise.unusual.observed, round(rise.unusual.expected, 2),
        rise.unusual.improbability, ids, {"usual_week": list(rise.unusual.usual_week)},
    )  # fmt: skip


def _of_area(session: Session, store: Store, area: Area, levels: Levels) -> Finding:
    here = or_(
        *(
            (Ticket.district == district) & (Ticket.street == name)
            for district, name in area.streets
        )
    )
    ids = _ids(session, store, area.category, [here], area.last, area.days)
    facts = {
        "streets": [f"{district}{name}" for district, name in area.streets],
        "days": area.days,
        "score": round(area.score, 2),
        "level": levels.area.level,
    }
    return Finding(
        AREA, area.cause, area.last, area.category, area.district, "", area_sentence(area),
        area.observed, area.expected, 0.0, ids, facts,
    )  # fmt: skip


def _of_group(one: Gathering, day: date) -> Finding:
    return Finding(
        GROUP, f"group:{one.group}", day, one.category, one.district, "", one.sentence(),
        len(one.tickets), 0.0, 0.0, one.tickets, {"group": one.group, "people": one.people},
    )  # fmt: skip


def _ids(
    session: Session,
    store: Store,
    category: str,
    where: Sequence[ColumnElement[bool]],
    last: date,
    days: int,
) -> tuple[int, ...]:
    """Return the tickets of a category on the days up to `last`, by time."""
    zone = store.clocks.rules.timezone
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    found = select(Ticket.id).where(
        *where,
        Ticket.category == category,
        Ticket.received_at >= end - timedelta(days=days),
        Ticket.received_at < end,
        Ticket.status != Status.VOID,
    )
    return tuple(session.scalars(found.order_by(Ticket.received_at, Ticket.id).limit(MOST_TICKETS)))
