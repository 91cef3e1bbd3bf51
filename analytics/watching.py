"""The look at the store: every detector, and what is news becomes a warning, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.alarms import CLOSED, NEW, Calibration, Levels, calibrate, calibrate_areas
from analytics.areas import Neighbourhoods
from analytics.findings import RISE, Finding, Raised, earlier, findings
from analytics.gathering import gatherings, members_since
from analytics.series import HISTORY_DAYS, Board, dense
from analytics.tables import AlarmRow, MemberRow, last_run, make_tables, note_run
from analytics.watch import said
from hotline.city import City, UnknownName
from hotline.ledger import Decision, record
from hotline.lifecycle import Status
from hotline.store import DailyRollup, Store, Ticket
from hotline.switches import ALARMS, why_off

MACHINE = "machine"
EXAMPLES = 3
REPLAY_DAYS = HISTORY_DAYS + 84
# At the first look so many days are looked back on; later ones those missed.
FIRST_LOOK_DAYS = 28
WATCHED, CALIBRATED = "watched", "calibrated"
LATE = "补录：启用预警之前的情况，已过提醒期。"


@dataclass(frozen=True)
class Watched:
    """What a look at the store gave: the new warnings and the levels they were judged by."""

    raised: list[int]
    levels: Levels


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
    """Look at the days since the last look, today so far included; raise what is new.

    Nothing is raised while a person has turned alarms off.
    """
    moment = now or datetime.now(UTC)
    make_tables(store.engine)
    today = store.clocks.local_day(moment)
    rules = store.city.alarm_rules
    around = Neighbourhoods(store.city.place_index, rules.area.streets)
    with store.session(read_only=True) as session:
        board = board_of(session, store, today)
        levels = levels_of(session, board, store, around)
        if why_off(session, ALARMS) is not None:
            return Watched([], levels)
        looked = last_run(session, WATCHED)
        days = _days_to_look_at(store, looked.at if looked else None, today)
        found: list[tuple[Finding, datetime]] = []
        members = members_since(
            session, moment - timedelta(days=FIRST_LOOK_DAYS + rules.group.days)
        )
        for day in days:
            seen = moment if day == today else _end_of(store, day)
            recent = _recent(session, store, seen)
            gathered = gatherings(session, members, seen, rules.group)
            found.extend(
                (one, seen)
                for one in findings(
                    session, store, board, day, moment, levels, around,
                    said(store.city.watchwords, recent, seen), gathered,
                )
            )  # fmt: skip
    with store.session() as session:
        memory = _memory(session)
        raised: list[int] = []
        for one, seen in found:
            before = earlier(one, memory, rules.quiet_days)
            if before is None:
                number = _raise(session, store, one, seen, moment, levels)
                raised.append(number)
                memory.append(
                    Raised(one.cause, one.day, one.observed, frozenset(one.tickets), True, number)
                )
            else:
                _add_sign(session, before, one)
        if raised:
            facts = {"alarms": raised, "levels": [levels.rise.level, levels.area.level]}
            record(session, [Decision("alarms_raised", MACHINE, None, facts, {})], moment)
        note_run(session, WATCHED, moment, {})
        note_run(session, CALIBRATED, moment, {"day": today.isoformat(), **asdict(levels)})
    return Watched(raised, levels)


def levels_of(session: Session, board: Board, store: Store, around: Neighbourhoods) -> Levels:
    """Return today's levels: worked out once a day from everything before today."""
    known = last_run(session, CALIBRATED)
    if known is not None and known.facts.get("day") == board.last.isoformat():
        return Levels(Calibration(**known.facts["rise"]), Calibration(**known.facts["area"]))
    before = Board(
        board.last - timedelta(days=1),
        {key: counts[:-1] for key, counts in board.counts.items()},
        board.calendar,
    )
    rules = store.city.alarm_rules
    return Levels(calibrate(before, rules), calibrate_areas(before, around, rules))


def _days_to_look_at(store: Store, looked: datetime | None, today: date) -> list[date]:
    """Return the days not looked at to their end, and today; yesterday always."""
    back = FIRST_LOOK_DAYS
    if looked is not None:
        back = min(back, max(1, (today - store.clocks.local_day(looked)).days))
    return [today - timedelta(days=ago) for ago in range(back, -1, -1)]


def _end_of(store: Store, day: date) -> datetime:
    following = datetime.combine(
        day + timedelta(days=1), datetime.min.time(), store.clocks.rules.timezone
    )
    return following.astimezone(UTC)


def _recent(session: Session, store: Store, now: datetime) -> list[Ticket]:
    hours = max((word.hours for word in store.city.watchwords), default=0)
    return list(
        session.scalars(
            select(Ticket)
            .where(
                Ticket.received_at >= now - timedelta(hours=hours),
                Ticket.received_at <= now,
                Ticket.status != Status.VOID,
            )
            .order_by(Ticket.id)
        )
    )


def _memory(session: Session) -> list[Raised]:
    """Return the warnings that later ones may repeat: all open ones and the latest others."""
    rows = session.scalars(select(AlarmRow).order_by(AlarmRow.id.desc()).limit(1000))
    return [
        Raised(
            row.cause,
            date.fromisoformat(row.day),
            row.observed,
            frozenset(row.facts.get("tickets", ())),
            row.state != CLOSED,
            row.id,
        )
        for row in rows
    ]


def _raise(
    session: Session,
    store: Store,
    one: Finding,
    seen: datetime,
    now: datetime,
    levels: Levels,
) -> int:
    late = (now - seen).days > store.city.alarm_rules.quiet_days
    calibration = levels.rise if one.kind == RISE else levels.area
    row = AlarmRow(
        cause=one.cause,
        kind=one.kind,
        day=one.day.isoformat(),
        category=one.category,
        district=one.district,
        street=one.street,
        sentence=one.sentence,
        observed=one.observed,
        expected=one.expected,
        improbability=one.improbability,
        unit_code=_unit(store.city, one.category, one.district, one.street),
        state=CLOSED if late else NEW,
        note=LATE if late else "",
        raised_at=seen,
        changed_at=now,
        facts={
            "level": calibration.level,
            "false_alarms_per_week": calibration.per_week,
            **_examples(session, one.tickets),
            **one.facts,
            "tickets": list(one.tickets),
            "signs": [],
            "steps": [],
        },
    )
    session.add(row)
    session.flush()
    return row.id


def _add_sign(session: Session, before: Raised, one: Finding) -> None:
    """Note on a warning what else points to the same cause, and its group once there is one."""
    row = session.get(AlarmRow, before.id)
    if row is None or row.state == CLOSED:
        return
    facts = dict(row.facts)
    signs = [sign for sign in facts.get("signs", []) if sign["cause"] != one.cause]
    if one.cause != row.cause:
        signs.append({"cause": one.cause, "kind": one.kind, "sentence": one.sentence})
    # Warnings kept ticket numbers here before they kept ids.
    kept = (ticket for ticket in facts.get("tickets", []) if isinstance(ticket, int))
    tickets = sorted({*kept, *one.tickets})
    group = facts.get("group") or one.facts.get("group") or _examples(session, tickets)["group"]
    changed = {**facts, "signs": signs, "tickets": tickets, "group": group}
    if changed != facts:
        row.facts = changed
        before.tickets = frozenset(tickets)


def _examples(session: Session, ids: Sequence[int]) -> dict[str, Any]:
    """Return example tickets and the group most of them are in."""
    groups = Counter(
        name
        for name in session.scalars(
            select(MemberRow.group_id).where(MemberRow.ticket_id.in_(ids[:500]))
        )
        if name
    )
    best = min(groups, key=lambda name: (-groups[name], name)) if groups else None
    shown = session.scalars(select(Ticket).where(Ticket.id.in_(ids[:EXAMPLES])).order_by(Ticket.id))
    return {
        "examples": [
            {"number": ticket.number, "title": ticket.title or ticket.text[:30]} for ticket in shown
        ],
        "group": best,
    }


def _unit(city: City, category: str, district: str, street: str) -> str | None:
    try:
        match = city.lead_unit(category, district or None, street or None)
    except UnknownName:
        return None
    return match.unit.code if match.unit else None
