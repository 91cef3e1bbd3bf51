"""What people changed in the machine's suggestions, and what that teaches it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput
from hotline.lifecycle import FINISHED, Role, Status
from hotline.models import Correction, Ticket
from hotline.moves import Move

STOOD = frozenset({Status.HANDLING}) | FINISHED


def suggested_category(ticket: Ticket) -> str | None:
    """The category the machine read, if it has read the ticket."""
    found = (ticket.suggestion or {}).get("categories") or [{}]
    name = found[0].get("name")
    return str(name) if name else None


def is_change(ticket: Ticket, unit_code: str, category: str | None) -> bool:
    """Whether a unit or category is another than suggested; without a suggestion nothing is."""
    if ticket.suggested_unit is None:
        return False
    read = suggested_category(ticket)
    return unit_code != ticket.suggested_unit or (category or ticket.category or read) != read


def note_correction(move: Move, unit_code: str, reason: str) -> None:
    """Keep what a person changed; call it with the ticket's new category in place.

    :raises InvalidInput: something was changed and no reason was given.
    """
    ticket = move.ticket
    if move.actor.role is Role.MACHINE or not is_change(ticket, unit_code, ticket.category):
        return
    if not reason:
        raise InvalidInput("与建议不同，请写明原因；系统据此改进。", {"field": "reason"})
    move.session.add(
        Correction(
            ticket_id=ticket.id,
            at=move.now,
            actor=move.actor.user,
            reason=reason,
            bounces=ticket.bounces,
            suggested_unit=ticket.suggested_unit,
            unit_code=unit_code,
            suggested_category=suggested_category(ticket),
            category=ticket.category,
        )
    )


def corrections_that_stood(
    session: Session, first: datetime, until: datetime
) -> Counter[tuple[str, str, str, str]]:
    """How often (category, district, suggested unit, chosen unit) was corrected and proved right.

    Right: the chosen unit took it up and did not send it back.
    """
    rows = session.execute(
        select(
            Correction.suggested_category, Ticket.district, Correction.suggested_unit, Correction.unit_code
        )
        .join(Ticket, Ticket.id == Correction.ticket_id)
        .where(
            Correction.at >= first, Correction.at < until,
            Correction.suggested_unit.is_not(None),
            Correction.suggested_unit != Correction.unit_code,
            Ticket.unit_code == Correction.unit_code,
            Ticket.bounces == Correction.bounces,
            Ticket.status.in_(STOOD),
        )
    )  # fmt: skip
    return Counter(
        (category or "", district or "", suggested or "", chosen)
        for category, district, suggested, chosen in rows
    )
