"""Messages to be sent once: kept in the database, claimed by one process, tried again when busy.

WeChat knows no idempotency keys. So a message WeChat certainly did not take is tried again, and
one it may have taken (no answer, or we stopped in between) is marked unsure and never repeated:
the citizen finds the same news in "我的工单".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from api.wechat.errors import MAY_NOT_WRITE, NO_CONSENT, TOO_FAST, Busy, Unsure, WeChatError
from hotline.store import Store, WeChatConsent, WeChatIdentity, WeChatOutgoing

LEASE = timedelta(seconds=60)
DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 14400))
QUOTA_DELAY = timedelta(hours=1)
ALIVE = ("waiting", "sending")
HELD_FOR = timedelta(hours=48)
KEPT = timedelta(days=30)
BATCH = 50


@dataclass(frozen=True)
class Letter:
    """A message claimed for sending."""

    id: int
    identity_key: str
    kind: str
    content: dict[str, Any]
    attempts: int


class Outgoing:
    """The messages on their way out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def add(
        session: Session,
        source: str,
        identity_key: str,
        kind: str,
        content: Mapping[str, Any],
        subscription: str | None = None,
    ) -> bool:
        """Add a message in the caller's transaction; ``False`` when ``source`` was told already."""
        known = select(WeChatOutgoing.id).where(WeChatOutgoing.source == source)
        if session.scalar(known) is not None:
            return False
        now = datetime.now(UTC)
        session.add(
            WeChatOutgoing(
                source=source,
                identity_key=identity_key,
                kind=kind,
                subscription=subscription,
                content=dict(content),
                due_at=now,
                created_at=now,
            )
        )
        session.flush()
        return True

    def take(self) -> Sequence[Letter]:
        """Claim what is due: for each citizen only the oldest, so that the order is kept."""
        now = datetime.now(UTC)
        if not self._anything_due(now):
            return []
        with self._store.session() as session:
            old = (WeChatOutgoing.state.not_in(ALIVE), WeChatOutgoing.created_at < now - KEPT)
            session.execute(delete(WeChatOutgoing).where(*old))
            # Whoever held these longer than the lease has stopped in the middle.
            session.execute(
                update(WeChatOutgoing)
                .where(WeChatOutgoing.state == "sending", WeChatOutgoing.due_at <= now)
                .values(state="unsure", content={})
            )
            earlier = aliased(WeChatOutgoing)
            blocked = exists().where(
                earlier.identity_key == WeChatOutgoing.identity_key,
                earlier.state.in_(ALIVE),
                earlier.id < WeChatOutgoing.id,
            )
            rows = session.scalars(
                select(WeChatOutgoing)
                .where(WeChatOutgoing.state == "waiting", WeChatOutgoing.due_at <= now, ~blocked)
                .order_by(WeChatOutgoing.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                row.state, row.due_at, row.attempts = "sending", now + LEASE, row.attempts + 1
            return [
                Letter(row.id, row.identity_key, row.kind, row.content, row.attempts)
                for row in rows
            ]

    def sent(self, letter: Letter) -> None:
        """WeChat took it; its words are kept no longer."""
        with self._store.session() as session:
            row = session.get_one(WeChatOutgoing, letter.id)
            row.state, row.sent_at, row.error, row.content = "sent", datetime.now(UTC), None, {}

    def failed(self, letter: Letter, error: WeChatError) -> None:
        """WeChat did not take it, or did not say."""
        now = datetime.now(UTC)
        with self._store.session() as session:
            row = session.get_one(WeChatOutgoing, letter.id)
            row.error = error.code
            if isinstance(error, Unsure):
                row.state, row.content = "unsure", {}
            elif error.code in TOO_FAST:
                row.state, row.due_at = "waiting", now + QUOTA_DELAY
            elif isinstance(error, Busy) and letter.attempts <= len(DELAYS):
                row.state, row.due_at = "waiting", now + DELAYS[letter.attempts - 1]
            elif error.code in MAY_NOT_WRITE:
                row.state = "held"
            else:
                row.state, row.content = "refused", {}
                _settle_consent(session, row, error)

    def release(self, identity_key: str) -> None:
        """The citizen wrote again: what could not be sent before may go now, unless it is old."""
        now = datetime.now(UTC)
        held = (WeChatOutgoing.identity_key == identity_key, WeChatOutgoing.state == "held")
        with self._store.session(read_only=True) as session:
            if session.scalar(select(WeChatOutgoing.id).where(*held).limit(1)) is None:
                return
        with self._store.session() as session:
            stale = WeChatOutgoing.created_at < now - HELD_FOR
            session.execute(delete(WeChatOutgoing).where(*held, stale))
            session.execute(
                update(WeChatOutgoing).where(*held).values(state="waiting", due_at=now, attempts=0)
            )

    def _anything_due(self, now: datetime) -> bool:
        due = select(WeChatOutgoing.id).where(
            WeChatOutgoing.state.in_(ALIVE), WeChatOutgoing.due_at <= now
        )
        with self._store.session(read_only=True) as session:
            return session.scalar(due.limit(1)) is not None


def _settle_consent(session: Session, row: WeChatOutgoing, error: WeChatError) -> None:
    """Nothing was sent: WeChat knows of no consent, or the one we counted off is still there."""
    if row.subscription is None:
        return
    identity = session.get(WeChatIdentity, row.identity_key)
    if identity is None:
        return
    consent = session.get(WeChatConsent, (identity.citizen_id, row.subscription))
    if consent is not None:
        consent.remaining = 0 if error.code in NO_CONSENT else consent.remaining + 1
