"""How units handle what they are given."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.base import Storable
from api.schemas.groups import Counted
from api.schemas.performance import Clause, Dispute, Performance
from api.schemas.situation import InAir
from hotline import disputes, tallies
from hotline.at_risk import in_air, longest_in_air
from hotline.figures import Period
from hotline.measuring import measured
from hotline.overview import by_unit, open_tickets, period
from hotline.queue import ticket_row
from hotline.store import clocks_of
from hotline.tallies import Place

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]
LONGEST = 10


def _counted(found: list[tuple[str, int]]) -> list[Counted]:
    return [Counted(name=name, count=count) for name, count in found]


@router.get("/v1/performance", tags=["overview"])
def performance(
    staff: StaffDep,
    services: ServicesDep,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    district: Filter = None,
) -> Performance:
    """Return units, bounces, and returns with the duty clauses in dispute."""
    now = datetime.now(UTC)
    store, place = services.store, Place(staff.scope or district or None)
    span = period(store, days, now)
    with store.session(read_only=True) as session:
        clocks = clocks_of(session)
        still_open = open_tickets(session, place)
        flying = in_air(session, place, now)
        back = disputes.returns(session, store, place, span)
        return Performance(
            period=Period.model_validate({"from": span.first, "to": span.last}),
            totals=measured(tallies.tally(session, place, span, still_open)),
            compare=measured(tallies.tally(session, place, span.before)),
            units=by_unit(session, store, place, span),
            in_air=InAir(
                **{**asdict(flying), "oldest": flying.oldest and clocks.local(flying.oldest)}
            ),
            longest_in_air=[
                ticket_row(ticket, store, clocks, now)
                for ticket in longest_in_air(session, place, LONGEST)
            ],
            returns=back.total,
            reasons=_counted(back.reasons),
            disputes=[
                Dispute(
                    category=one.category,
                    returns=one.returns,
                    received=one.received,
                    clauses=[Clause(clause=text, basis=basis) for text, basis in one.clauses],
                    returned_by=_counted(one.returned_by),
                    taken_by=_counted(one.taken_by),
                    reasons=_counted(one.reasons),
                    examples=one.examples,
                )
                for one in back.disputes
            ],
            demo=tallies.is_demo(session, place, span),
        )
