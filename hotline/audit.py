"""Searching the decision ledger (决策台账)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.models import LedgerEntry

MAX_SIZE = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """What to look for; ``None`` or an empty string does not filter. ``words`` are in the content."""

    kind: str | None = None
    actor: str | None = None
    ticket: str | None = None
    words: str | None = None
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its facts read."""

    seq: int
    at: datetime
    kind: str
    actor: str
    ticket: str | None
    facts: dict[str, Any]
    digests: dict[str, str]
    digest: str


def search(
    session: Session, sought: Sought, before: int | None = None, size: int = 50
) -> tuple[list[Entry], int | None]:
    """Entries, newest first, and the ``before`` of the next page (``None`` at the end)."""
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (LedgerEntry.kind, sought.kind),
        (LedgerEntry.actor, sought.actor),
        (LedgerEntry.ticket, (sought.ticket or "").strip().upper()),
    ):
        if value:
            conditions.append(column == value)
    conditions += [
        LedgerEntry.content.contains(word, autoescape=True)
        for word in (sought.words or "").split()[:4]
    ]
    if sought.first:
        conditions.append(LedgerEntry.at >= sought.first)
    if sought.until:
        conditions.append(LedgerEntry.at < sought.until)
    if before is not None:
        conditions.append(LedgerEntry.seq < before)
    size = min(max(size, 1), MAX_SIZE)
    rows: Sequence[LedgerEntry] = session.scalars(
        select(LedgerEntry).where(*conditions).order_by(LedgerEntry.seq.desc()).limit(size + 1)
    ).all()
    shown = [_entry(row) for row in rows[:size]]
    return shown, shown[-1].seq if len(rows) > size else None


def kinds(session: Session) -> list[str]:
    """The kinds of decision there are, found by one step in the index each."""
    found: list[str] = []
    while True:
        after = found[-1] if found else ""
        following = session.scalar(
            select(LedgerEntry.kind)
            .where(LedgerEntry.kind > after)
            .order_by(LedgerEntry.kind)
            .limit(1)
        )
        if following is None:
            return found
        found.append(following)


def _entry(row: LedgerEntry) -> Entry:
    content = json.loads(row.content)
    return Entry(
        row.seq, row.at, row.kind, row.actor, row.ticket,
        content.get("facts") or {}, content.get("digests") or {}, row.digest,
    )  # fmt: skip
