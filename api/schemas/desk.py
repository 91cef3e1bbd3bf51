"""Tickets as the desk sees them, and what each step needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import (
    LongText,
    Paragraph,
    RequiredLine,
    Shape,
    Storable,
    TicketNumber,
    UnitCode,
)
from hotline.detail import TicketDetail
from hotline.queue import TicketRow
from knowledge_base.outcome import Answer

Version = Annotated[int, Field(ge=1, le=2_147_483_647, strict=True)]


class TicketPage(Shape):
    """A page of the queue with counts per status over the same filter."""

    items: list[TicketRow]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class Step(Shape):
    """Any step names the version it was decided on."""

    version: Version


class DispatchStep(Step):
    """Give the ticket to a unit."""

    unit_code: UnitCode
    co_units: list[UnitCode] = Field(default=[], max_length=8)
    category: RequiredLine | None = None
    reason: RequiredLine | None = None


class RedispatchStep(Step):
    """Give it to another unit."""

    unit_code: UnitCode
    reason: RequiredLine


class CloseStep(Step):
    """Close it with the reply the citizen reads."""

    reply: LongText


class ReturnStep(Step):
    """Send it back."""

    reason: RequiredLine
    note: Annotated[str, StringConstraints(max_length=2000), Storable] = ""


class VoidStep(Step):
    """Void it."""

    reason: RequiredLine


class CallbackStep(Step):
    """Result of calling the citizen back."""

    solved: bool = Field(strict=True)
    note: Annotated[str, StringConstraints(max_length=2000), Storable] = ""


class ExtendStep(Step):
    """Give more working days."""

    days: int = Field(ge=1, le=60, strict=True)
    reason: RequiredLine


class SuperviseStep(Step):
    """Press for it."""

    note: Paragraph


class ContributeStep(Step):
    """What a co-unit found and did."""

    part: LongText


class ReviewStep(Step):
    """Send it to final review."""

    reason: RequiredLine


class NewPart(Shape):
    """One matter that becomes a ticket of its own."""

    text: LongText
    category: RequiredLine | None = None


class SplitStep(Step):
    """Further matters become tickets of their own."""

    parts: list[NewPart] = Field(min_length=1, max_length=6)


class RepeatStep(Step):
    """It repeats another ticket; ``merge`` handles it there alone."""

    other: TicketNumber
    merge: bool = Field(default=False, strict=True)


class LinkStep(Step):
    """It belongs together with another ticket."""

    other: TicketNumber


class ReplyToCheck(Shape):
    """A reply before it goes out."""

    reply: LongText


class ReplyPoint(Shape):
    """One of the five things looked at: 对题、全部回应、依据、承诺有期限、语气."""

    name: str
    ok: bool
    say: str


class ReplyCheck(Shape):
    """What stands out in a reply: ``explains`` is a probability, ``None`` without the model.

    ``missing`` are the matters and the place it does not speak of, ``reasons`` what else to look at.
    """

    doubtful: bool
    explains: float | None
    on_topic: float | None = None
    points: list[ReplyPoint] = Field(default_factory=list)
    matters: int
    answered: int
    missing: list[str]
    reasons: list[str]


class PastReply(Shape):
    """How a similar ticket was answered."""

    number: str
    title: str
    unit: str
    reply: str
    outcome: str


class Draft(Shape):
    """A reply to start from: ``text`` is empty where the knowledge base has no answer."""

    text: str
    answer: Answer
    past: list[PastReply]


class GroupOfTicket(Shape):
    """The recurring group a ticket is in."""

    id: str
    title: str
    state: str
    tickets: int
    people: int
    recurred: int


class DeskTicket(TicketDetail):
    """A ticket in full, with its recurring group for those who may see groups."""

    group: GroupOfTicket | None = None


class Unmask(Shape):
    """Why the clerk needs to see the contact."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200), Storable
    ]


class Contact(Shape):
    """The contact in clear; every look is recorded."""

    phone: str | None
    name: str | None
