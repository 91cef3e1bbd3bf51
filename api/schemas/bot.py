"""What the dialogue actions send."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from api.schemas.base import (
    Line,
    LongText,
    Paragraph,
    PhoneLast4,
    RequiredLine,
    Shape,
    TicketNumber,
)
from hotline.appointments import Booking, Slot

Special = Literal["企业诉求", "办不成事"]
AppealType = Literal["咨询", "求助", "投诉", "举报", "建议", "表扬"]


class BotTicket(Shape):
    """A ticket the citizen confirmed in the chat."""

    text: LongText
    place: Line | None = None
    occurred: Line | None = None
    appeal_type: AppealType | None = None
    special: Special | None = None


class BotLookup(Shape):
    """Which ticket; without last four digits only the citizen's own."""

    number: TicketNumber | None = None
    phone_last4: PhoneLast4 | None = None


class BotRating(BotLookup):
    """A rating given in the chat."""

    score: int = Field(ge=1, le=5)
    text: Line | None = None


class BotReopening(BotLookup):
    """Reopening asked for in the chat."""

    reason: Paragraph


class BotAddition(BotLookup):
    """More facts given in the chat."""

    text: Paragraph


class Handover(Shape):
    """Why a person is wanted."""

    reason: Line = ""


class QueuePosition(Shape):
    """Place in the queue for a person, 1 is next."""

    queue_position: int


class AppointmentChoices(Shape):
    """Free half hours, and what can be booked at all."""

    items: list[Slot]
    businesses: list[str]


class Bookings(Shape):
    """The citizen's bookings from today on."""

    items: list[Booking]


class Cancellation(Shape):
    """Which booking is given back."""

    code: RequiredLine


class NewAppointment(Shape):
    """Book one half hour; ``hall`` is a name or code, ``start`` is ``HH:MM``."""

    hall: RequiredLine
    date: dt.date
    start: RequiredLine
    business: RequiredLine
