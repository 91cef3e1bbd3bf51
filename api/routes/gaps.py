"""Questions without a good answer, and how they get one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import ServicesDep, StaffDep
from api.errors import Conflict, NotFound
from api.guard import guarded_router
from api.knowledge_desk import KnowledgeDesk
from api.schemas.knowledge import GapDraft, GapPage, GapShape
from api.services import Services
from hotline.city import UnknownName
from hotline.reading import Question
from knowledge_base.gaps import Gap
from knowledge_base.store import EditError

router = guarded_router()
GapNumber = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.get("/v1/knowledge/gaps", tags=["knowledge"])
def list_gaps(
    _: StaffDep,
    services: ServicesDep,
    closed: bool = False,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> GapPage:
    """Return the groups of questions, most asked first, each with the unit that owns the matter."""
    gaps = services.knowledge.gaps
    waiting, done = gaps.counts()
    return GapPage(
        items=[_shape(services, gap) for gap in gaps.listing(closed=closed, limit=size)],
        open=waiting,
        closed=done,
    )


@router.post("/v1/knowledge/gaps/{gap_id}/draft", tags=["knowledge"])
def draft_of_gap(gap_id: int, wish: GapDraft, staff: StaffDep, services: ServicesDep) -> GapShape:
    """Make a draft entry with the citizens' own wordings for the unit that owns the matter."""
    desk = services.knowledge
    gap = _gap(desk, gap_id)
    if gap.entry_id and desk.store.get(gap.entry_id):
        raise Conflict("已经有人为它起草了条目。", code="already_drafted")
    draft = desk.gaps.draft(gap_id, f"gap-{gap_id}", wish.unit)
    try:
        desk.store.save(draft, staff.username, expected_version=0, note=f"由未答问题 {gap_id} 起草")
    except EditError as error:
        raise Conflict(f"{error}。", code="already_drafted") from error
    return _shape(services, _gap(desk, gap_id))


@router.post("/v1/knowledge/gaps/{gap_id}/dismiss", tags=["knowledge"])
def dismiss_gap(gap_id: int, _: StaffDep, services: ServicesDep) -> GapShape:
    """Say that these questions need no entry."""
    desk = services.knowledge
    _gap(desk, gap_id)
    desk.gaps.dismiss(gap_id)
    return _shape(services, _gap(desk, gap_id))


def _gap(desk: KnowledgeDesk, gap_id: int) -> Gap:
    gap = desk.gaps.get(gap_id) if 0 < gap_id < 2**31 else None
    if gap is None:
        raise NotFound("没有这个未答问题。", code="gap_not_found")
    return gap


def _shape(services: Services, gap: Gap) -> GapShape:
    desk = services.knowledge
    near = desk.store.get(gap.near) if gap.near else None
    drafted = desk.store.get(gap.entry_id) if gap.entry_id else None
    local = services.store.clocks.local
    return GapShape(
        id=gap.id,
        question=gap.question,
        wordings=list(gap.wordings),
        asked=gap.asked,
        outcome=gap.outcome,
        near=near.id if near else None,
        near_title=near.title if near else None,
        unit=drafted.unit if drafted else _owner(services, gap, near.unit if near else ""),
        entry_id=drafted.id if drafted else None,
        entry_status=drafted.status.value if drafted else None,
        first_at=local(gap.first_at),
        last_at=local(gap.last_at),
        closed_at=local(gap.closed_at) if gap.closed_at else None,
        story=gap.story(),
    )


def _owner(services: Services, gap: Gap, near_unit: str) -> str:
    """Return who owns the matter: the unit the dispatcher would send it to, else the nearest's."""
    suggestion = services.suggester.suggest(Question(gap.question))
    if suggestion is not None and suggestion.unit is not None:
        try:
            return services.city.unit(suggestion.unit.code).name
        except UnknownName:
            return suggestion.unit.name
    return near_unit
