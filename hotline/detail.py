"""Everything a member of staff sees of one ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.lifecycle import DESK_STEPS, Actor, Status, steps_from
from hotline.lookup import find_ticket, visible_to
from hotline.models import Attachment, Ticket, TicketEvent
from hotline.progress import Progress, progress
from hotline.queue import TicketRow, ticket_row
from hotline.store import store_of
from nlu.extract import extract


class HistoryEntry(BaseModel):
    """One thing that happened."""

    at: datetime
    actor: str
    role: str
    step: str
    text: str


class TextSpan(BaseModel):
    """A stretch of the ticket's text that names something."""

    kind: str
    start: int
    end: int
    text: str


class AttachmentInfo(BaseModel):
    """A picture or file of the ticket."""

    id: str
    file_name: str
    media_type: str
    size: int


class TicketDetail(TicketRow):
    """The contract's TicketDetail."""

    text: str
    occurred: str | None
    contact_masked: str | None
    suggestion: dict[str, Any] | None
    co_units: list[dict[str, str]]
    dispatch_reason: str | None
    history: list[HistoryEntry]
    spans: list[TextSpan]
    allowed_steps: list[str]
    progress: Progress
    reply: str | None
    rating: int | None
    rating_text: str | None
    parent: str | None
    children: list[str]
    attachments: list[AttachmentInfo]
    extra: dict[str, Any]


def ticket_detail(
    session: Session, number: str, actor: Actor, now: datetime | None = None
) -> TicketDetail:
    """One ticket in full, for an actor who may see it.

    :raises TicketNotFound: there is none, or it is not theirs to see.
    """
    ticket = find_ticket(session, number, actor)
    moment = now or datetime.now(UTC)
    store = store_of(session)
    events = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
    )
    attachments = session.scalars(
        select(Attachment).where(Attachment.ticket_id == ticket.id).order_by(Attachment.created_at)
    )
    possible = steps_from(Status(ticket.status), actor, ticket.unit_code)
    row = ticket_row(ticket, store, store.clocks, moment)
    return TicketDetail(
        **row.model_dump(),
        text=ticket.text,
        occurred=ticket.occurred,
        contact_masked=ticket.contact_masked,
        suggestion=ticket.suggestion,
        co_units=ticket.co_units,
        dispatch_reason=ticket.dispatch_reason,
        history=[
            HistoryEntry(
                at=store.clocks.local(event.at),
                actor=event.actor if event.role != "citizen" else "市民",
                role=event.role,
                step=event.step,
                text=event.text,
            )
            for event in events
        ],
        spans=[
            TextSpan(kind=span.kind, start=span.start, end=span.end, text=span.text)
            for span in extract(ticket.text, ticket.received_at).spans
        ],
        allowed_steps=[step for step in possible if step in DESK_STEPS],
        progress=progress(session, ticket, moment),
        reply=ticket.reply,
        rating=ticket.rating,
        rating_text=ticket.rating_text,
        parent=_number(session, ticket.parent_id, actor),
        children=list(
            session.scalars(
                select(Ticket.number)
                .where(Ticket.parent_id == ticket.id, visible_to(actor))
                .order_by(Ticket.id)
            )
        ),
        attachments=[
            AttachmentInfo(
                id=item.id, file_name=item.file_name, media_type=item.media_type, size=item.size
            )
            for item in attachments
        ],
        extra=ticket.extra,
    )


def _number(session: Session, ticket_id: int | None, actor: Actor) -> str | None:
    if ticket_id is None:
        return None
    return session.scalar(select(Ticket.number).where(Ticket.id == ticket_id, visible_to(actor)))
