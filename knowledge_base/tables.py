"""Tables of the knowledge base; own metadata, prefix `kb_`, in the hotline's database."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Integer, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class KnowledgeTables(DeclarativeBase):
    """Declarative base with its own metadata, apart from the hotline's tables."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(
        self,
        value: dt.datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> dt.datetime | None:
        """Return the moment with its zone."""
        return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value


class EntryRow(KnowledgeTables):
    """An entry: `content` is what editors work on, `shown` the last version published or expired."""

    __tablename__ = "kb_entries"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    collection: Mapped[str] = mapped_column(String(60), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int] = mapped_column(Integer)
    owner: Mapped[str] = mapped_column(String(120), default="")
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    shown: Mapped[dict[str, object] | None] = mapped_column(JSON, nullable=True)
    origin: Mapped[str] = mapped_column(String(120), default="")
    origin_digest: Mapped[str] = mapped_column(String(32), default="")
    revision: Mapped[int] = mapped_column(Integer, index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(Moment)


class VersionRow(KnowledgeTables):
    """One step in the life of an entry."""

    __tablename__ = "kb_versions"

    entry_id: Mapped[str] = mapped_column(ForeignKey("kb_entries.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    editor: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[dt.datetime] = mapped_column(Moment)
    content: Mapped[dict[str, object]] = mapped_column(JSON)


class RevisionRow(KnowledgeTables):
    """The counter that tells readers something changed; one row."""

    __tablename__ = "kb_revision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class GapRow(KnowledgeTables):
    """A group of questions without an answer that mean the same."""

    __tablename__ = "kb_gaps"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    question: Mapped[str] = mapped_column(Text)
    wordings: Mapped[list[str]] = mapped_column(JSON)
    asked: Mapped[int] = mapped_column(Integer, default=1)
    outcome: Mapped[str] = mapped_column(String(30))
    near: Mapped[str | None] = mapped_column(String(120), nullable=True)
    entry_id: Mapped[str | None] = mapped_column(String(120), nullable=True)
    first_at: Mapped[dt.datetime] = mapped_column(Moment)
    last_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Moment, nullable=True)
