"""The closed set of outcomes and the shape of an answer, the same on every channel."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, Field

from knowledge_base.entry import Block, Entry


class Outcome(StrEnum):
    """Every way answering can end."""

    ANSWERED = "answered"
    NEEDS_CLARIFYING = "needs_clarifying"
    SEVERAL_CANDIDATES = "several_candidates"
    NOT_IN_BASE = "not_in_base"
    EXPIRED = "expired"
    REFUSED = "refused"
    EMERGENCY = "emergency"
    HANDED_OVER = "handed_over"


class EntryReference(BaseModel):
    """Which entry, in which version, an answer quotes."""

    id: str
    title: str
    kind: str
    version: int


class Source(BaseModel):
    """Where an answer comes from and when it was last checked."""

    title: str
    basis: str
    effective_date: dt.date | None
    url: str | None
    reviewed_date: dt.date | None


class Candidate(BaseModel):
    """An entry offered as a button."""

    id: str
    title: str
    score: float


class PackageStep(BaseModel):
    """One step of a “一件事” as shown: the entry behind it and who handles it."""

    id: str
    title: str
    when: str
    note: str
    unit: str
    phone: str
    valid: bool


class Answer(BaseModel):
    """What a citizen gets for a question."""

    outcome: Outcome
    question: str
    text: str
    entry: EntryReference | None = None
    blocks: list[Block] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    candidates: list[Candidate] = Field(default_factory=list)
    steps: list[PackageStep] = Field(default_factory=list)
    follow_ups: list[str] = Field(default_factory=list)
    unit: str | None = None
    phone: str | None = None
    confidence: float = 0.0
    digest: str = ""


def sources_of(entry: Entry) -> list[Source]:
    """Return one source per basis of an entry, or where it was taken from if it names none."""
    if not entry.basis:
        return [
            Source(
                title=entry.title,
                basis=entry.source or entry.unit,
                effective_date=entry.effective_date,
                url=None,
                reviewed_date=entry.reviewed_date,
            )
        ]
    return [
        Source(
            title=entry.title,
            basis=basis.cite(),
            effective_date=entry.effective_date,
            url=basis.url,
            reviewed_date=entry.reviewed_date,
        )
        for basis in entry.basis
    ]
