"""The decision ledger (决策台账): append-only, each entry sealed to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.held_back import held_back
from hotline.models import LedgerEntry

GENESIS = "0" * 64
LEDGER_LOCK = 7_123_450_002


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision to record; ``facts`` and ``digests`` carry no personal data.

    ``digests`` may name ``model``, ``rules``, ``dictionary`` and ``input``, so that the decision
    can be replayed.
    """

    kind: str
    actor: str
    ticket: str | None
    facts: Mapping[str, Any]
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What ``verify`` found: ``broken_at`` is the first entry that does not hold."""

    ok: bool
    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""


def digest_of(content: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def record(session: Session, decisions: Iterable[Decision], now: datetime) -> list[LedgerEntry]:
    """Append decisions in order.

    Call it last in a transaction: on PostgreSQL the chain is locked from here to the commit.
    """
    pending = [(decision, now) for decision in decisions]
    waiting = held_back(session)
    if waiting is not None:
        waiting.decisions.extend(pending)
        return []
    return record_all(session, pending)


def record_all(session: Session, pending: Sequence[tuple[Decision, datetime]]) -> list[LedgerEntry]:
    """Append decisions, each with its own moment, in order."""
    if not pending:
        return []
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LEDGER_LOCK})
    seq, previous = head(session)
    entries = []
    for decision, now in pending:
        seq += 1
        content = _canonical(seq, decision, now, previous)
        digest = digest_of(content)
        entries.append(
            LedgerEntry(
                seq=seq,
                at=now,
                kind=decision.kind,
                actor=decision.actor,
                ticket=decision.ticket,
                content=content,
                previous=previous,
                digest=digest,
            )
        )
        previous = digest
    session.add_all(entries)
    session.flush()
    return entries


def head(session: Session) -> tuple[int, str]:
    """Number and digest of the last entry; note it elsewhere to notice a cut-off end."""
    last = session.execute(
        select(LedgerEntry.seq, LedgerEntry.digest).order_by(LedgerEntry.seq.desc()).limit(1)
    ).first()
    return (last.seq, last.digest) if last else (0, GENESIS)


def verify(session: Session, expected_head: str | None = None) -> LedgerCheck:
    """Recompute the whole chain.

    :param expected_head: a digest noted earlier that must be in the chain.
    """
    count, previous, seen = 0, GENESIS, expected_head is None
    rows = session.execute(select(LedgerEntry).order_by(LedgerEntry.seq)).yield_per(1000).scalars()
    for entry in rows:
        count += 1
        if reason := _flaw(entry, count, previous):
            return LedgerCheck(False, count, previous, entry.seq, reason)
        previous = entry.digest
        seen = seen or previous == expected_head
    if not seen:
        return LedgerCheck(
            False, count, previous, None, "台账里没有给出的那个摘要，末尾可能被截断。"
        )
    return LedgerCheck(True, count, previous)


def _flaw(entry: LedgerEntry, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return f"缺少第 {seq} 条。"
    if entry.previous != previous:
        return f"第 {seq} 条没有接上前一条。"
    if digest_of(entry.content) != entry.digest:
        return f"第 {seq} 条的内容与摘要不符。"
    columns = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(),
        "kind": entry.kind,
        "actor": entry.actor,
        "ticket": entry.ticket,
        "previous": entry.previous,
    }
    content = json.loads(entry.content)
    if any(content.get(name) != value for name, value in columns.items()):
        return f"第 {seq} 条的检索栏与内容不符。"
    return ""


def _canonical(seq: int, decision: Decision, now: datetime, previous: str) -> str:
    return json.dumps(
        {
            "seq": seq,
            "at": now.astimezone(UTC).isoformat(),
            "kind": decision.kind,
            "actor": decision.actor,
            "ticket": decision.ticket,
            "facts": dict(decision.facts),
            "digests": dict(decision.digests),
            "previous": previous,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
