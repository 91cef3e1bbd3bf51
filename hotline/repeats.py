"""Repeats (重复): the same person with the same matter within ninety days, and who handled it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.classifiers import Classifiers
from hotline.lifecycle import Status
from hotline.models import StaffUser, Ticket, TicketEvent
from hotline.reading import Reading, plain, vectors

WITHIN = timedelta(days=90)
ALIKE, ALIKE_SAME_CATEGORY = 0.45, 0.15
MOST_KEYS = 500


HANDLING_STEPS = ("sign", "start", "close")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The person's earlier ticket on the matter; ``handler`` is who at the unit worked on it."""

    number: str
    unit_code: str
    unit_name: str
    handler: str
    status: str
    received_at: datetime


def find_earlier(
    session: Session, readings: Sequence[Reading], models: Classifiers
) -> list[Earlier | None]:
    """For each reading the person's latest earlier ticket on the matter, if any.

    Same matter: the same category and some words in common, or nearly the same words.
    """
    keys = {one.question.citizen_key for one in readings if one.question.citizen_key}
    if not keys:
        return [None] * len(readings)
    earliest = min(one.question.moment for one in readings) - WITHIN
    earlier: dict[str, list[Any]] = defaultdict(list)
    ordered = sorted(key for key in keys if key)
    for start in range(0, len(ordered), MOST_KEYS):
        rows = session.execute(
            select(
                Ticket.citizen_key, Ticket.number, Ticket.title, Ticket.text, Ticket.category,
                Ticket.district, Ticket.received_at, Ticket.id, Ticket.unit_code,
                Ticket.unit_name, Ticket.status,
            )
            .where(
                Ticket.citizen_key.in_(ordered[start : start + MOST_KEYS]),
                Ticket.received_at >= earliest, Ticket.status != Status.VOID,
            )
            .order_by(Ticket.received_at.desc())
        )  # fmt: skip
        for row in rows:
            earlier[str(row.citizen_key)].append(row)
    found = [_same_matter(one, earlier.get(one.question.citizen_key or "", []), models)
             for one in readings]  # fmt: skip
    return [_earlier(session, row) if row is not None else None for row in found]


def _earlier(session: Session, row: Any) -> Earlier:
    handler = session.execute(
        select(TicketEvent.actor, StaffUser.name)
        .join(StaffUser, StaffUser.username == TicketEvent.actor, isouter=True)
        .where(TicketEvent.ticket_id == row.id, TicketEvent.step.in_(HANDLING_STEPS))
        .order_by(TicketEvent.id.desc())
        .limit(1)
    ).first()
    return Earlier(
        row.number, row.unit_code or "", row.unit_name or "",
        (handler.name or handler.actor) if handler else "", row.status, row.received_at,
    )  # fmt: skip


def _same_matter(reading: Reading, rows: Sequence[Any], models: Classifiers) -> Any:
    question = reading.question
    wanted = [
        row
        for row in rows
        if row.number != question.number
        and question.moment - WITHIN <= row.received_at <= question.moment
        and not (row.district and reading.place.district and row.district != reading.place.district)
    ]
    if not wanted:
        return None
    texts = [reading.text, *(plain(row.text, row.title) for row in wanted)]
    matrix: Any = vectors(texts, models)
    alike = (matrix[1:] @ matrix[0].T).toarray().ravel()
    category = models.category.labels[reading.main]
    for row, value in zip(wanted, alike, strict=True):
        if value >= (ALIKE_SAME_CATEGORY if row.category == category else ALIKE):
            return row
    return None
