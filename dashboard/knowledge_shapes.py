"""What the API says about entries, checked on arrival."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from dashboard.shapes import Shape


class EntrySummary(Shape):
    """An entry in a list."""

    id: str
    title: str
    kind: str
    area: str = ""
    unit: str = ""
    owner: str = ""
    reviewer: str = ""
    status: str
    version: int
    in_force: int | None = None
    expiry_date: dt.date | None = None
    reviewed_date: dt.date | None = None
    updated_at: dt.datetime | None = None


class EntryPage(Shape):
    """A page of entries."""

    items: list[EntrySummary]
    total: int
    page: int
    size: int
    counts: dict[str, int] = Field(default_factory=dict)


class Version(Shape):
    """One step in the life of an entry."""

    version: int
    status: str
    editor: str
    note: str = ""
    at: dt.datetime


class Finding(Shape):
    """Two entries that do not go together."""

    kind: str
    first: str
    first_title: str
    second: str
    second_title: str
    detail: str


class EntryDetail(Shape):
    """An entry with everything around it."""

    entry: dict[str, Any]
    in_force: int | None = None
    may_edit: bool = False
    may_move: list[str] = Field(default_factory=list)
    versions: list[Version] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)


class FieldChange(Shape):
    """A field before and after."""

    field: str
    before: Any = None
    after: Any = None


class VersionChanges(Shape):
    """What changed between two versions."""

    fields: list[FieldChange] = Field(default_factory=list)


class Due(Shape):
    """What needs its owner."""

    expired: list[EntrySummary] = Field(default_factory=list)
    expiring: list[EntrySummary] = Field(default_factory=list)
    never_reviewed: list[EntrySummary] = Field(default_factory=list)
    long_unreviewed: list[EntrySummary] = Field(default_factory=list)


class Findings(Shape):
    """All contradictions and duplicates."""

    items: list[Finding] = Field(default_factory=list)


class EntryChange(Shape):
    """What an import changes in an entry."""

    id: str
    fields: list[FieldChange] = Field(default_factory=list)


class Reject(Shape):
    """A row left out."""

    row: int
    reason: str
    raw: str = ""


class ImportReport(Shape):
    """What an import did or would do."""

    preview: bool
    added: int
    changed: int
    unchanged: int
    expired: int
    rejected: int
    added_ids: list[str] = Field(default_factory=list)
    expired_ids: list[str] = Field(default_factory=list)
    changes: list[EntryChange] = Field(default_factory=list)
    rejects: list[Reject] = Field(default_factory=list)


class Gap(Shape):
    """Like questions without a good answer."""

    id: int
    question: str
    wordings: list[str] = Field(default_factory=list)
    asked: int
    outcome: str = ""
    near: str | None = None
    near_title: str | None = None
    unit: str = ""
    entry_id: str | None = None
    entry_status: str | None = None
    last_at: dt.datetime
    closed_at: dt.datetime | None = None
    story: str = ""


class GapPage(Shape):
    """Gaps, most asked first."""

    items: list[Gap] = Field(default_factory=list)
    open: int = 0
    closed: int = 0
