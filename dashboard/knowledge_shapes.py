"""What the API says about entries, checked on arrival."""

from __future__ import annotations

import datetime as dt
from typing import Any

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
    counts: dict[str, int] = {}


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
    may_move: list[str] = []
    versions: list[Version] = []
    findings: list[Finding] = []


class FieldChange(Shape):
    """A field before and after."""

    field: str
    before: Any = None
    after: Any = None


class VersionChanges(Shape):
    """What changed between two versions."""

    fields: list[FieldChange] = []


class Due(Shape):
    """What needs its owner."""

    expired: list[EntrySummary] = []
    expiring: list[EntrySummary] = []
    never_reviewed: list[EntrySummary] = []
    long_unreviewed: list[EntrySummary] = []


class Findings(Shape):
    """All contradictions and duplicates."""

    items: list[Finding] = []


class EntryChange(Shape):
    """What an import changes in an entry."""

    id: str
    fields: list[FieldChange] = []


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
    added_ids: list[str] = []
    expired_ids: list[str] = []
    changes: list[EntryChange] = []
    rejects: list[Reject] = []


class Gap(Shape):
    """Like questions without a good answer."""

    id: int
    question: str
    wordings: list[str] = []
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

    items: list[Gap] = []
    open: int = 0
    closed: int = 0
