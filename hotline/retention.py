"""How long personal data is kept: finished tickets lose their contact after a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from hotline.ledger import Decision, record
from hotline.lifecycle import OPEN
from hotline.models import (
    Appointment,
    Attachment,
    ChatMessage,
    CitizenSession,
    Contact,
    Conversation,
    Ticket,
    TicketEvent,
)
from hotline.store import Store

BATCH = 500
ERASED = "〔已匿名〕"


@dataclass(slots=True)
class RetentionReport:
    """What was made anonymous; ``files`` are attachments whose bytes the caller must remove."""

    tickets: int = 0
    contacts: int = 0
    conversations: int = 0
    files: tuple[str, ...] = ()


def anonymise(
    store: Store, older_than_days: int, now: datetime | None = None, *, dry_run: bool = False
) -> RetentionReport:
    """Take people out of everything finished more than so many days ago.

    Contact, keyed name, detailed place, occurrence, attachments, notes in the history and whole
    chats go; the masked matter, category, unit, times and figures stay.

    :raises ValueError: fewer than 1 day.
    """
    if older_than_days < 1:
        raise ValueError("天数至少为 1。")
    moment = now or datetime.now(UTC)
    limit = moment - timedelta(days=older_than_days)
    report = RetentionReport()
    files: list[str] = []
    while True:
        with store.session() as session:
            due = _due(session, limit)
            if dry_run:
                report.tickets = len(due)
                return report
            if not due:
                break
            files += clear_tickets(session, due[:BATCH], moment)
            report.tickets += len(due[:BATCH])
    with store.session() as session:
        report.conversations = _clear_chats(session, limit)
        report.contacts = _drop_loose_contacts(session, limit)
        facts = {
            "older_than_days": older_than_days,
            "tickets": report.tickets,
            "contacts": report.contacts,
            "conversations": report.conversations,
        }
        record(session, [Decision("anonymise", "retention", None, facts, {})], moment)
    report.files = tuple(files)
    return report


def _due(session: Session, limit: datetime) -> list[int]:
    return list(
        session.scalars(
            select(Ticket.id)
            .where(
                Ticket.status.not_in(OPEN),
                Ticket.anonymised_at.is_(None),
                or_(Ticket.closed_at < limit, Ticket.voided_at < limit),
                Ticket.updated_at < limit,
            )
            .order_by(Ticket.id)
        )
    )


def clear_tickets(session: Session, ids: list[int], now: datetime) -> list[str]:
    """Take people out of these tickets; return attachments whose bytes must be removed."""
    session.execute(
        update(Ticket)
        .where(Ticket.id.in_(ids))
        .values(
            citizen_id=None,
            citizen_key=None,
            contact_id=None,
            contact_masked=None,
            place=None,
            occurred=None,
            rating_text=None,
            anonymised_at=now,
            version=Ticket.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id.in_(ids), TicketEvent.step.in_(("add", "rate", "unmask")))
        .values(text=ERASED, public_text=None)
        .execution_options(synchronize_session=False)
    )
    removed = session.execute(
        delete(Attachment).where(Attachment.ticket_id.in_(ids)).returning(Attachment.path)
    )
    return list(removed.scalars())


def _clear_chats(session: Session, limit: datetime) -> int:
    old = list(session.scalars(select(Conversation.id).where(Conversation.updated_at < limit)))
    for start in range(0, len(old), BATCH):
        part = old[start : start + BATCH]
        session.execute(delete(ChatMessage).where(ChatMessage.conversation_id.in_(part)))
        session.execute(delete(Conversation).where(Conversation.id.in_(part)))
    session.execute(delete(CitizenSession).where(CitizenSession.expires_at < limit))
    return len(old)


def _drop_loose_contacts(session: Session, limit: datetime) -> int:
    """Delete vault records nothing refers to any more."""
    used = [
        select(table.contact_id).where(table.contact_id.is_not(None))
        for table in (Ticket, Conversation, Appointment)
    ]
    loose = session.scalars(
        select(Contact.id).where(
            Contact.created_at < limit, *(Contact.id.not_in(ids) for ids in used)
        )
    ).all()
    for start in range(0, len(loose), BATCH):
        session.execute(delete(Contact).where(Contact.id.in_(loose[start : start + BATCH])))
    return len(loose)
