"""The evidence pack of the dispatch suggester, as sent to the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import Line, LongText, Phone, RequiredLine, Shape, UnitName

MOST_IN_BATCH = 1000

Dial = Literal["auto", "one_click", "human"]


class NamedProbability(Shape):
    """A name with its calibrated probability."""

    name: str
    probability: float = Field(ge=0, le=1)


class Urgency(Shape):
    """How fast, and why."""

    level: str
    reasons: list[str]


class CandidatePlace(Shape):
    """A district and street the place could be in."""

    district: str
    street: str | None


class SuggestedPlace(Shape):
    """Where it is."""

    text: str
    district: str | None
    street: str | None
    candidates: list[CandidatePlace]


class AlternativeUnit(Shape):
    """Another unit that could take it."""

    code: str
    name: str
    probability: float = Field(ge=0, le=1)


class DutyClause(Shape):
    """The duty the suggestion rests on."""

    clause: str
    basis: str


class Neighbour(Shape):
    """A similar closed ticket and how it ended."""

    number: str
    title: str
    unit: str
    status: str
    similarity: float
    outcome: str


class WordWeight(Shape):
    """A deciding word."""

    word: str
    weight: float


class ReturnRisk(Shape):
    """How likely the unit sends it back."""

    probability: float = Field(ge=0, le=1)
    why: str


class Evidence(Shape):
    """Why this unit."""

    duty: DutyClause | None
    place: str
    neighbours: list[Neighbour]
    words: list[WordWeight]
    counter: str
    return_risk: ReturnRisk


class SafetyNotice(Shape):
    """A danger found in the text."""

    kind: str
    phone: str
    advice: str


class EarlierTicket(Shape):
    """The same person's earlier ticket on the matter and who handled it."""

    number: str
    unit: UnitName | None
    handler: str
    status: str
    received_at: datetime


class MatterCategory(Shape):
    """One matter of a text: the sentences it rests on, from `start` to `end`, and its unit."""

    text: str
    start: int
    end: int
    category: str
    unit: UnitName | None


class Digests(Shape):
    """What the decision was made with."""

    model: str
    rules: str
    dictionary: str
    input: str


class Suggestion(Shape):
    """Who should get the ticket, how sure, and why."""

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


class DispatchQuestion(Shape):
    """A text to read without making a ticket.

    `received_at` is the moment “昨晚” counts from; `phone` only serves to find the same person's
    earlier tickets and is not kept.
    """

    text: LongText
    title: Line | None = None
    place: Line | None = None
    received_at: AwareDatetime | None = None
    phone: Phone | None = None


class NumberedQuestion(DispatchQuestion):
    """A text of a batch with the caller's own number for it."""

    id: RequiredLine


class DispatchBatch(Shape):
    """Texts to read in one go."""

    tickets: list[NumberedQuestion] = Field(min_length=1, max_length=MOST_IN_BATCH)


class DispatchLine(Shape):
    """One line of a batch's answer: the suggestion, or why there is none."""

    id: str
    suggestion: Suggestion | None
    error: str | None


class CategoryPromise(Shape):
    """How sure suggestions of a category turned out, and whether it still goes by itself."""

    category: str
    decided: int
    right: int
    accuracy: float = Field(ge=0, le=1)
    closed: bool
    why: str


class DecidingModel(Shape):
    """Which model decides, since when, and who chose it."""

    digest: str
    since: datetime
    actor: str
    reason: str


class DispatchState(Shape):
    """Automatic dispatch: on or off and why, category by category, and the model behind it."""

    on: bool
    why: str
    promise: float = Field(ge=0, le=1)
    categories: list[CategoryPromise]
    model: DecidingModel | None


class AutoTurn(Shape):
    """Turn automatic dispatch, or one category of it, off or on."""

    off: bool
    reason: RequiredLine
    category: Line | None = None
