"""Warnings kept: raised once for a cause, worked through to the end, all in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics import alarms
from analytics.alarms import CLOSED, NEW, STATES, Calibration, Rise, calibrate, rises, sentence
from analytics.series import HISTORY_DAYS, Board, dense
from analytics.tables import AlarmRow, MemberRow, make_tables
from analytics.watch import Said, said
from hotline.city import City, UnknownName
from hotline.errors import HotlineError, IllegalStep, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Status
from hotline.store import DailyRollup, Store, Ticket
from hotline.switches import ALARMS, why_off

MACHINE = "machine"
EXAMPLES = 3
REPLAY_DAYS = HISTORY_DAYS + 84
STEPS = {
    "acknowledge": alarms.ACKNOWLEDGED,
    "assign": alarms.ASSIGNED,
    "act": alarms.ACTED,
    "close": CLOSED,
}


class AlarmNotFound(HotlineError):  # noqa: N818
    """No such warning, or not one this person may see."""

    code = "alarm_not_found"


@dataclass(frozen=True)
class Watched:
    """What a look at the store gave: the new warnings and the level they were judged by."""

    raised: list[int]
    calibration: Calibration


def board_of(session: Session, store: Store, last: date, days: int = REPLAY_DAYS) -> Board:
    """Return the daily series of the last `days` days up to `last` from the roll-ups."""
    first = last - timedelta(days=days - 1)
    earliest = session.scalar(select(func.min(DailyRollup.day)))
    if earliest:
        first = max(first, date.fromisoformat(earliest))
    rows = session.execute(
        select(
            DailyRollup.day,
            DailyRollup.category,
            DailyRollup.district,
            DailyRollup.street,
            func.sum(DailyRollup.received),
        )
        .where(DailyRollup.day >= first.isoformat(), DailyRollup.day <= last.isoformat())
        .group_by(DailyRollup.day, DailyRollup.category, DailyRollup.district, DailyRollup.street)
    )
    counted = [(d, c, a, s, int(n)) for d, c, a, s, n in rows if c and n]
    return Board(last, dense(counted, min(first, last), last), store.clocks.calendar)


def watch(store: Store, now: datetime | None = None) -> Watched:
    """Look at yesterday, today so far and the watch-words; raise what is new.

    Nothing is raised while a person has turned alarms off.
    """
    moment = now or datetime.now(UTC)
    make_tables(store.engine)
    today = store.clocks.local_day(moment)
    with store.session() as session:
        board = board_of(session, store, today)
        before = Board(
            today - timedelta(days=1),
            {key: counts[:-1] for key, counts in board.counts.items()},
            board.calendar,
        )
        calibration = calibrate(before)
        if why_off(session, ALARMS) is not None:
            return Watched([], calibration)
        length = len(board.days())
        raised: list[int] = []
        for at in range(max(0, length - 2), length):
            for rise in rises(board, at, calibration.level):
                raised.extend(_raise_rise(session, store, rise, today, moment, calibration))
        hours = max((word.hours for word in store.city.watchwords), default=0)
        recent = list(
            session.scalars(
                select(Ticket)
                .where(
                    Ticket.received_at >= moment - timedelta(hours=hours),
                    Ticket.received_at <= moment,
                    Ticket.status != Status.VOID,
                )
                .order_by(Ticket.id)
            )
        )
        for one in said(store.city.watchwords, recent, moment):
            raised.extend(_raise_said(session, store, one, today, moment))
        if raised:
            facts = {"alarms": raised, "level": calibration.level}
            record(session, [Decision("alarms_raised", MACHINE, None, facts, {})], moment)
    return Watched(raised, calibration)


def _raise_rise(
    session: Session,
    store: Store,
    rise: Rise,
    today: date,
    now: datetime,
    calibration: Calibration,
) -> list[int]:
    before = _latest(session, rise.cause)
    if before is not None:
        day = date.fromisoformat(before.day)
        same = day == rise.day or rise.day - day <= timedelta(days=alarms.QUIET_DAYS)
        still_open = before.state != CLOSED
        if (same or still_open) and rise.unusual.observed < 2 * before.observed:
            return []
    start = datetime.combine(rise.day, datetime.min.time(), store.clocks.rules.timezone)
    conditions = [
        Ticket.category == rise.category,
        Ticket.district == (rise.district or None),
        Ticket.received_at >= start,
        Ticket.received_at < start + timedelta(days=1),
    ]
    if rise.street:
        conditions.append(Ticket.street == rise.street)
    tickets = list(session.scalars(select(Ticket).where(*conditions).order_by(Ticket.id)))
    row = AlarmRow(
        cause=rise.cause,
        kind="rise",
        day=rise.day.isoformat(),
        category=rise.category,
        district=rise.district,
        street=rise.street,
        sentence=sentence(rise, today),
        observed=rise.unusual.observed,
        expected=round(rise.unusual.expected, 2),
        improbability=rise.unusual.improbability,
        unit_code=_unit(store.city, rise.category, rise.district, rise.street),
        facts={
            **_examples(session, tickets),
            "usual_week": list(rise.unusual.usual_week),
            "false_alarms_per_week": calibration.per_week,
            "level": calibration.level,
        },
    )
    return [_added(session, row, now)]


def _raise_said(session: Session, store: Store, one: Said, today: date, now: datetime) -> list[int]:
    before = _latest(session, one.cause)
    if before is not None:
        told = set(before.facts.get("tickets", []))
        fresh = [ticket for ticket in one.tickets if ticket.number not in told]
        still_open = before.state != CLOSED
        if not fresh or (still_open and len(one.tickets) < 2 * before.observed):
            return []
    row = AlarmRow(
        cause=one.cause,
        kind="word",
        day=today.isoformat(),
        category=one.word.category,
        district=one.district,
        street="",
        sentence=one.sentence(),
        observed=len(one.tickets),
        expected=0.0,
        improbability=0.0,
        unit_code=_unit(store.city, one.word.category, one.district, ""),
        facts={
            **_examples(session, list(one.tickets)),
            "word": one.word.word,
            "hours": one.word.hours,
            "tickets": [ticket.number for ticket in one.tickets],
        },
    )
    return [_added(session, row, now)]


def _latest(session: Session, cause: str) -> AlarmRow | None:
    return session.scalar(
        select(AlarmRow).where(AlarmRow.cause == cause).order_by(AlarmRow.id.desc()).limit(1)
    )


def _added(session: Session, row: AlarmRow, now: datetime) -> int:
    row.state, row.raised_at, row.changed_at = NEW, now, now
    session.add(row)
    session.flush()
    return row.id


def _examples(session: Session, tickets: Sequence[Ticket]) -> dict[str, Any]:
    """Return example tickets and the group most of them are in."""
    ids = [ticket.id for ticket in tickets[:500]]
    groups = Counter(
        name
        for name in session.scalars(select(MemberRow.group_id).where(MemberRow.ticket_id.in_(ids)))
        if name
    )
    best = min(groups, key=lambda name: (-groups[name], name)) if groups else None
    return {
        "examples": [
            {"number": ticket.number, "title": ticket.title or ticket.text[:30]}
            for ticket in tickets[:EXAMPLES]
        ],
        "group": best,
    }


def _unit(city: City, category: str, district: str, street: str) -> str | None:
    try:
        match = city.lead_unit(category, district or None, street or None)
    except UnknownName:
        return None
    return match.unit.code if match.unit else None


def list_alarms(
    session: Session, scope: str | None, state: str | None = None, page: int = 1, size: int = 50
) -> tuple[list[AlarmRow], int]:
    """Return (warnings newest first, how many); without `state` those that are not closed."""
    if state is not None and state not in STATES:
        raise InvalidInput(f"状态只能是：{'、'.join(STATES)}。", {"field": "state"})
    conditions = [AlarmRow.state == state if state else AlarmRow.state != CLOSED]
    if scope:
        conditions.append(AlarmRow.district == scope)
    total = session.scalar(select(func.count()).select_from(AlarmRow).where(*conditions)) or 0
    found = select(AlarmRow).where(*conditions).order_by(AlarmRow.id.desc())
    return list(session.scalars(found.offset((page - 1) * size).limit(size))), total


def take(
    session: Session,
    number: int,
    step: str,
    actor: Actor,
    note: str = "",
    unit_code: str | None = None,
    now: datetime | None = None,
) -> AlarmRow:
    """Take a step (`STEPS`) with a warning; forward only, each in the ledger.

    Raises AlarmNotFound, IllegalStep, InvalidInput (assign without or with an unknown unit).
    """
    moment = now or datetime.now(UTC)
    row = session.get(AlarmRow, number)
    if row is None or (actor.scope and row.district != actor.scope):
        raise AlarmNotFound("没有找到这条预警。", {"alarm": number})
    target = STEPS[step]
    if target not in alarms.usual_states(row.state):
        raise IllegalStep(
            f"这条预警现在是“{alarms.STATE_TEXT[row.state]}”，不能再改成"
            f"“{alarms.STATE_TEXT[target]}”。",
            {"state": row.state, "step": step},
        )
    if step == "assign":
        if not unit_code:
            raise InvalidInput("请写明交给哪个单位。", {"field": "unit_code"})
        store: Store = session.info["store"]
        store.unit_name(unit_code)
        row.assigned_to = unit_code
    row.state, row.changed_at, row.note = target, moment, note or row.note
    facts = {"alarm": number, "step": step, "unit": unit_code}
    record(session, [Decision(f"alarm_{step}", actor.user, None, facts, {})], moment)
    return row
