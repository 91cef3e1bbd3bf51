"""Off-switches: automatic dispatch (at all, or one category of it), answers to citizens, alarms.

Nothing is dispatched by the machine until a person has turned it on; answers and alarms are on
until a person turns them off. Every turn is in the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.ledger import Decision, record
from hotline.models import LedgerEntry, Switch

KIND = "switch"
AUTO = "auto_dispatch"
ANSWERS, ALARMS = "answers", "alarms"
_CATEGORY = f"{AUTO}/"


@dataclass(frozen=True)
class Switches:
    """Where automatic dispatch stands; ``closed`` maps categories to why, ``opened`` to when."""

    on: bool = False
    why: str = "自动派单从未开启"
    closed: Mapping[str, str] = field(default_factory=dict)
    opened: Mapping[str, datetime] = field(default_factory=dict)


def load_switches(session: Session, as_of: datetime | None = None) -> Switches:
    """Read the switches of automatic dispatch, as they stood at ``as_of`` where given."""
    if as_of is None:
        rows = list(session.scalars(select(Switch).where(Switch.name.startswith(AUTO))))
    else:
        rows = _as_of(session, as_of)
    main = next((row for row in rows if row.name == AUTO), None)
    kinds = {row.name.removeprefix(_CATEGORY): row for row in rows if row.name != AUTO}
    return Switches(
        on=main is not None and not main.off,
        why=main.reason if main is not None else Switches.why,
        closed={name: row.reason for name, row in kinds.items() if row.off},
        opened={name: row.at for name, row in kinds.items() if not row.off},
    )


def _as_of(session: Session, moment: datetime) -> list[Switch]:
    """The switches as the ledger says they stood."""
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.kind == KIND, LedgerEntry.at <= moment)
        .order_by(LedgerEntry.seq)
    )
    found = {}
    for entry in entries:
        facts = json.loads(entry.content)["facts"]
        found[facts["switch"]] = Switch(
            name=facts["switch"], off=facts["off"], reason=facts["reason"], actor=entry.actor,
            at=entry.at,
        )  # fmt: skip
    return [one for name, one in found.items() if name.startswith(AUTO)]


def turn(
    session: Session,
    *,
    off: bool,
    reason: str,
    actor: str,
    now: datetime,
    category: str | None = None,
) -> None:
    """Turn automatic dispatch, or one category of it, off or on; written to the ledger."""
    name = f"{_CATEGORY}{category}" if category else AUTO
    set_switch(session, name, off=off, reason=reason, actor=actor, now=now)


def set_switch(
    session: Session, name: str, *, off: bool, reason: str, actor: str, now: datetime
) -> Switch:
    """Turn a function off or on; written to the ledger."""
    row = session.get(Switch, name)
    if row is None:
        row = Switch(name=name)
        session.add(row)
    row.off, row.reason, row.actor, row.at = off, reason, actor, now
    session.flush()
    facts = {"switch": name, "off": off, "reason": reason}
    record(session, [Decision(KIND, actor, None, facts, {})], now)
    return row


def why_off(session: Session, name: str) -> str | None:
    """Why answers or alarms are off; ``None`` while they are on."""
    row = session.get(Switch, name)
    return row.reason if row is not None and row.off else None
