"""From a figure to the tickets behind it: newest first, page after page without counting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput
from hotline.lifecycle import Actor
from hotline.lookup import visible_to
from hotline.models import Ticket
from hotline.overview import UNKNOWN
from hotline.queue import Filters, filter_conditions
from hotline.store import clocks_of

MAX_SIZE = 200
IN_AIR, OVERDUE, SOON = "in_air", "overdue", "soon"
STATES = (IN_AIR, OVERDUE, SOON)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets: those the queue's filters let through, received on days first to last.

    ``state`` narrows to the open ones that are in the air, overdue, or due within 24 hours.
    ``district`` or ``category`` may be ``未识别``: those without one.
    """

    filters: Filters = field(default_factory=Filters)
    first: date | None = None
    last: date | None = None
    state: str | None = None


def drill(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    after: str | None = None,
    size: int = 50,
    now: datetime | None = None,
) -> tuple[list[Ticket], str | None]:
    """Return (tickets, where to go on; ``None`` at the end).

    :param after: what the page before gave as where to go on.
    :raises InvalidInput: an unknown state, a size out of range, or a place to go on nobody gave.
    """
    if not 1 <= size <= MAX_SIZE:
        raise InvalidInput(f"每页 1 到 {MAX_SIZE} 条。", {"field": "size"})
    moment = now or datetime.now(UTC)
    conditions = [visible_to(actor), *_conditions(session, wanted, moment)]
    if after:
        at, last = _place(after)
        conditions.append(
            or_(Ticket.received_at < at, and_(Ticket.received_at == at, Ticket.id < last))
        )
    found = list(
        session.scalars(
            select(Ticket)
            .where(*conditions)
            .order_by(Ticket.received_at.desc(), Ticket.id.desc())
            .limit(size + 1)
        )
    )
    if len(found) <= size:
        return found, None
    last_shown = found[size - 1]
    return found[:size], f"{last_shown.received_at.astimezone(UTC).isoformat()}|{last_shown.id}"


def _conditions(session: Session, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    zone = clocks_of(session).rules.timezone
    found: list[ColumnElement[bool]] = []
    filters = wanted.filters
    if filters.district == UNKNOWN:
        filters = replace(filters, district=None)
        found.append(Ticket.district.is_(None))
    if filters.category == UNKNOWN:
        filters = replace(filters, category=None)
        found.append(Ticket.category.is_(None))
    found += filter_conditions(filters, now)
    if filters.status:
        found.append(Ticket.status == filters.status)
    if wanted.first:
        found.append(Ticket.received_at >= datetime.combine(wanted.first, time.min, zone))
    if wanted.last:
        end = wanted.last + timedelta(days=1)
        found.append(Ticket.received_at < datetime.combine(end, time.min, zone))
    if wanted.state is None:
        return found
    if wanted.state not in STATES:
        raise InvalidInput(f"只能是：{'、'.join(STATES)}。", {"field": "state"})
    found += [Ticket.closed_at.is_(None), Ticket.voided_at.is_(None)]
    if wanted.state == IN_AIR:
        found.append(Ticket.signed_at.is_(None))
    elif wanted.state == OVERDUE:
        found.append(Ticket.due_at < now)
    else:
        found += [Ticket.due_at >= now, Ticket.due_at < now + timedelta(hours=24)]
    return found


def _place(after: str) -> tuple[datetime, int]:
    moment, _, number = after.partition("|")
    at: datetime | None
    try:
        at, last = datetime.fromisoformat(moment), int(number)
    except ValueError:
        at, last = None, 0
    if at is None or at.tzinfo is None or not 0 < last < 2**62:
        raise InvalidInput("翻页位置不对，请从第一页看起。", {"field": "after"})
    return at, last
