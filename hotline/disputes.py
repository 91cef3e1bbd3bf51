"""Returns of a period: why, who, and which duty clauses they dispute."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline import tallies
from hotline.duties import LEVELS
from hotline.models import Ticket, UnitReturn
from hotline.rollups import CATEGORY
from hotline.store import Store, clocks_of
from hotline.tallies import Place, Span

MOST, EXAMPLES = 20, 3


@dataclass(frozen=True, slots=True)
class Dispute:
    """A category whose tickets come back.

    ``clauses`` are its duties as (clause, basis); ``returned_by`` and ``taken_by`` count units
    (by name); ``reasons`` the units' words; ``examples`` are numbers of such tickets.
    """

    category: str
    returns: int
    received: int
    clauses: list[tuple[str, str]]
    returned_by: list[tuple[str, int]]
    taken_by: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Returns:
    """All returns of a period by reason, and the most disputed categories."""

    total: int
    reasons: list[tuple[str, int]]
    disputes: list[Dispute]


def returns(session: Session, store: Store, place: Place, span: Span) -> Returns:
    """Read the returns of a span within a place (its district; a category is not looked at)."""
    zone = clocks_of(session).rules.timezone
    start = datetime.combine(span.first, time.min, zone)
    end = datetime.combine(span.last + timedelta(days=1), time.min, zone)
    statement = (
        select(
            UnitReturn.category, UnitReturn.reason, UnitReturn.unit_code, UnitReturn.taken_by,
            func.count(), func.max(UnitReturn.ticket_id),
        )
        .where(UnitReturn.at >= start, UnitReturn.at < end)
        .group_by(
            UnitReturn.category, UnitReturn.reason, UnitReturn.unit_code, UnitReturn.taken_by
        )
    )  # fmt: skip
    if place.district:
        statement = statement.join(Ticket, Ticket.id == UnitReturn.ticket_id).where(
            Ticket.district == place.district
        )
    reasons: Counter[str] = Counter()
    kinds: dict[str, _Kind] = defaultdict(_Kind.new)
    for category, reason, unit, taken, count, ticket in session.execute(statement):
        reasons[reason] += count
        kind = kinds[category or ""]
        kind.reasons[reason] += count
        kind.by[unit] += count
        if taken:
            kind.taken[taken] += count
        kind.tickets.append(ticket)
    worst = sorted(kinds, key=lambda name: (-kinds[name].by.total(), name))[:MOST]
    received = tallies.by_heading(session, Place(place.district), span, CATEGORY)
    ids = [ticket for name in worst for ticket in kinds[name].tickets[:EXAMPLES]]
    pairs = select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids))
    numbers = {ticket: number for ticket, number in session.execute(pairs)}  # noqa: C416
    disputes = [
        Dispute(
            category=name,
            returns=kinds[name].by.total(),
            received=received.get(name, {}).get("received", 0),
            clauses=_clauses(store, name),
            returned_by=_named(store, kinds[name].by),
            taken_by=_named(store, kinds[name].taken),
            reasons=kinds[name].reasons.most_common(4),
            examples=[numbers[ticket] for ticket in kinds[name].tickets[:EXAMPLES]],
        )
        for name in worst
    ]
    return Returns(reasons.total(), reasons.most_common(12), disputes)


@dataclass(frozen=True, slots=True)
class _Kind:
    reasons: Counter[str]
    by: Counter[str]
    taken: Counter[str]
    tickets: list[int]

    @classmethod
    def new(cls) -> _Kind:
        return cls(Counter(), Counter(), Counter(), [])


def _clauses(store: Store, category: str) -> list[tuple[str, str]]:
    duties = [store.city.duties.at(category, level) for level in LEVELS]
    return [(duty.clause, duty.basis) for duty in duties if duty and duty.lead_line]


def _named(store: Store, units: Counter[str]) -> list[tuple[str, int]]:
    known = store.city.register.by_code
    return [
        (known[code].name if code in known else code, count) for code, count in units.most_common(4)
    ]
