"""Ratings with words, and what is improved because of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Path, Query
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from analytics import improvements
from analytics.improvements import STATES, STEP_TEXT
from analytics.rating_groups import Rating, rating_groups
from analytics.span import Span
from analytics.tables import ImprovementRow
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.principal import Staff
from api.routes.indicators import District, Until
from api.schemas.base import Storable
from api.schemas.improvements import (
    Improvement,
    ImprovementClose,
    ImprovementEffect,
    ImprovementEvent,
    ImprovementPage,
    ImprovementStep,
    RatingBoard,
    RatingGroup,
    RatingWords,
)
from api.services import Services
from hotline.store import clocks_of, store_of

router = guarded_router()
SINGLES = 50
State = Annotated[str | None, StringConstraints(max_length=40), Storable]
ItemId = Annotated[int, Path(ge=1, le=2_147_483_647)]


def _item(session: Session, row: ImprovementRow) -> Improvement:
    local = clocks_of(session).local
    unit = store_of(session).city.register.by_code.get(row.unit_code)
    effect = improvements.effect_of(session, row)
    return Improvement(
        id=row.id,
        unit_code=row.unit_code,
        unit=unit.name if unit else row.unit_code,
        category=row.category,
        district=row.district,
        state=row.state,
        state_text=STATES[row.state],
        tickets=row.tickets,
        measure=row.measure,
        opened_at=local(row.opened_at),
        changed_at=local(row.changed_at),
        done_at=local(row.done_at) if row.done_at else None,
        events=[
            ImprovementEvent(**{**one, "step_text": STEP_TEXT[one["step"]]}) for one in row.events
        ],
        effect=ImprovementEffect(
            **asdict(effect), before=effect.before, after=effect.after, text=effect.text()
        )
        if effect
        else None,
    )


def _take(services: Services, staff: Staff, number: int, step: str, text: str) -> Improvement:
    with services.store.session() as session:
        row = improvements.take(session, number, step, staff.actor, text)
        return _item(session, row)


def _words(services: Services, one: Rating) -> RatingWords:
    return RatingWords(**{**asdict(one), "at": services.store.clocks.local(one.at)})


@router.get("/v1/ratings", tags=["improvements"])
def ratings(
    staff: StaffDep,
    services: ServicesDep,
    days: Annotated[int, Query(ge=1, le=92)] = 30,
    until: Until = None,
    district: District = None,
    low_only: bool = False,
) -> RatingBoard:
    """Return ratings with words, grouped like tickets, the largest groups first."""
    clocks = services.store.clocks
    last = until or clocks.local_day(datetime.now(UTC))
    zone, here = clocks.rules.timezone, staff.scope or district or None
    span = Span(last - timedelta(days=days - 1), last, zone, here)
    with services.store.session(read_only=True) as session:
        groups, singles = rating_groups(session, span, staff.actor, low_only)
    return RatingBoard(
        first=span.first,
        last=last,
        groups=[
            RatingGroup(
                title=one.title,
                count=len(one.ratings),
                mean=one.mean,
                units=one.units,
                shared_words=one.shared_words,
                ratings=[_words(services, each) for each in one.ratings],
            )
            for one in groups
        ],
        singles=[_words(services, one) for one in singles[:SINGLES]],
        singles_total=len(singles),
    )


@router.get("/v1/improvements", tags=["improvements"])
def items(
    staff: StaffDep,
    services: ServicesDep,
    state: State = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ImprovementPage:
    """Return what is to be improved within the caller's scope; closed ones only by state."""
    with services.store.session(read_only=True) as session:
        rows, total = improvements.list_items(session, staff.actor, state or None, page, size)
        shown = [_item(session, row) for row in rows]
    return ImprovementPage(items=shown, total=total, page=page, size=size)


@router.get("/v1/improvements/{item_id}", tags=["improvements"])
def show(item_id: ItemId, staff: StaffDep, services: ServicesDep) -> Improvement:
    """Return one item with its steps and effect."""
    with services.store.session(read_only=True) as session:
        return _item(session, improvements.find_item(session, item_id, staff.actor))


@router.post("/v1/improvements/{item_id}/plan", tags=["improvements"])
def plan(
    item_id: ItemId, step: ImprovementStep, staff: StaffDep, services: ServicesDep
) -> Improvement:
    """Say what will be done."""
    return _take(services, staff, item_id, "plan", step.text)


@router.post("/v1/improvements/{item_id}/finish", tags=["improvements"])
def finish(
    item_id: ItemId, step: ImprovementStep, staff: StaffDep, services: ServicesDep
) -> Improvement:
    """Say what was done; from now the effect is followed."""
    return _take(services, staff, item_id, "finish", step.text)


@router.post("/v1/improvements/{item_id}/close", tags=["improvements"])
def close(
    item_id: ItemId, step: ImprovementClose, staff: StaffDep, services: ServicesDep
) -> Improvement:
    """Close it: it worked."""
    return _take(services, staff, item_id, "close", step.text)


@router.post("/v1/improvements/{item_id}/again", tags=["improvements"])
def again(
    item_id: ItemId, step: ImprovementStep, staff: StaffDep, services: ServicesDep
) -> Improvement:
    """Send it back: it did not work."""
    return _take(services, staff, item_id, "again", step.text)
