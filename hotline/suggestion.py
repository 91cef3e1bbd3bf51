"""What the dispatcher says about one matter: who should get it, how sure, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from hotline.progress import UnitName

Dial = Literal["auto", "one_click", "human"]


class NamedProbability(BaseModel):
    """A name with its calibrated probability."""

    name: str
    probability: float = Field(ge=0, le=1)


class Urgency(BaseModel):
    """How fast, and why."""

    level: str
    reasons: list[str]


class CandidatePlace(BaseModel):
    """A district and street a place of that name could be in."""

    district: str
    street: str | None


class SuggestedPlace(BaseModel):
    """Where it is; unknown stays ``None`` and the candidates are kept."""

    text: str
    district: str | None
    street: str | None
    candidates: list[CandidatePlace]


class AlternativeUnit(UnitName):
    """Another unit that could take it."""

    probability: float = Field(ge=0, le=1)


class DutyClause(BaseModel):
    """The duty the suggestion rests on."""

    clause: str
    basis: str


class Neighbour(BaseModel):
    """A similar closed ticket and how it ended."""

    number: str
    title: str
    unit: str
    status: str
    similarity: float
    outcome: str


class WordWeight(BaseModel):
    """A deciding word."""

    word: str
    weight: float


class ReturnRisk(BaseModel):
    """How likely the unit sends it back."""

    probability: float = Field(ge=0, le=1)
    why: str


class Evidence(BaseModel):
    """Why this unit."""

    duty: DutyClause | None
    place: str
    neighbours: list[Neighbour]
    words: list[WordWeight]
    counter: str
    return_risk: ReturnRisk


class SafetyNotice(BaseModel):
    """A danger found in the text."""

    kind: str
    phone: str
    advice: str


class EarlierTicket(BaseModel):
    """The same person's earlier ticket on the matter and who handled it."""

    number: str
    unit: UnitName | None
    handler: str
    status: str
    received_at: datetime


class MatterCategory(BaseModel):
    """One matter of a text: ``text`` are the sentences it rests on, from ``start`` to ``end``."""

    text: str
    start: int
    end: int
    category: str
    unit: UnitName | None


class Digests(BaseModel):
    """What the decision was made with, so that it can be replayed."""

    model: str
    rules: str
    dictionary: str
    input: str


class Suggestion(BaseModel):
    """The contract's Suggestion."""

    categories: list[NamedProbability]
    appeal_type: NamedProbability
    urgency: Urgency
    place: SuggestedPlace
    unit: UnitName | None
    co_units: list[UnitName]
    alternatives: list[AlternativeUnit]
    confidence: float = Field(ge=0, le=1)
    dial: Dial
    dial_reason: str
    evidence: Evidence
    safety: SafetyNotice | None
    repeat_of: str | None
    earlier: EarlierTicket | None
    matters: list[MatterCategory]
    digests: Digests
