"""Tickets as the citizen sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import (
    Line,
    LongText,
    Paragraph,
    Phone,
    PhoneLast4,
    Shape,
    TicketNumber,
)
from hotline.progress import Progress

AttachmentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class ProgressList(Shape):
    """The citizen's tickets, newest first."""

    items: list[Progress]


class NewTicket(Shape):
    """A ticket written by the citizen in the form."""

    title: Line | None = None
    text: LongText
    place: Line | None = None
    occurred: Line | None = None
    phone: Phone | None = None
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None = None
    attachments: list[AttachmentId] = Field(default=[], max_length=9)


class ProgressEvent(Shape):
    """One step of a ticket as it happened, and how the ticket stands now."""

    at: datetime
    text: str
    status: str
    progress: Progress


class Lookup(Shape):
    """Number and the last four digits of the phone left with the ticket."""

    number: TicketNumber
    phone_last4: PhoneLast4


class NewRating(Shape):
    """The citizen's judgement, 1 (bad) to 5 (good)."""

    score: int = Field(ge=1, le=5, strict=True)
    text: Line | None = None
    phone_last4: PhoneLast4 | None = None


class NewReopening(Shape):
    """Why the matter is not settled."""

    reason: Paragraph
    phone_last4: PhoneLast4 | None = None


class NewAddition(Shape):
    """More facts or photos for an open ticket."""

    text: Paragraph
    attachments: list[AttachmentId] = Field(default=[], max_length=9)


class Attachment(Shape):
    """A stored photo."""

    id: str
    media_type: str
    size: int = Field(description="字节")
