"""Everything a member of staff sees of one ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.lifecycle import DESK_STEPS, Actor, Status, steps_from
from hotline.linking import REPEAT, SPLIT, links_of
from hotline.lookup import find_ticket, visible_to
from hotline.models import Attachment, CoUnit, Ticket, TicketEvent
from hotline.progress import Progress, local_or_none, progress
from hotline.queue import TicketRow, ticket_row
from hotline.store import store_of
from nlu.extract import extract

MOST_OF_PERSON = 20


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


class LinkedTicket(BaseModel):
    """A ticket at the other end of a link, or another of the same person's.

    ``kind``: related, repeat_of, repeated_by, split_off, split_into, same_person.
    """

    kind: str
    number: str
    title: str
    status: str
    unit: str | None
    created_at: datetime


class CoUnitPart(BaseModel):
    """A co-unit and what it says it has done."""

    code: str
    name: str
    part: str | None
    at: datetime | None


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
    links: list[LinkedTicket]
    same_person: list[LinkedTicket]
    co_parts: list[CoUnitPart]
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
    helpers = [unit["code"] for unit in ticket.co_units]
    possible = steps_from(Status(ticket.status), actor, ticket.unit_code, helpers)
    row = ticket_row(ticket, store, store.clocks, moment)
    return TicketDetail(
        **row.model_dump(),
        text=ticket.text,
        occurred=ticket.occurred,
        contact_masked=ticket.contact_masked,
        suggestion=_within_sight(session, ticket.suggestion, actor),
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
        links=_links(session, ticket, actor),
        same_person=_same_person(session, ticket, actor),
        co_parts=_co_parts(session, ticket),
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


def _within_sight(
    session: Session, suggestion: dict[str, Any] | None, actor: Actor
) -> dict[str, Any] | None:
    """The suggestion without tickets this actor may not see."""
    if suggestion is None:
        return None
    evidence = suggestion.get("evidence") or {}
    near = evidence.get("neighbours") or []
    repeat = suggestion.get("repeat_of")
    named = [each.get("number") for each in near] + ([repeat] if repeat else [])
    seen = set(
        session.scalars(select(Ticket.number).where(Ticket.number.in_(named), visible_to(actor)))
    )
    return {
        **suggestion,
        "evidence": {
            **evidence,
            "neighbours": [each for each in near if each.get("number") in seen],
        },
        "repeat_of": repeat if repeat in seen else None,
        "earlier": suggestion.get("earlier") if repeat in seen else None,
    }


def _links(session: Session, ticket: Ticket, actor: Actor) -> list[LinkedTicket]:
    names = {REPEAT: ("repeat_of", "repeated_by"), SPLIT: ("split_off", "split_into")}
    found = links_of(session, ticket)
    wanted = [end.id for _, end in found]
    seen = set(session.scalars(select(Ticket.id).where(Ticket.id.in_(wanted), visible_to(actor))))
    return [
        _linked(end, names.get(row.kind, (row.kind, row.kind))[row.ticket_id != ticket.id])
        for row, end in found
        if end.id in seen
    ]


def _same_person(session: Session, ticket: Ticket, actor: Actor) -> list[LinkedTicket]:
    """Other tickets of the same person, newest first."""
    if ticket.citizen_key is None:
        return []
    found = session.scalars(
        select(Ticket)
        .where(Ticket.citizen_key == ticket.citizen_key, Ticket.id != ticket.id, visible_to(actor))
        .order_by(Ticket.received_at.desc())
        .limit(MOST_OF_PERSON)
    )
    return [_linked(each, "same_person") for each in found]


def _linked(ticket: Ticket, kind: str) -> LinkedTicket:
    return LinkedTicket(
        kind=kind,
        number=ticket.number,
        title=ticket.title or ticket.text[:30],
        status=ticket.status,
        unit=ticket.unit_name,
        created_at=ticket.received_at,
    )


def _co_parts(session: Session, ticket: Ticket) -> list[CoUnitPart]:
    clocks = store_of(session).clocks
    names = {unit["code"]: unit["name"] for unit in ticket.co_units}
    rows = session.scalars(select(CoUnit).where(CoUnit.ticket_id == ticket.id)).all()
    said = {row.unit_code: row for row in rows}
    return [
        CoUnitPart(
            code=code,
            name=name,
            part=said[code].part if code in said else None,
            at=local_or_none(said[code].at, clocks) if code in said else None,
        )
        for code, name in names.items()
    ]
