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
    UnitCode,
)
from hotline.queue import TicketRow

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


class Unmask(Shape):
    """Why the clerk needs to see the contact."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200), Storable
    ]


class Contact(Shape):
    """The contact in clear; every look is recorded."""

    phone: str | None
    name: str | None
