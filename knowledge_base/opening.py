"""Opening the knowledge base as a running service needs it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from knowledge_base.base import KnowledgeBase
from knowledge_base.content import load_folder
from knowledge_base.store import EntryStore


def open_knowledge(engine: Engine, folder: Path | None = None) -> KnowledgeBase:
    """Return a base over the database that sees the edits of every process at once.

    Entry files of `folder` (the city's by default) that changed are taken over first. Raises
    ContentError when one of them is wrong; it names file, line and remedy.
    """
    entries = load_folder(folder)
    store = EntryStore(engine)
    store.synchronise(entries, "city/knowledge")
    return KnowledgeBase(store=store)
