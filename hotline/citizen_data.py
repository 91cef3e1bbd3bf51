"""Everything kept about one citizen: shown to them, and taken away when they ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.appointments import Booking, all_bookings
from hotline.ledger import Decision, record
from hotline.lifecycle import OPEN
from hotline.models import (
    Appointment,
    Attachment,
    Base,
    ChatMessage,
    CitizenSession,
    Contact,
    Conversation,
    IdempotencyKey,
    Ticket,
)
from hotline.retention import clear_tickets

EVERYTHING = 10_000
HANDLED = {"ticket", "conversation", "appointment", "attachment", "citizen_session"}
"""Tables with a ``citizen_id`` that are dealt with by name; rows of any other go with the session."""


@dataclass(frozen=True, slots=True)
class CitizenHoldings:
    """What is kept beside tickets and messages: bookings, photos, sessions."""

    bookings: list[Booking]
    photos: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was taken away; ``kept`` are numbers of tickets still being handled.

    ``files`` are photos whose bytes the caller must remove.
    """

    messages: int
    bookings: int
    tickets: int
    kept: tuple[str, ...]
    files: tuple[str, ...]


def holdings(session: Session, citizen_id: str) -> CitizenHoldings:
    """Return what is kept about a citizen beside tickets and messages."""
    photos = session.scalars(select(Attachment.id).where(Attachment.citizen_id == citizen_id)).all()
    sessions = select(CitizenSession.token_hash).where(CitizenSession.citizen_id == citizen_id)
    return CitizenHoldings(
        bookings=all_bookings(session, citizen_id),
        photos=len(photos),
        sessions=len(session.scalars(sessions).all()),
    )


def erase(session: Session, citizen_id: str, now: datetime) -> Erasure:
    """Delete a citizen's chats, photos, bookings and finished matters' personal side.

    Tickets still being handled stay as they are, with the phone left for them, until they are
    finished; while there are such, so do the citizen's sessions. What the ledger keeps is numbers.
    """
    tickets = session.execute(
        select(Ticket.id, Ticket.number, Ticket.status).where(Ticket.citizen_id == citizen_id)
    ).all()
    kept = tuple(row.number for row in tickets if row.status in OPEN)
    finished = [row.id for row in tickets if row.status not in OPEN]
    files = clear_tickets(session, finished, now) if finished else []
    loose = delete(Attachment).where(
        Attachment.citizen_id == citizen_id, Attachment.ticket_id.is_(None)
    )
    files += session.execute(loose.returning(Attachment.path)).scalars()
    bookings = session.execute(delete(Appointment).where(Appointment.citizen_id == citizen_id))
    found = Erasure(
        messages=_erase_chats(session, citizen_id),
        bookings=bookings.rowcount,  # type: ignore[attr-defined]
        tickets=len(finished),
        kept=kept,
        files=tuple(files),
    )
    if not kept:
        _end_sessions(session, citizen_id)
    facts = {"messages": found.messages, "bookings": found.bookings, "tickets": found.tickets}
    facts["kept"] = len(kept)
    record(session, [Decision("erase", "citizen", None, facts, {})], now)
    return found


def _erase_chats(session: Session, citizen_id: str) -> int:
    rows = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen_id)).all()
    contacts = [row.contact_id for row in rows if row.contact_id]
    messages = 0
    for row in rows:
        gone = session.execute(delete(ChatMessage).where(ChatMessage.conversation_id == row.id))
        messages += gone.rowcount  # type: ignore[attr-defined]
        session.delete(row)
    ids = [row.id for row in rows]
    scopes = [f"{kind}:{name}" for name in ids for kind in ("chat", "bot", "file")]
    keys = IdempotencyKey.scope.in_([*scopes, f"ticket:{citizen_id}"])
    session.execute(delete(IdempotencyKey).where(keys))
    session.flush()
    for contact in contacts:
        used = select(Ticket.id).where(Ticket.contact_id == contact).limit(1)
        if session.scalar(used) is None:
            session.execute(delete(Contact).where(Contact.id == contact))
    return messages


def _end_sessions(session: Session, citizen_id: str) -> None:
    session.execute(delete(CitizenSession).where(CitizenSession.citizen_id == citizen_id))
    for table in reversed(Base.metadata.sorted_tables):
        if "citizen_id" in table.columns and table.name not in HANDLED:
            session.execute(delete(table).where(table.c.citizen_id == citizen_id))
