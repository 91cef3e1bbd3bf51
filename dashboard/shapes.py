"""The API's answers as the desk reads them; fields the desk does not use are ignored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """An answer of the API; a field added there later does no harm here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class User(Shape):
    """Who is signed in."""

    username: str
    name: str
    role: str
    unit_code: str | None = None
    unit_name: str | None = None
    scope: str | None = None


class SignIn(Shape):
    """An opened session."""

    token: str
    user: User


class Provider(Shape):
    """Whether staff can sign in through an identity provider."""

    enabled: bool = False
    name: str = ""


class ProviderAttempt(Shape):
    """Where to send the browser, and the sealed attempt it has to bring back."""

    url: str
    attempt: str


class Part(Shape):
    """One part of the system."""

    ok: bool
    detail: str


class Health(Shape):
    """Whether each part works."""

    status: str
    parts: dict[str, Part]
    demo: bool = False


class Named(Shape):
    """A code with its name."""

    code: str
    name: str


class UnitChoice(Named):
    """A unit that can be given a ticket."""

    line: str = ""
    area: str = ""


class CategoryChoice(Shape):
    """A category and what belongs into it."""

    name: str
    definition: str = ""


class Reference(Shape):
    """The city's names to choose from."""

    city: str
    units: list[UnitChoice]
    categories: list[CategoryChoice]
    districts: list[str]
    reasons: dict[str, list[str]] = {}
    bounces_to_review: int = 2
    extension_workdays: int = 15


class TicketRow(Shape):
    """A ticket in a list; ``stage_*`` is the deadline of the present step."""

    number: str
    title: str
    status: str
    category: str | None = None
    appeal_type: str | None = None
    urgency: str = "一般"
    district: str | None = None
    street: str | None = None
    place: str | None = None
    unit: Named | None = None
    suggested_unit: Named | None = None
    confidence: float | None = None
    dial: str | None = None
    due_at: dt.datetime | None = None
    due_text: str | None = None
    stage_due_at: dt.datetime | None = None
    stage_due_text: str | None = None
    overdue: bool = False
    created_at: dt.datetime
    channel: str = ""
    version: int
    demo: bool = False
    safety: bool = False
    special: str | None = None
    bounces: int = 0
    final_review: bool = False


class TicketPage(Shape):
    """A page of the queue; ``counts`` are by status under the same filters but the status."""

    items: list[TicketRow]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class Probability(Shape):
    """A name with its probability."""

    name: str
    probability: float = 0.0


class Alternative(Named):
    """Another unit that could take it."""

    probability: float = 0.0


class Urgency(Shape):
    """How fast, and why."""

    level: str = ""
    reasons: list[str] = []


class CandidatePlace(Shape):
    """Where the place could be."""

    district: str = ""
    street: str | None = None


class Place(Shape):
    """Where it is."""

    text: str = ""
    district: str | None = None
    street: str | None = None
    candidates: list[CandidatePlace] = []


class Duty(Shape):
    """The duty a suggestion rests on."""

    clause: str
    basis: str = ""


class Neighbour(Shape):
    """A similar closed ticket and how it ended."""

    number: str
    title: str
    unit: str = ""
    status: str = ""
    similarity: float = 0.0
    outcome: str = ""


class Word(Shape):
    """A deciding word."""

    word: str
    weight: float = 0.0


class ReturnRisk(Shape):
    """How likely the unit sends it back."""

    probability: float = 0.0
    why: str = ""


class Evidence(Shape):
    """Why this unit."""

    duty: Duty | None = None
    place: str = ""
    neighbours: list[Neighbour] = []
    words: list[Word] = []
    counter: str = ""
    return_risk: ReturnRisk | None = None


class Safety(Shape):
    """A danger found in the text."""

    kind: str
    phone: str
    advice: str


class Earlier(Shape):
    """The same person's earlier ticket on the matter and who handled it."""

    number: str
    unit: Named | None = None
    handler: str = ""
    status: str = ""


class Matter(Shape):
    """One matter of several in a text, and whose it is."""

    text: str
    category: str = ""
    unit: Named | None = None


class Suggestion(Shape):
    """Who should get the ticket, how sure, and why."""

    categories: list[Probability] = []
    appeal_type: Probability | None = None
    urgency: Urgency | None = None
    place: Place | None = None
    unit: Named | None = None
    co_units: list[Named] = []
    alternatives: list[Alternative] = []
    confidence: float = 0.0
    dial: str = "human"
    dial_reason: str = ""
    evidence: Evidence = Evidence()
    safety: Safety | None = None
    repeat_of: str | None = None
    earlier: Earlier | None = None
    matters: list[Matter] = []
    digests: dict[str, str] = {}


class CategoryPromise(Shape):
    """How sure suggestions of a category turned out, and whether it still goes by itself."""

    category: str
    decided: int = 0
    right: int = 0
    accuracy: float = 1.0
    closed: bool = False
    why: str = ""


class DecidingModel(Shape):
    """Which model decides, since when, and who chose it."""

    digest: str
    since: dt.datetime
    actor: str = ""
    reason: str = ""


class DispatchState(Shape):
    """Automatic dispatch: on or off and why, category by category, and the model behind it."""

    on: bool = False
    why: str = ""
    promise: float = 0.98
    categories: list[CategoryPromise] = []
    model: DecidingModel | None = None


class Event(Shape):
    """One thing that happened to a ticket."""

    at: dt.datetime
    actor: str
    role: str = ""
    step: str = ""
    text: str


class Span(Shape):
    """A stretch of the ticket's text that names something."""

    kind: str
    start: int
    end: int
    text: str


class Picture(Shape):
    """A picture or file of a ticket."""

    id: str
    file_name: str = ""
    media_type: str = ""
    size: int = 0


class Progress(Shape):
    """What the citizen reads."""

    status_text: str = ""
    why_unit: str | None = None
    next_step: str = ""
    due_text: str | None = None
    provisional: bool = False


class Linked(Shape):
    """Another ticket that belongs to this one, or to the same person."""

    kind: str
    number: str
    title: str
    status: str = ""
    unit: str | None = None
    created_at: dt.datetime


class CoPart(Named):
    """A co-unit and what it says it has done."""

    part: str | None = None
    at: dt.datetime | None = None


class GroupOfTicket(Shape):
    """The recurring group a ticket is in."""

    id: str
    title: str
    state: str = ""
    tickets: int = 0
    people: int = 0
    recurred: int = 0


class TicketDetail(TicketRow):
    """Everything the clerk may see of a ticket."""

    text: str
    occurred: str | None = None
    contact_masked: str | None = None
    suggestion: Suggestion | None = None
    co_units: list[Named] = []
    dispatch_reason: str | None = None
    history: list[Event] = []
    spans: list[Span] = []
    allowed_steps: list[str] = []
    progress: Progress = Progress()
    reply: str | None = None
    rating: int | None = None
    rating_text: str | None = None
    parent: str | None = None
    children: list[str] = []
    links: list[Linked] = []
    same_person: list[Linked] = []
    co_parts: list[CoPart] = []
    group: GroupOfTicket | None = None
    attachments: list[Picture] = []


class ReplyCheck(Shape):
    """What stands out in a reply before it goes out."""

    doubtful: bool
    explains: float | None = None
    matters: int = 0
    answered: int = 0
    missing: list[str] = []
    reasons: list[str] = []


class Contact(Shape):
    """Whom to call, in clear."""

    phone: str | None = None
    name: str | None = None


class ChatSummary(Shape):
    """A live conversation in the list."""

    id: str
    state: str
    channel: str = ""
    queue_position: int | None = None
    waiting_since: dt.datetime | None = None
    clerk: str | None = None
    reason: str | None = None
    last_text: str = ""
    last_at: dt.datetime | None = None


class Said(Shape):
    """One message of a conversation."""

    id: str
    at: dt.datetime
    speaker: str
    kind: str = "text"
    text: str


class ChatDetail(ChatSummary):
    """A conversation with its history and answers the clerk could send."""

    messages: list[Said] = []
    facts: dict[str, Any] = {}
    suggestions: list[str] = []


class Block(Shape):
    """One part of a knowledge entry."""

    name: str
    text: str | None = None
    items: list[str] = []


class Source(Shape):
    """Where an answer comes from."""

    title: str
    basis: str = ""
    effective_date: dt.date | None = None
    url: str | None = None
    reviewed_date: dt.date | None = None


class Candidate(Shape):
    """An entry that could be meant."""

    id: str
    title: str
    score: float = 0.0


class Entry(Shape):
    """Which entry an answer quotes."""

    id: str
    title: str
    kind: str = ""
    version: int = 1


class Answer(Shape):
    """What the knowledge base says."""

    outcome: str
    question: str = ""
    text: str = ""
    entry: Entry | None = None
    blocks: list[Block] = []
    sources: list[Source] = []
    candidates: list[Candidate] = []
    follow_ups: list[str] = []
    unit: str | None = None
    phone: str | None = None
    confidence: float = 0.0


class Period(Shape):
    """First and last day, both included."""

    first: dt.date = Field(validation_alias="from")
    last: dt.date = Field(validation_alias="to")


class DayCount(Shape):
    """A day's receipts and closures."""

    date: dt.date
    received: int
    closed: int


Figures = dict[str, float | None]


class UnitFigures(Shape):
    """How a unit did, and how in the period before."""

    unit: str
    code: str = ""
    figures: Figures = {}
    before: Figures = {}


class Overview(Shape):
    """The manager's figures of a period."""

    period: Period
    totals: Figures
    compare: Figures
    by_day: list[DayCount] = []
    by_category: list[dict[str, Any]] = []
    by_district: list[dict[str, Any]] = []
    by_channel: list[dict[str, Any]] = []
    by_weekday_hour: list[dict[str, int]] = []
    demo: bool = False


class Indicator(Shape):
    """What a figure is called, means and comes from; ``better`` is up, down or none."""

    code: str
    name: str
    definition: str
    source: str
    unit: str
    kind: str
    better: str
    target: int | None = None


class PastReply(Shape):
    """How a similar ticket was answered."""

    number: str
    title: str
    unit: str = ""
    reply: str
    outcome: str = ""


class Draft(Shape):
    """A reply to start from; ``text`` is empty where the knowledge base has no answer."""

    text: str = ""
    answer: Answer
    past: list[PastReply] = []
