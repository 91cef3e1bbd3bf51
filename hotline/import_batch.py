"""One batch of an import, written in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import rollups
from hotline.imported import Incoming
from hotline.ledger import Decision, digest_of, record
from hotline.lifecycle import Role
from hotline.mapping import ImportMapping
from hotline.models import Contact, Ticket, TicketEvent
from hotline.numbers import take_numbers
from hotline.reception import suggestion_decisions
from hotline.store import store_of

IMPORTER = "import"

SAID = ("title", "text", "place", "occurred", "district", "street", "citizen_id", "extra")
"""What the source keeps saying about a ticket even after people here have begun to work on it."""

STANDING = (
    "category", "appeal_type", "urgency", "channel", "status", "unit_code", "unit_name", "reply",
    "closed_at", "voided_at", "dispatched_at", "rating", "rated_at", "received_at", "due_at",
    "stage_due_at", "provisional", "priority", "special", "suggestion", "suggested_unit",
    "confidence", "dial", "safety",
)  # fmt: skip
"""What the source owns only until somebody here takes a step."""


@dataclass(slots=True)
class BatchCounts:
    """How many tickets of a batch were new, updated, or already there from another import."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


def write_batch(
    session: Session, mapping: ImportMapping, matters: list[Incoming], now: datetime
) -> BatchCounts:
    """Insert or update a batch with its numbers, history, figures and ledger entries."""
    store = store_of(session)
    known = {
        ticket.external_id: ticket
        for ticket in session.scalars(
            select(Ticket)
            .where(
                Ticket.external_source == mapping.source,
                Ticket.external_id.in_([matter.row.external_id for matter in matters]),
            )
            .with_for_update()
        )
    }
    counts = BatchCounts()
    figures: rollups.Figures = Counter()
    fresh = [matter.ticket for matter in matters if matter.row.external_id not in known]
    for ticket in fresh:
        figures.update(rollups.contributions(ticket, store.clocks))
    _number(session, fresh)
    session.add_all(fresh)
    counts.new = len(fresh)
    for matter in matters:
        old = known.get(matter.row.external_id)
        if old is None:
            continue
        if old.external_digest == matter.digest:
            counts.unchanged += 1
            continue
        before = rollups.contributions(old, store.clocks)
        _update(session, old, matter.ticket, now)
        figures.update(rollups.difference(before, rollups.contributions(old, store.clocks)))
        counts.updated += 1
    session.flush()
    session.add_all([_event(ticket, mapping.source, now) for ticket in fresh])
    session.flush()
    rollups.write(session, Counter({place: delta for place, delta in figures.items() if delta}))
    record(session, _decisions(mapping, fresh, counts), now)
    return counts


def _number(session: Session, tickets: list[Ticket]) -> None:
    clocks = store_of(session).clocks
    by_day: dict[date, list[Ticket]] = {}
    for ticket in tickets:
        by_day.setdefault(clocks.local_day(ticket.received_at), []).append(ticket)
    # Days in order, so that two importers wait for each other and never in a circle.
    for day in sorted(by_day):
        numbers = take_numbers(session, day, len(by_day[day]))
        for ticket, number in zip(by_day[day], numbers, strict=True):
            ticket.number = number


def _update(session: Session, old: Ticket, new: Ticket, now: datetime) -> None:
    names = SAID if old.worked_here else SAID + STANDING
    for name in names:
        setattr(old, name, getattr(new, name))
    old.external_digest, old.updated_at = new.external_digest, now
    old.version += 1
    if new.contact is not None:
        stale = session.get(Contact, old.contact_id) if old.contact_id else None
        contact, new.contact = new.contact, None
        old.contact, old.citizen_key = contact, new.citizen_key
        old.contact_masked = new.contact_masked
        if stale is not None:
            session.delete(stale)
    event = _event(old, str(old.external_source), now)
    event.step, event.text, event.public_text = "import", "原系统更新了内容", None
    session.add(event)


def _event(ticket: Ticket, source: str, now: datetime) -> TicketEvent:
    return TicketEvent(
        ticket_id=ticket.id,
        at=now,
        step="receive",
        actor=IMPORTER,
        role=Role.MACHINE,
        status=ticket.status,
        version=ticket.version,
        text=f"由{source}导入",
        public_text="您的诉求已受理。",
        data={},
    )


def _decisions(mapping: ImportMapping, fresh: list[Ticket], counts: BatchCounts) -> list[Decision]:
    facts = {
        "source": mapping.source,
        "new": counts.new,
        "updated": counts.updated,
        "first": fresh[0].number if fresh else None,
        "last": fresh[-1].number if fresh else None,
    }
    content = digest_of("\n".join(str(ticket.external_digest) for ticket in fresh))
    batch = Decision("import", IMPORTER, None, facts, {"input": content})
    return [batch, *(one for ticket in fresh for one in suggestion_decisions(ticket))]
