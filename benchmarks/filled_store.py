"""A store filled with a seeded archive of any size, for measuring pages; nothing in it is real.

A base of 20,000 tickets is drawn by a fixed seed: texts are the city's hand-written demo messages,
used over and over; moments, places, units, outcomes and ratings are invented, deadlines are plain
days, not working days. The program counts its daily figures itself (`hotline.rollups.rebuild`).
Larger archives are copies of the base inside the database, each one day further back, with the
daily figures moved along: a count of copies is the count of the base, so this is exact, and
`fill` checks it. Groups and warnings are stand-ins; the grouping itself is measured elsewhere.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from rich.progress import track
from sqlalchemy import Connection, insert
from sqlalchemy import text as sql

from analytics.tables import AlarmRow, GroupRow, LineageRow, MemberRow, make_tables
from hotline import rollups
from hotline.city import City
from hotline.demo_data import read_messages
from hotline.demo_rhythm import CHANNELS, PHONE_HOURS, WEEK
from hotline.models import DailyMargin, DailyRollup, DailySpread, Ticket, UnitReturn
from hotline.store import Store

SEED, DAYS, CHUNK, BASE = 12345, 365, 5_000, 20_000
OPEN_DAYS = 12
GROUPS, IN_GROUP, ALARMS = 400, 25, 40
REASONS = ("不属本单位职责", "属地不符", "权属不清", "应由企业办理", "需市级统筹")


def fill(store: Store, tickets: int, now: datetime) -> dict[str, float]:
    """Fill an empty store; return how many seconds each part took."""
    took: dict[str, float] = {}
    started = time.monotonic()
    base = min(tickets, BASE)
    with store.engine.begin() as connection:
        rows = _tickets(store.city, base, now)
        while chunk := list(islice(rows, CHUNK)):
            connection.execute(insert(Ticket), chunk)
            returned = [_return_of(row) for row in chunk if row["bounces"]]
            connection.execute(insert(UnitReturn), returned)
    with store.session() as session:
        rollups.rebuild(session)
    took["base"] = time.monotonic() - started
    started = time.monotonic()
    with store.engine.begin() as connection:
        kept = _drop_indexes(connection)
        for copy in track(range(1, round(tickets / base)), "copies", disable=tickets <= BASE):
            _copy(connection, copy, base)
        _copy_figures(connection, round(tickets / base))
        took["copies"] = time.monotonic() - started
        for statement in kept:
            connection.execute(sql(statement))
        _check(connection)
    took["indexes"] = time.monotonic() - started - took["copies"]
    _groups(store, tickets, now)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql("ANALYZE"))
    return took


def _back(connection: Connection, column: str, days: str, *, day: bool = False) -> str:
    """SQL for a moment (or a day) so many days earlier."""
    if connection.dialect.name == "sqlite":
        if day:
            return f"date({column}, '-' || ({days}) || ' days')"
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || ({days}) || ' days')"
    if day:
        return f"to_char(CAST({column} AS date) - CAST({days} AS integer), 'YYYY-MM-DD')"
    return f"{column} - make_interval(days => CAST({days} AS integer))"


def _copy(connection: Connection, copy: int, base: int) -> None:
    columns = [column.name for column in Ticket.__table__.columns]
    chosen = []
    for column in columns:
        if column == "id":
            chosen.append(f"id + {copy * base}")
        elif column == "number":
            chosen.append(f"number || '{copy}'")
        elif column.endswith("_at"):
            chosen.append(_back(connection, column, str(copy)))
        else:
            chosen.append(column)
    source = f"FROM ticket WHERE id <= {base}"
    connection.execute(
        sql(f"INSERT INTO ticket ({', '.join(columns)}) SELECT {', '.join(chosen)} {source}")
    )
    connection.execute(sql(
        "INSERT INTO unit_return (ticket_id, at, unit_code, category, reason, note, taken_by)"
        f" SELECT ticket_id + {copy * base}, {_back(connection, 'at', str(copy))}, unit_code, category,"
        f" reason, note, taken_by FROM unit_return WHERE ticket_id <= {base}"
    ))  # fmt: skip


def _copy_figures(connection: Connection, copies: int) -> None:
    """Each day's figures of the base count once for every copy, a day further back each time."""
    numbers = f"(WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < {copies - 1}) SELECT k FROM n) AS copies"
    for table in (DailyRollup, DailyMargin, DailySpread):
        name = table.__tablename__
        keys = [column.name for column in table.__table__.primary_key]
        counts = [column.name for column in table.__table__.columns if column.name not in keys]
        quoted = [f'"{count}"' for count in counts]
        moved = [_back(connection, "day", "k", day=True) if key == "day" else key for key in keys]
        sums = [f"sum({count})" for count in quoted]
        places = ", ".join(str(at + 1) for at in range(len(keys)))
        connection.execute(
            sql(
                f"CREATE TEMPORARY TABLE moved AS SELECT {', '.join([f'{one} AS k{at}' for at, one in enumerate(moved)] + [f'{one} AS c{at}' for at, one in enumerate(sums)])} FROM {name}, {numbers} GROUP BY {places}"
            )
        )
        connection.execute(sql(f"DELETE FROM {name}"))
        connection.execute(
            sql(f"INSERT INTO {name} ({', '.join(keys + quoted)}) SELECT * FROM moved")
        )
        connection.execute(sql("DROP TABLE moved"))


def _check(connection: Connection) -> None:
    """The daily figures must say what the tickets say."""
    counted = connection.execute(sql(
        "SELECT count(*), sum(CASE WHEN closed_at IS NOT NULL THEN 1 ELSE 0 END) FROM ticket"
    )).one()  # fmt: skip
    said = connection.execute(sql(
        "SELECT sum(received), sum(closed) FROM daily_margin WHERE kind = 'all' AND district = '*'"
    )).one()  # fmt: skip
    if tuple(counted) != tuple(map(int, said)):
        raise SystemExit(f"figures {said} do not match tickets {counted}")


def _drop_indexes(connection: Connection) -> list[str]:
    """Drop the ticket table's plain indexes; return the statements that make them again."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(
            sql(
                "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name='ticket' AND sql IS NOT NULL"
            )
        ).all()
    else:
        found = connection.execute(
            sql(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename='ticket' AND indexname LIKE 'ix_%'"
            )
        ).all()
    for name, _ in found:
        connection.execute(sql(f"DROP INDEX {name}"))
    return [statement for _, statement in found]


def _places(city: City) -> list[tuple[str | None, str | None]]:
    places: list[tuple[str | None, str | None]] = [(None, None)] * 8
    for district in city.districts:
        places.append((district.name, None))
        places += [(district.name, street) for street in district.streets]
    return places


def _tickets(city: City, tickets: int, now: datetime) -> Iterator[dict[str, Any]]:
    dice = random.Random(SEED)
    messages = read_messages(city)
    categories = list(city.categories)
    # Some matters are common, most are rare (Zipf), as in any hotline.
    weights = [1 / (rank + 3) for rank in range(len(categories))]
    places = _places(city)
    leads: dict[tuple[str, str | None, str | None], Any] = {}
    channels, shares = zip(*CHANNELS, strict=True)
    zone_shift = timedelta(hours=8)
    today = (now + zone_shift).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    by_day = [WEEK[day.weekday()] for day in days]
    by_day[-1] *= ((now + zone_shift).hour + 1) / 24
    drawn = sorted(dice.choices(range(DAYS), by_day, k=tickets))
    serial, last = 0, -1
    for number, at_day in enumerate(drawn, start=1):
        day = days[at_day]
        serial = serial + 1 if at_day == last else 1
        last = at_day
        hour = dice.choices(range(24), PHONE_HOURS)[0]
        local = day + timedelta(hours=hour, seconds=dice.randrange(3600))
        received = min(local - zone_shift, now - timedelta(minutes=1))
        category = dice.choices(categories, weights)[0]
        district, street = dice.choice(places)
        key = (category, district, street)
        if key not in leads:
            leads[key] = city.lead_unit(*key).unit
        yield _ticket(
            dice,
            number,
            serial,
            day,
            received,
            now,
            key,
            leads[key],
            messages[number % len(messages)].text,
            dice.choices(channels, shares)[0],
        )


def _ticket(
    dice: random.Random,
    number: int,
    serial: int,
    day: datetime,
    received: datetime,
    now: datetime,
    key: tuple[str, str | None, str | None],
    unit: Any,
    text: str,
    channel: str,
) -> dict[str, Any]:
    hours = timedelta(hours=1)
    bounces = 1 if dice.random() < 0.03 else 0
    signed = received + hours * dice.expovariate(1 / (30 if bounces else 8))
    closed = signed + hours * 24 * dice.betavariate(1.6, 4) * OPEN_DAYS * 2
    due = received + timedelta(days=15)
    dial = dice.choices(("auto", "one_click", "human"), (45, 45, 10))[0]
    right = dice.random() < {"auto": 0.985, "one_click": 0.91, "human": 0.7}[dial]
    done, seen = closed < now, signed < now
    sent = seen or dice.random() < 0.7
    rated = closed + hours * 20 if done and dice.random() < 0.3 else None
    status = "已办结" if done else "办理中" if seen else "已派单" if sent else "待派单"
    return {
        "id": number,
        "number": f"GZ{day:%Y%m%d}-{serial:06d}",
        "version": 1, "status": status, "worked_here": True,
        "title": text[:30], "text": text, "urgency": "一般", "priority": 3, "channel": channel,
        "demo": True, "extra": {}, "co_units": [], "bounces": bounces, "final_review": False,
        "supervised": 0, "provisional": False, "extended_days": 0, "appeal_type": "投诉",
        "category": key[0], "district": key[1], "street": key[2], "place": key[2],
        "citizen_key": f"synthetic-{number % 400_000}",
        "suggestion": {"categories": [{"name": key[0], "probability": 0.9}]},
        "suggested_unit": unit.code if right else "none-such", "dial": dial,
        "confidence": {"auto": 0.98, "one_click": 0.8, "human": 0.4}[dial],
        "unit_code": unit.code if sent else None, "unit_name": unit.name if sent else None,
        "received_at": received, "updated_at": received, "due_at": due,
        "stage_due_at": None if done else received + timedelta(days=1),
        "dispatched_at": received + hours / 4 if sent else None,
        "signed_at": signed if seen else None, "started_at": signed if seen else None,
        "closed_at": closed if done else None, "reply": "已处理。" if done else None,
        "rated_at": rated if rated and rated < now else None,
        "rating": dice.choices((1, 2, 3, 4, 5), (6, 5, 9, 28, 52))[0] if rated and rated < now else None,
    }  # fmt: skip


def _return_of(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "ticket_id": row["id"], "at": row["received_at"] + timedelta(minutes=40),
        "unit_code": row["suggested_unit"] or "none-such", "category": row["category"],
        "reason": REASONS[row["id"] % len(REASONS)], "note": "", "taken_by": row["unit_code"],
    }  # fmt: skip


def _groups(store: Store, tickets: int, now: datetime) -> None:
    make_tables(store.engine)
    dice = random.Random(SEED)
    districts = [district.name for district in store.city.districts]
    categories = list(store.city.categories)
    groups: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    step = max(1, tickets // (GROUPS * IN_GROUP + 1))
    for at in range(GROUPS):
        name = f"g{at:06d}"
        groups.append({
            "id": name, "title": f"合成的集中诉求 {at}", "state": "active",
            "district": dice.choice(districts), "category": dice.choice(categories),
            "first_at": now - timedelta(days=40), "last_at": now - timedelta(hours=at),
            "tickets": IN_GROUP, "people": IN_GROUP - 3, "heat": round(20 - at / 25, 1),
            "recurred": at % 5, "followers": [],
            "summary": {"weekly": [1, 2, 3, 2, 4, 5, 4, 4], "why": "合成", "place": ""},
        })  # fmt: skip
        ids = [1 + (at * IN_GROUP + n) * step for n in range(IN_GROUP)]
        members += [{"ticket_id": one, "group_id": name, "joined_at": now} for one in ids]
        events.append(
            {"at": now, "group_id": name, "event": "born", "actor": "machine", "text": ""}
        )
    alarms = [
        {
            "cause": f"rise:{at}", "kind": "rise", "day": (now - timedelta(days=1)).date().isoformat(),
            "category": dice.choice(categories), "district": dice.choice(districts), "street": "",
            "sentence": f"合成的预警 {at}。", "observed": 30, "expected": 9.5, "improbability": 1e-6,
            "state": "new", "note": "", "raised_at": now, "changed_at": now, "facts": {},
        }
        for at in range(ALARMS)
    ]  # fmt: skip
    with store.engine.begin() as connection:
        _put(connection, GroupRow, groups)
        _put(connection, MemberRow, members)
        _put(connection, LineageRow, events)
        _put(connection, AlarmRow, alarms)


def _put(connection: Connection, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(table), list(rows))
