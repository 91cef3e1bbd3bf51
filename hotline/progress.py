"""What a citizen reads about a ticket: who has it, why they, what is next and by when."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clocks import Clocks
from hotline.lifecycle import FINISHED, NEXT_STEPS, OPEN, SENTENCES, Status
from hotline.models import Ticket, TicketEvent
from hotline.store import clocks_of


class UnitName(BaseModel):
    """A unit as shown."""

    code: str
    name: str


class TimelineEntry(BaseModel):
    """One line of the citizen's timeline."""

    at: datetime
    text: str


class Progress(BaseModel):
    """The contract's Progress; times carry the city's zone."""

    number: str
    title: str
    status: str
    status_text: str
    category: str | None
    unit: UnitName | None
    why_unit: str | None
    next_step: str
    due_at: datetime | None
    due_text: str | None
    provisional: bool
    timeline: list[TimelineEntry]
    reply: str | None
    can_rate: bool
    can_reopen: bool
    rating: int | None
    demo: bool


def progress(session: Session, ticket: Ticket, now: datetime | None = None) -> Progress:
    """Tell how a ticket stands."""
    clocks = clocks_of(session)
    moment = now or datetime.now(UTC)
    status = Status(ticket.status)
    timeline = session.execute(
        select(TicketEvent.at, TicketEvent.public_text)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.public_text.is_not(None))
        .order_by(TicketEvent.id)
    )
    return Progress(
        number=ticket.number,
        title=ticket.title or ticket.text[:30],
        status=status,
        status_text=SENTENCES[status],
        category=ticket.category,
        unit=unit_of(ticket),
        why_unit=why_unit(ticket),
        next_step=NEXT_STEPS[status],
        due_at=local_or_none(ticket.due_at, clocks),
        due_text=due_text(ticket, clocks, moment),
        provisional=ticket.provisional,
        timeline=[TimelineEntry(at=clocks.local(at), text=str(text)) for at, text in timeline],
        reply=ticket.reply,
        can_rate=status in FINISHED and ticket.rating is None,
        can_reopen=status in FINISHED,
        rating=ticket.rating,
        demo=ticket.demo,
    )


def unit_of(ticket: Ticket) -> UnitName | None:
    """The unit that holds the ticket."""
    if ticket.unit_code is None:
        return None
    return UnitName(code=ticket.unit_code, name=ticket.unit_name or ticket.unit_code)


def why_unit(ticket: Ticket) -> str | None:
    """Why this unit, in one sentence: the duty it has, or the reason the desk gave."""
    if ticket.unit_code is None:
        return None
    if ticket.unit_code == ticket.suggested_unit:
        evidence = (ticket.suggestion or {}).get("evidence") or {}
        duty = evidence.get("duty") or {}
        if clause := duty.get("clause"):
            basis = duty.get("basis")
            return f"{clause}（依据：{basis}）" if basis and basis not in clause else str(clause)
    if ticket.dispatch_reason:
        return ticket.dispatch_reason
    matter = f"“{ticket.category.split('/')[-1]}”" if ticket.category else "这类事项"
    return f"{matter}经热线核定由{ticket.unit_name}承办。"


def due_text(ticket: Ticket, clocks: Clocks, now: datetime) -> str | None:
    """How much time is left; for a finished ticket, whether it was in time."""
    if ticket.due_at is None or ticket.status == Status.VOID:
        return None
    if ticket.status in OPEN:
        return clocks.remaining(ticket.due_at, now, provisional=ticket.provisional)
    if ticket.closed_at is None:
        return None
    return "按时办结" if ticket.closed_at <= ticket.due_at else "超期办结"


def local_or_none(moment: datetime | None, clocks: Clocks) -> datetime | None:
    """A moment on the city's clock, if there is one."""
    return clocks.local(moment) if moment else None
