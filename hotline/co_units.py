"""Co-unit work (协办): who helps with a ticket, and what each says it has done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hotline.ledger import digest_of
from hotline.lifecycle import Actor
from hotline.models import CoUnit, Ticket
from hotline.moves import begin, clean
from hotline.store import store_of


def note_co_units(session: Session, ticket: Ticket) -> None:
    """Bring the table in line with ``ticket.co_units``; what was said stays with those who stay."""
    wanted = {unit["code"] for unit in ticket.co_units}
    session.execute(
        delete(CoUnit).where(CoUnit.ticket_id == ticket.id, CoUnit.unit_code.not_in(wanted))
    )
    known = set(session.scalars(select(CoUnit.unit_code).where(CoUnit.ticket_id == ticket.id)))
    session.add_all(CoUnit(ticket_id=ticket.id, unit_code=code) for code in sorted(wanted - known))


def contribute(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    part: str,
    now: datetime | None = None,
) -> Ticket:
    """协办意见: a co-unit says what it found and did; said again, it replaces what was said."""
    move = begin(session, "contribute", number, actor, expected_version, now)
    said, unit = clean(part, "协办意见"), str(actor.unit)
    session.execute(
        update(CoUnit)
        .where(CoUnit.ticket_id == move.ticket.id, CoUnit.unit_code == unit)
        .values(part=said, actor=actor.user, at=move.now)
    )
    name = store_of(session).unit_name(unit)
    move.facts.update(unit=unit, part_digest=digest_of(said))
    return move.finish(f"{name}协办意见：{said}", f"{name}已协助办理。")
