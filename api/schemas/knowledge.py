"""Entries as editors see them: the list, one entry with its history, what is due, imports, gaps."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.base import Line, Paragraph, Shape, Storable
from knowledge_base.entry import Status
from knowledge_base.importing import Reject

EntryId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), Storable]


class EntrySummary(Shape):
    """An entry in a list; `in_force` is the version citizens see, empty when they see none."""

    id: str
    title: str
    kind: str
    area: str
    unit: str
    owner: str
    reviewer: str
    status: str
    version: int
    in_force: int | None
    expiry_date: dt.date | None
    reviewed_date: dt.date | None
    updated_at: datetime | None = None


class EntryPage(Shape):
    """A page of entries; `counts` are per status over the whole base."""

    items: list[EntrySummary]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class VersionSummary(Shape):
    """One step in the life of an entry."""

    version: int
    status: str
    editor: str
    note: str
    at: datetime


class FindingShape(Shape):
    """Two entries that contradict each other or are nearly the same."""

    kind: str
    first: str
    first_title: str
    second: str
    second_title: str
    detail: str


class EntryDetail(Shape):
    """An entry with its history, the steps the caller may take, and what contradicts it."""

    entry: dict[str, Any] = Field(description="条目全文，字段见 city/knowledge/README.md")
    in_force: int | None
    may_edit: bool
    may_move: list[str] = Field(description="现在可以变为的状态")
    versions: list[VersionSummary]
    findings: list[FindingShape]


class EntryEdit(Shape):
    """New content for an entry, on the version one has seen (0 for a new one)."""

    version: int = Field(ge=0, le=1_000_000)
    content: dict[str, Any]
    note: Line = ""


class EntryMove(Shape):
    """A step along draft → review → published → expired."""

    version: int = Field(ge=1, le=1_000_000)
    to: Status
    note: Line = ""


class FieldDifference(Shape):
    """A field two versions differ in."""

    field: str
    before: Any = None
    after: Any = None


class VersionDifference(Shape):
    """What changed from one version to another."""

    id: str
    before: int
    after: int
    fields: list[FieldDifference]


class DueEntries(Shape):
    """What needs its owner."""

    expired: list[EntrySummary]
    expiring: list[EntrySummary]
    never_reviewed: list[EntrySummary]
    long_unreviewed: list[EntrySummary]


class FindingList(Shape):
    """All contradictions and duplicates."""

    items: list[FindingShape]


class EntryChange(Shape):
    """What an import changes in one entry."""

    id: str
    fields: list[FieldDifference]


class RejectedRow(Shape):
    """A row that was left out; row 0 when it is an entry named in `raw`."""

    row: int
    reason: str
    raw: str

    @classmethod
    def of(cls, reject: Reject) -> RejectedRow:
        """Return a reject as shown."""
        return cls(row=reject.row, reason=reject.reason, raw=reject.raw)


class ImportReport(Shape):
    """What an import did, or in a preview would do; long lists are cut, the counts are whole."""

    preview: bool
    added: int
    changed: int
    unchanged: int
    expired: int
    rejected: int
    added_ids: list[str]
    expired_ids: list[str]
    changes: list[EntryChange]
    rejects: list[RejectedRow]


class GapShape(Shape):
    """Like questions without a good answer; `story` is the sentence for people."""

    id: int
    question: str
    wordings: list[str]
    asked: int
    outcome: str
    near: str | None
    near_title: str | None
    unit: str
    entry_id: str | None
    entry_status: str | None
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None
    story: str


class GapPage(Shape):
    """Gaps, most asked first."""

    items: list[GapShape]
    open: int
    closed: int


class GapDraft(Shape):
    """For which unit a draft is made of a gap."""

    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class GapDismissal(Shape):
    """Why a gap needs no entry."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200), Storable
    ]


class AnswerRating(Shape):
    """Whether an answer helped."""

    question: Paragraph
    entry: EntryId
    helpful: bool


class RatingKept(Shape):
    """The rating was kept."""

    kept: bool = True
