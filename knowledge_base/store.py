"""Entries in the database: versions, the editing lifecycle, lists for owners."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from knowledge_base.entry import Entry, Status
from knowledge_base.tables import EntryRow, KnowledgeTables, RevisionRow, VersionRow

CITY = "city"
DEFAULT_URL = "sqlite:///var/suisheng.db"

MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.REVIEW}),
    Status.REVIEW: frozenset({Status.PUBLISHED, Status.DRAFT}),
    Status.PUBLISHED: frozenset({Status.EXPIRED, Status.DRAFT}),
    Status.EXPIRED: frozenset({Status.DRAFT}),
}


Difference = tuple[str, Any, Any]


class EditError(ValueError):
    """An edit that is not allowed; the message says why, in Chinese."""


class EditConflictError(EditError):
    """Somebody else changed the entry first."""


@dataclass
class SyncReport:
    """What a synchronisation did, by entry id."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[Difference]] = field(default_factory=dict)
    unchanged: int = 0
    expired: list[str] = field(default_factory=list)


class EntryStore:
    """Entries of one collection in a database.

    Every write bumps one revision number, by which readers in other processes notice changes.
    """

    def __init__(self, engine: Engine, collection: str = CITY) -> None:
        self.engine = engine
        self.collection = collection
        KnowledgeTables.metadata.create_all(engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session that commits at the end or rolls back on error."""
        with writing(self.engine) as session:
            yield session

    def revision(self) -> int:
        """Return the number of the last change; 0 for an empty base."""
        with Session(self.engine) as session:
            return session.scalar(select(RevisionRow.number)) or 0

    def changed_since(self, revision: int) -> list[Entry]:
        """Return what citizens see of entries changed after a revision.

        While a new version is being drafted or reviewed, the last published one stays in force.
        """
        return [
            Entry.model_validate(row.shown) if row.shown else _entry(row)
            for row in self._rows(revision)
        ]

    def all(self) -> list[Entry]:
        """Return the working version of every entry of the collection."""
        return [_entry(row) for row in self._rows(0)]

    def _rows(self, revision: int) -> list[EntryRow]:
        with Session(self.engine, expire_on_commit=False) as session:
            return list(
                session.scalars(
                    select(EntryRow)
                    .where(EntryRow.collection == self.collection, EntryRow.revision > revision)
                    .order_by(EntryRow.revision, EntryRow.id)
                )
            )

    def get(self, entry_id: str) -> Entry | None:
        """Return one entry as it stands."""
        with Session(self.engine) as session:
            row = session.get(EntryRow, entry_id)
            return _entry(row) if row else None

    def history(self, entry_id: str) -> list[VersionRow]:
        """Return the versions of an entry, oldest first."""
        with Session(self.engine, expire_on_commit=False) as session:
            return list(
                session.scalars(
                    select(VersionRow)
                    .where(VersionRow.entry_id == entry_id)
                    .order_by(VersionRow.version)
                )
            )

    def synchronise(
        self,
        entries: Iterable[Entry],
        origin: str,
        editor: str = "导入",
        *,
        preview: bool = False,
    ) -> SyncReport:
        """Take over entries from a source: add, update what changed there, expire the rest.

        Running it twice changes nothing. An entry edited here stays as it is until its source
        changes. Entries that came from the same `origin` earlier and are no longer among the
        given ones expire; they are never deleted. A preview reports the same and changes nothing.
        """
        report = SyncReport()
        with self.session() as session:
            rows = {
                row.id: row
                for row in session.scalars(
                    select(EntryRow).where(EntryRow.collection == self.collection)
                )
            }
            seen = set()
            for entry in entries:
                seen.add(entry.id)
                self._take(session, rows.get(entry.id), entry, origin, editor, report)
            for row in rows.values():
                if row.id in seen or row.origin != origin or row.status == Status.EXPIRED:
                    continue
                left = _entry(row).model_copy(update={"status": Status.EXPIRED})
                self._write(session, row, left, editor, "来源中已不再有这一条")
                row.origin_digest = ""
                report.expired.append(row.id)
            if preview:
                session.rollback()
        return report

    def save(self, entry: Entry, editor: str, *, expected_version: int, note: str = "") -> Entry:
        """Save edited content as a new draft version.

        Raises:
            EditConflictError: when the stored version is not `expected_version` (0 for a new entry).
        """
        with self.session() as session:
            row = session.get(EntryRow, entry.id, with_for_update=True)
            if (row.version if row else 0) != expected_version:
                raise EditConflictError(
                    f"{entry.id} 已被别人改到第 {row.version if row else 0} 版，请刷新后再改"
                )
            draft = entry.model_copy(update={"status": Status.DRAFT})
            return self._write(session, row, draft, editor, note or "修改")

    def move(
        self, entry_id: str, to: Status, editor: str, *, expected_version: int, note: str = ""
    ) -> Entry:
        """Move an entry along draft → review → published → expired.

        Raises:
            EditError: unknown entry, a move not in `MOVES`, or an editor reviewing the own draft.
            EditConflictError: when somebody else changed it first.
        """
        with self.session() as session:
            row = session.get(EntryRow, entry_id, with_for_update=True)
            if row is None:
                raise EditError(f"没有编号为 {entry_id} 的条目")
            if row.version != expected_version:
                raise EditConflictError(
                    f"{entry_id} 已被别人改到第 {row.version} 版，请刷新后再操作"
                )
            old = _entry(row)
            if to not in MOVES[old.status]:
                raise EditError(f"“{old.title}”现在是 {old.status}，不能直接变为 {to}")
            update: dict[str, object] = {"status": to}
            if to is Status.PUBLISHED:
                update |= {"reviewer": editor, "reviewed_date": _now().date()}
                if self._author(session, entry_id) == editor:
                    raise EditError("自己写的条目要由另一个人审核后才能发布")
            return self._write(session, row, old.model_copy(update=update), editor, note or to)

    def _take(
        self,
        session: Session,
        row: EntryRow | None,
        entry: Entry,
        origin: str,
        editor: str,
        report: SyncReport,
    ) -> None:
        digest = f"{entry.digest()}-{entry.status}"
        if row is not None and row.origin_digest == digest:
            report.unchanged += 1
            return
        if row is None:
            report.added.append(entry.id)
        else:
            report.changed[entry.id] = differences(row.content, entry.model_dump(mode="json"))
        self._write(session, row, entry, editor, "导入", (origin, digest))

    def _write(
        self,
        session: Session,
        row: EntryRow | None,
        entry: Entry,
        editor: str,
        note: str,
        origin: tuple[str, str] | None = None,
    ) -> Entry:
        revision = self._next_revision(session)
        version = max(row.version + 1, entry.version) if row else entry.version
        new = Entry.model_validate({**entry.model_dump(), "version": version})
        content = new.model_dump(mode="json")
        if row is None:
            row = EntryRow(id=new.id, collection=self.collection, origin="", origin_digest="")
            session.add(row)
        elif row.collection != self.collection:
            raise EditError(f"编号 {new.id} 属于另一个知识库 {row.collection}，请换一个编号")
        row.status, row.version, row.owner = new.status.value, version, new.owner
        row.content, row.updated_at = content, _now()
        if new.status in (Status.PUBLISHED, Status.EXPIRED):
            row.shown = content
        row.revision = revision
        if origin is not None:
            row.origin, row.origin_digest = origin
        session.add(
            VersionRow(
                entry_id=new.id,
                version=version,
                status=new.status.value,
                editor=editor,
                note=str(note),
                at=_now(),
                content=content,
            )
        )
        return new

    @staticmethod
    def _author(session: Session, entry_id: str) -> str | None:
        return session.scalar(
            select(VersionRow.editor)
            .where(VersionRow.entry_id == entry_id, VersionRow.status == Status.DRAFT.value)
            .order_by(VersionRow.version.desc())
            .limit(1)
        )

    @staticmethod
    def _next_revision(session: Session) -> int:
        """Bump the counter once per transaction; its row stays locked until the end of it."""
        held: int | None = session.info.get("revision")
        if held is not None:
            return held
        number = session.scalar(
            update(RevisionRow)
            .where(RevisionRow.id == 1)
            .values(number=RevisionRow.number + 1)
            .returning(RevisionRow.number)
        )
        if number is None:
            session.add(RevisionRow(id=1, number=1))
            number = 1
        session.info["revision"] = int(number)
        return int(number)


def open_engine(url: str | None = None) -> Engine:
    """Open the database of `DATABASE_URL`; SQLite runs in WAL mode and waits for other writers."""
    address = url or os.environ.get("DATABASE_URL") or DEFAULT_URL
    if address.startswith("postgresql://"):
        address = address.replace("postgresql://", "postgresql+psycopg://", 1)
    parsed = make_url(address)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session that commits at the end.

    On SQLite it takes the write lock at once, so that it cannot fail half-way for want of it.
    """
    with Session(engine.execution_options(writing=True)) as session, session.begin():
        yield session


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Return (field, before, after) for every field two versions differ in."""
    skip = {"version", "status", "reviewed_date", "reviewer"}
    fields = [f for f in {**old, **new} if f not in skip]
    return [(f, old.get(f), new.get(f)) for f in fields if old.get(f) != new.get(f)]


def _entry(row: EntryRow) -> Entry:
    return Entry.model_validate({**row.content, "version": row.version, "status": row.status})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
