"""Opening the knowledge base as a running service needs it."""

from __future__ import annotations

from pathlib import Path

from knowledge_base.base import KnowledgeBase
from knowledge_base.content import load_folder
from knowledge_base.gaps import GapLog
from knowledge_base.store import EntryStore, open_engine


def open_knowledge(
    database_url: str | None = None, folder: Path | None = None
) -> tuple[KnowledgeBase, GapLog]:
    """Open the base over the database, taking over changed entry files first.

    Args:
        database_url: as `DATABASE_URL`, which is the default.
        folder: entry files; the city's knowledge folder by default.

    Returns:
        A base that sees edits of every process at once, and the list of gaps.

    Raises:
        ContentError: an entry file is wrong; names file, line and remedy.
    """
    entries = load_folder(folder)
    engine = open_engine(database_url)
    store = EntryStore(engine)
    store.synchronise(entries, "city/knowledge")
    return KnowledgeBase(store=store), GapLog(engine)
