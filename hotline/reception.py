"""Reception: a new matter becomes a ticket with a number, a history and its first ledger entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.intake import Intake, build_ticket
from hotline.ledger import Decision, digest_of, record
from hotline.lifecycle import Actor
from hotline.models import Attachment, Ticket, TicketEvent
from hotline.numbers import take_numbers
from hotline.rollups import contributions, write
from hotline.store import clocks_of, store_of


def create_ticket(
    session: Session,
    intake: Intake,
    actor: Actor,
    *,
    attachments: Sequence[str] = (),
    now: datetime | None = None,
) -> Ticket:
    """Make a ticket; it is on disk when the session's block ends.

    :param attachments: ids of uploads by the same citizen session, to be tied to the ticket.
    :raises InvalidInput: see ``check_intake``.
    """
    now = now or datetime.now(UTC)
    clocks = clocks_of(session)
    received = intake.received_at or now
    number = take_numbers(session, clocks.local_day(received))[0]
    ticket = build_ticket(store_of(session), intake, number, now)
    session.add(ticket)
    session.flush()
    session.add(received_event(ticket, actor, now))
    tie_attachments(session, ticket, attachments, intake.citizen_id)
    session.flush()
    write(session, contributions(ticket, clocks))
    record(session, creation_decisions(ticket, actor), now)
    return ticket


def tie_attachments(
    session: Session, ticket: Ticket, ids: Sequence[str], citizen_id: str | None
) -> int:
    """Tie a citizen's own loose uploads to a ticket; returns how many. Others' are left alone."""
    if not ids or citizen_id is None:
        return 0
    tied = session.execute(
        update(Attachment)
        .where(
            Attachment.id.in_(ids),
            Attachment.ticket_id.is_(None),
            Attachment.citizen_id == citizen_id,
        )
        .values(ticket_id=ticket.id)
        .returning(Attachment.id)
    )
    return len(tied.all())


def received_event(ticket: Ticket, actor: Actor, now: datetime) -> TicketEvent:
    """The first line of a ticket's history."""
    return TicketEvent(
        ticket_id=ticket.id,
        at=now,
        step="receive",
        actor=actor.user,
        role=actor.role,
        status=ticket.status,
        version=ticket.version,
        text=f"受理（{ticket.channel}）",
        public_text="您的诉求已受理。",
        data={},
    )


def creation_decisions(ticket: Ticket, actor: Actor) -> list[Decision]:
    """Ledger entries of a new ticket: its receipt, and the machine's reading if there is one."""
    source = {"input": digest_of(ticket.text)}
    received = Decision(
        "receive",
        actor.user,
        ticket.number,
        {"channel": ticket.channel, "role": actor.role},
        source,
    )
    return [received, *suggestion_decisions(ticket)]


def suggestion_decisions(ticket: Ticket) -> list[Decision]:
    """The ledger entry of the machine's reading of a ticket, if it has been read."""
    reading: Mapping[str, Any] | None = ticket.suggestion
    if reading is None:
        return []
    facts = {
        "categories": reading.get("categories"),
        "appeal_type": reading.get("appeal_type"),
        "unit": ticket.suggested_unit,
        "confidence": ticket.confidence,
        "dial": ticket.dial,
        "dial_reason": reading.get("dial_reason"),
    }
    return [Decision("suggest", "machine", ticket.number, facts, reading_digests(ticket))]


def loose_decision(reading: Mapping[str, Any]) -> Decision:
    """The ledger entry of a reading asked for without a ticket."""
    unit = reading.get("unit") or {}
    facts = {
        "categories": reading.get("categories"),
        "appeal_type": reading.get("appeal_type"),
        "unit": unit.get("code"),
        "confidence": reading.get("confidence"),
        "dial": reading.get("dial"),
        "dial_reason": reading.get("dial_reason"),
    }
    return Decision("suggest", "machine", None, facts, reading.get("digests") or {})


def reading_digests(ticket: Ticket) -> dict[str, str]:
    """Digests of what a decision on this ticket rests on: its text, and the machine's parts."""
    given = (ticket.suggestion or {}).get("digests") or {}
    return {"input": digest_of(ticket.text)} | {
        name: str(value) for name, value in given.items() if value and name != "input"
    }
