"""Conversations on disk: one row each, read and written as a whole."""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache
from typing import Any, Dict, List, Optional

from sqlalchemy import (
    Column,
    Float,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

DAY = 86_400
KEPT_DAYS = 30
"""A conversation nobody touched for so long is dropped; tickets and chats are kept by the API."""

_table = Table(
    "conversation",
    MetaData(),
    Column("sender_id", String(160), primary_key=True),
    Column("events", Text, nullable=False),
    Column("updated_at", Float, nullable=False, index=True),
)


class SavedConversations:
    """Events by conversation id, in SQLite or PostgreSQL.

    Args:
        url: SQLAlchemy URL. SQLite runs in WAL mode and leaves flushing to the system: after a
            power cut the last answers of the dialogue may be missing, tickets never.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if url.startswith("sqlite"):
            event.listen(self._engine, "connect", _tune)
        _table.create(self._engine, checkfirst=True)
        self.drop_older_than(KEPT_DAYS)

    def load(self, sender_id: str) -> Optional[List[Dict[str, Any]]]:
        """Return the events of a conversation, ``None`` when there is none."""
        with self._engine.connect() as connection:
            wanted = select(_table.c.events).where(_table.c.sender_id == sender_id)
            kept = connection.execute(wanted).scalar()
        return json.loads(kept) if kept else None

    def save(self, sender_id: str, events: List[Dict[str, Any]]) -> None:
        """Keep these events in place of those kept before."""
        row = {"events": json.dumps(events, ensure_ascii=False), "updated_at": time.time()}
        change = update(_table).where(_table.c.sender_id == sender_id).values(**row)
        with self._engine.begin() as connection:
            if connection.execute(change).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                connection.execute(_table.insert().values(sender_id=sender_id, **row))
        except IntegrityError:  # another process was first
            with self._engine.begin() as connection:
                connection.execute(change)

    def delete(self, sender_id: str) -> bool:
        """Forget a conversation; True when there was one."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(_table).where(_table.c.sender_id == sender_id))
        return bool(gone.rowcount)

    def ids(self) -> List[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(_table.c.sender_id)).scalars())

    def drop_older_than(self, days: float) -> None:
        """Forget the conversations nobody touched for so many days."""
        with self._engine.begin() as connection:
            limit = time.time() - days * DAY
            connection.execute(delete(_table).where(_table.c.updated_at < limit))


@lru_cache(maxsize=None)
def saved_conversations(url: Optional[str] = None) -> SavedConversations:
    """Return the conversations at ``url``, by default at ``SUISHENG_BOT_DATABASE_URL``."""
    return SavedConversations(url or os.environ["SUISHENG_BOT_DATABASE_URL"])


def _tune(connection: Any, _record: Any) -> None:
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {setting}")
