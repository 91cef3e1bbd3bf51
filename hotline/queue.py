"""The desk's queue: filtered, ordered, paged and counted in SQL, within what an actor may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.clocks import Clocks
from hotline.errors import InvalidInput
from hotline.lifecycle import OPEN, SENTENCES, Actor, Status
from hotline.lookup import helped_by, visible_to
from hotline.models import Ticket
from hotline.progress import UnitName, due_text, local_or_none, unit_of
from hotline.store import Store, clocks_of, store_of

MAX_SIZE = 200
FEW = 5_000
PRESSING = timedelta(hours=4)
_NUMBER = re.compile(r"[A-Za-z]{1,4}\d{8}-?\d{1,9}")
_Order = ColumnElement[Any] | InstrumentedAttribute[Any]

# Among equally urgent tickets whose step is not yet pressing, doubt asks for a person first.
_DOUBT = case(
    (Ticket.final_review, 0), (Ticket.dial == "human", 1), (Ticket.dial.is_(None), 1), else_=2
)

ORDERS: dict[str, tuple[_Order, ...]] = {
    "due": (Ticket.priority, Ticket.stage_due_at, Ticket.id),
    "newest": (Ticket.received_at.desc(), Ticket.id.desc()),
    "oldest": (Ticket.received_at, Ticket.id),
    "confidence": (Ticket.confidence.desc().nulls_last(), Ticket.id),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; ``None`` or an empty string does not filter.

    ``category`` may be a first level alone. ``helping``: for a unit handler, the tickets the own
    unit helps with (True) or leads (False). ``q`` is a number, or words in title, text or place.
    """

    status: str | None = None
    category: str | None = None
    district: str | None = None
    unit: str | None = None
    urgency: str | None = None
    dial: str | None = None
    channel: str | None = None
    q: str | None = None
    overdue: bool | None = None
    final_review: bool | None = None
    helping: bool | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None


class TicketRow(BaseModel):
    """The contract's TicketRow; ``stage_*`` is the deadline of the present step."""

    number: str
    title: str
    status: str
    status_text: str
    category: str | None
    appeal_type: str | None
    urgency: str
    district: str | None
    street: str | None
    place: str | None
    unit: UnitName | None
    suggested_unit: UnitName | None
    confidence: float | None
    dial: str | None
    due_at: datetime | None
    due_text: str | None
    stage_due_at: datetime | None
    stage_due_text: str | None
    overdue: bool
    created_at: datetime
    channel: str
    version: int
    demo: bool
    safety: bool
    special: str | None
    bounces: int
    final_review: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page; ``counts`` are by status under the same filters but the status itself.

    A search for words within one status counts that status alone.
    """

    items: list[Ticket]
    total: int
    page: int
    size: int
    counts: dict[str, int]


def queue(
    session: Session,
    actor: Actor | None,
    filters: Filters | None = None,
    *,
    order: str = "due",
    page: int = 1,
    size: int = 50,
    now: datetime | None = None,
) -> QueuePage:
    """A page of the tickets an actor may see.

    :param order: one of ``ORDERS``. In ``due`` danger and urgency come first, then what must be
        dispatched within four hours, then what the machine doubts, then the deadline.
    :raises InvalidInput: an unknown order or status, or a page out of range.
    """
    wanted = filters or Filters()
    if order not in ORDERS:
        raise InvalidInput(f"排序只能是：{'、'.join(ORDERS)}。", {"field": "order"})
    if page < 1 or not 1 <= size <= MAX_SIZE:
        raise InvalidInput(f"页码从 1 起，每页 1 到 {MAX_SIZE} 条。", {"field": "page"})
    if wanted.status and wanted.status not in list(Status):
        raise InvalidInput(f"没有“{wanted.status[:20]}”这一状态。", {"field": "status"})
    moment = now or datetime.now(UTC)
    conditions = [visible_to(actor), *filter_conditions(wanted, moment)]
    if wanted.helping is not None and actor is not None and actor.unit:
        helped = helped_by(actor.unit)
        conditions.append(helped if wanted.helping else Ticket.unit_code == actor.unit)
    words = [word for word in (wanted.q or "").split() if not _NUMBER.fullmatch(word)]
    if words and wanted.status:
        # Searching words reads every text: keep to the status asked for, also for the counts.
        conditions.append(Ticket.status == wanted.status)
    counted = select(Ticket.status, func.count()).where(*conditions).group_by(Ticket.status)
    counts = dict.fromkeys(Status, 0) | {
        Status(status): number for status, number in session.execute(counted)
    }
    if wanted.status:
        conditions.append(Ticket.status == wanted.status)
    total = counts[Status(wanted.status)] if wanted.status else sum(counts.values())
    keys = ORDERS[order]
    if order == "due" and wanted.status == Status.PENDING:
        pressing = case((Ticket.stage_due_at < moment + PRESSING, 0), else_=1)
        keys = (Ticket.priority, pressing, _DOUBT, Ticket.stage_due_at, Ticket.id)
    if total <= FEW:
        # A leading constant expression keeps the planner from walking the whole table in order to
        # find a few rows; they are found by the filters and sorted.
        keys = (func.coalesce(Ticket.priority * 0, 0), *keys)
    statement = select(Ticket).where(*conditions).order_by(*keys)
    items = list(session.scalars(statement.offset((page - 1) * size).limit(size)))
    return QueuePage(items, total, page, size, {str(key): counts[key] for key in counts})


def matching(actor: Actor | None, filters: Filters, now: datetime) -> Select[Ticket]:
    """All tickets that match, in order of receipt, for export."""
    conditions = [visible_to(actor), *filter_conditions(filters, now)]
    if filters.status:
        conditions.append(Ticket.status == filters.status)
    return select(Ticket).where(*conditions).order_by(Ticket.received_at, Ticket.id)


def rows(session: Session, page: QueuePage, now: datetime | None = None) -> list[TicketRow]:
    """The rows of a page as the API shows them."""
    moment = now or datetime.now(UTC)
    store = store_of(session)
    return [ticket_row(ticket, store, clocks_of(session), moment) for ticket in page.items]


def ticket_row(ticket: Ticket, store: Store, clocks: Clocks, now: datetime) -> TicketRow:
    """One ticket as a row."""
    status = Status(ticket.status)
    is_open = status in OPEN
    stage = ticket.stage_due_at if is_open else None
    return TicketRow(
        number=ticket.number,
        title=ticket.title or ticket.text[:30],
        status=status,
        status_text=SENTENCES[status],
        category=ticket.category,
        appeal_type=ticket.appeal_type,
        urgency=ticket.urgency,
        district=ticket.district,
        street=ticket.street,
        place=ticket.place,
        unit=unit_of(ticket),
        suggested_unit=suggested_unit(ticket, store),
        confidence=ticket.confidence,
        dial=ticket.dial,
        due_at=local_or_none(ticket.due_at, clocks),
        due_text=due_text(ticket, clocks, now),
        stage_due_at=local_or_none(stage, clocks),
        stage_due_text=clocks.remaining(stage, now) if stage else None,
        overdue=bool(is_open and ticket.due_at and ticket.due_at < now),
        created_at=clocks.local(ticket.received_at),
        channel=ticket.channel,
        version=ticket.version,
        demo=ticket.demo,
        safety=ticket.safety is not None,
        special=ticket.special,
        bounces=ticket.bounces,
        final_review=ticket.final_review,
    )


def suggested_unit(ticket: Ticket, store: Store) -> UnitName | None:
    """The unit the machine suggested, by its present name."""
    if ticket.suggested_unit is None:
        return None
    unit = store.city.register.by_code.get(ticket.suggested_unit)
    return UnitName(code=ticket.suggested_unit, name=unit.name if unit else ticket.suggested_unit)


def filter_conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """All filters but the status, as conditions."""
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (Ticket.district, filters.district),
        (Ticket.unit_code, filters.unit),
        (Ticket.urgency, filters.urgency),
        (Ticket.dial, filters.dial),
        (Ticket.channel, filters.channel),
    ):
        if value:
            found.append(column == value)
    if filters.category:
        exact = "/" in filters.category
        found.append(
            Ticket.category == filters.category
            if exact
            else Ticket.category.startswith(f"{filters.category}/", autoescape=True)
        )
    if filters.overdue is not None:
        late = Ticket.status.in_(OPEN) & (Ticket.due_at < now)
        found.append(late if filters.overdue else ~late)
    if filters.final_review is not None:
        found.append(Ticket.final_review == filters.final_review)
    if filters.received_from:
        found.append(Ticket.received_at >= filters.received_from)
    if filters.received_to:
        found.append(Ticket.received_at < filters.received_to)
    words = (filters.q or "").split()[:8]
    for word in words:
        if _NUMBER.fullmatch(word):
            found.append(Ticket.number == word.upper())
            continue
        columns = (Ticket.title, Ticket.text, Ticket.place)
        found.append(or_(*(column.contains(word, autoescape=True) for column in columns)))
    return found
