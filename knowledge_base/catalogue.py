"""The list of entries as editors see it, and what is due for its owner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge_base.entry import Entry, Status
from knowledge_base.store import EntryStore
from knowledge_base.tables import EntryRow

SOON = dt.timedelta(days=60)
STALE = dt.timedelta(days=365)


@dataclass(frozen=True)
class Listed:
    """One line of the list; `in_force` is the version citizens see, if any."""

    entry: Entry
    in_force: int | None
    updated_at: dt.datetime


@dataclass(frozen=True)
class Page:
    """A page of entries, how many there are in all, and how many per status without the filter."""

    items: list[Listed]
    total: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Due:
    """Entries that need their owner: what is over, what soon will be, what nobody has checked."""

    expired: list[Entry]
    expiring: list[Entry]
    never_reviewed: list[Entry]
    long_unreviewed: list[Entry]


def page_of(
    store: EntryStore,
    *,
    status: str | None = None,
    kind: str | None = None,
    unit: str | None = None,
    words: str | None = None,
    page: int = 1,
    size: int = 50,
) -> Page:
    """Return a page of a collection's entries, the last changed first.

    `words` looks in the id and in the title; the other filters are exact.
    """
    mine = EntryRow.collection == store.collection
    wanted: list[ColumnElement[bool]] = [mine]
    if status:
        wanted.append(EntryRow.status == status)
    if kind:
        wanted.append(EntryRow.content["kind"].as_string() == kind)
    if unit:
        wanted.append(EntryRow.content["unit"].as_string() == unit)
    if words:
        title = EntryRow.content["title"].as_string()
        wanted.append(
            title.contains(words, autoescape=True) | EntryRow.id.contains(words, autoescape=True)
        )
    with Session(store.engine) as session:
        counted = session.execute(
            select(EntryRow.status, func.count()).where(mine).group_by(EntryRow.status)
        )
        counts = {row[0]: row[1] for row in counted}
        total = session.scalar(select(func.count()).select_from(EntryRow).where(*wanted)) or 0
        rows = session.scalars(
            select(EntryRow)
            .where(*wanted)
            .order_by(EntryRow.revision.desc(), EntryRow.id)
            .offset((page - 1) * size)
            .limit(size)
        )
        return Page([_listed(row) for row in rows], total, counts)


def due(store: EntryStore, today: dt.date, unit: str | None = None) -> Due:
    """Return what needs its owner on a day; of one unit when given."""
    living = [e for e in store.changed_since(0) if unit is None or unit in (e.unit, e.owner)]
    published = [e for e in living if e.status is Status.PUBLISHED]
    over = [
        e
        for e in living
        if e.status is Status.EXPIRED or (e.expiry_date is not None and e.expiry_date < today)
    ]
    soon = [e for e in published if e.expiry_date and today <= e.expiry_date <= today + SOON]
    return Due(
        expired=over,
        expiring=sorted(soon, key=lambda e: e.expiry_date or today),
        never_reviewed=[e for e in published if e.reviewed_date is None],
        long_unreviewed=[
            e for e in published if e.reviewed_date and e.reviewed_date < today - STALE
        ],
    )


def _listed(row: EntryRow) -> Listed:
    entry = Entry.model_validate({**row.content, "version": row.version, "status": row.status})
    shown = row.shown
    in_force = None
    if shown and shown.get("status") == Status.PUBLISHED:
        in_force = int(str(shown["version"]))
    return Listed(entry, in_force, row.updated_at)
