"""Conversations on disk: one row each, read and written as a whole."""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache
from typing import Any, Dict, List, Optional

from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import QueuePool

DAY = 86_400
KEPT_DAYS = 30
"""A conversation nobody touched for so long is dropped; tickets and chats are kept by the API."""

# Statements made once: SQLAlchemy need not work out anew, for every message, which one it has.
_MAKE = text(
    "CREATE TABLE IF NOT EXISTS conversation ("
    "sender_id VARCHAR(160) PRIMARY KEY, events TEXT NOT NULL, updated_at FLOAT NOT NULL)"
)
_LOAD = text("SELECT events FROM conversation WHERE sender_id = :id")
_SAVE = text(
    "INSERT INTO conversation (sender_id, events, updated_at) VALUES (:id, :events, :now) "
    "ON CONFLICT (sender_id) DO UPDATE SET events = excluded.events, updated_at = excluded.updated_at"
)
_DELETE = text("DELETE FROM conversation WHERE sender_id = :id")
_DROP = text("DELETE FROM conversation WHERE updated_at < :limit")
_IDS = text("SELECT sender_id FROM conversation")


class SavedConversations:
    """Events by conversation id, in SQLite or PostgreSQL.

    Args:
        url: SQLAlchemy URL. SQLite runs in WAL mode and leaves flushing to the system: after a
            power cut the last answers of the dialogue may be missing, tickets never.
    """

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite"):
            self._engine = create_engine(
                url, poolclass=QueuePool, connect_args={"check_same_thread": False}
            )
            event.listen(self._engine, "connect", _tune)
        else:
            self._engine = create_engine(url, pool_pre_ping=True)
        with self._engine.begin() as connection:
            connection.execute(_MAKE)
        self.drop_older_than(KEPT_DAYS)

    def load(self, sender_id: str) -> Optional[List[Dict[str, Any]]]:
        """Return the events of a conversation, ``None`` when there is none."""
        with self._engine.connect() as connection:
            kept = connection.execute(_LOAD, {"id": sender_id}).scalar()
        return json.loads(kept) if kept else None

    def save(self, sender_id: str, events: List[Dict[str, Any]]) -> None:
        """Keep these events in place of those kept before."""
        row = {"id": sender_id, "events": json.dumps(events), "now": time.time()}
        with self._engine.begin() as connection:
            connection.execute(_SAVE, row)

    def delete(self, sender_id: str) -> bool:
        """Forget a conversation; True when there was one."""
        with self._engine.begin() as connection:
            return bool(connection.execute(_DELETE, {"id": sender_id}).rowcount)

    def ids(self) -> List[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(_IDS).scalars())

    def drop_older_than(self, days: float) -> None:
        """Forget the conversations nobody touched for so many days."""
        with self._engine.begin() as connection:
            connection.execute(_DROP, {"limit": time.time() - days * DAY})


@lru_cache(maxsize=None)
def saved_conversations(url: Optional[str] = None) -> SavedConversations:
    """Return the conversations at ``url``, by default at ``SUISHENG_BOT_DATABASE_URL``."""
    return SavedConversations(url or os.environ["SUISHENG_BOT_DATABASE_URL"])


def _tune(connection: Any, _record: Any) -> None:
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {setting}")
