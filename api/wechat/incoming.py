"""Messages to the official account: each taken once, by one process, and not lost in a crash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from api.wechat.outgoing import Outgoing
from hotline.store import Store, WeChatIncoming

LEASE = timedelta(seconds=90)
KEPT = timedelta(days=3)
MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Taken:
    """A message as it stands: ``mine`` to answer, or in ``state`` with the ``reply`` given."""

    mine: bool
    state: str
    reply: str | None


class Incoming:
    """The messages received."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, key: str, fields: dict[str, str]) -> Taken:
        """Take a message, unless it came before."""
        now = datetime.now(UTC)
        row = WeChatIncoming(
            key=key,
            sealed=self._store.vault.seal_text(json.dumps(fields)),
            lease_until=now + LEASE,
            received_at=now,
        )
        try:
            with self._store.session() as session:
                if session.get(WeChatIncoming, key) is None:
                    session.add(row)
                    session.flush()
                    return Taken(True, "working", None)
        except IntegrityError:
            pass  # another process was faster
        return self.look(key)

    def look(self, key: str) -> Taken:
        """Return how a message stands."""
        with self._store.session(read_only=True) as session:
            row = session.get_one(WeChatIncoming, key)
            return Taken(False, row.state, row.reply)

    def postpone(self, key: str) -> bool:
        """The five seconds are over: the answer will be a message of its own."""
        with self._store.session() as session:
            row = session.get_one(WeChatIncoming, key)
            row.state = "later" if row.state == "working" else row.state
            return row.state == "later"

    def answered(
        self, key: str, identity_key: str, parts: Sequence[str], *, at_once: bool
    ) -> str | None:
        """Note the answer: the first part at once if that is still possible, the rest as messages.

        Returns:
            The part to reply at once.
        """
        with self._store.session() as session:
            row = session.get_one(WeChatIncoming, key, with_for_update=True)
            if row.sealed is None:
                return row.reply
            row.sealed = None
            first = parts[0] if at_once and parts and row.state == "working" else None
            if row.state == "working":
                row.state, row.reply = "replied", first
            for index, text in enumerate(parts):
                if index or first is None:
                    Outgoing.add(
                        session, f"answer:{key}:{index}", identity_key, "text", {"text": text}
                    )
            return first

    def abandoned(self) -> list[tuple[str, dict[str, str]]]:
        """Claim messages whose process stopped before it had answered them."""
        now = datetime.now(UTC)
        waiting = (WeChatIncoming.sealed.is_not(None), WeChatIncoming.lease_until < now)
        with self._store.session(read_only=True) as session:
            if session.scalar(select(WeChatIncoming.key).where(*waiting).limit(1)) is None:
                return []
        claimed = []
        with self._store.session() as session:
            session.execute(delete(WeChatIncoming).where(WeChatIncoming.received_at < now - KEPT))
            rows = session.scalars(
                select(WeChatIncoming).where(*waiting).limit(20).with_for_update(skip_locked=True)
            )
            for row in rows:
                row.state, row.lease_until = "later", now + LEASE
                row.attempts += 1
                if row.attempts > MOST_ATTEMPTS or row.sealed is None:
                    row.sealed = None
                else:
                    claimed.append((row.key, json.loads(self._store.vault.open_text(row.sealed))))
        return claimed
