"""Recurring groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from analytics import groups
from analytics.tables import GroupRow
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.principal import Staff
from api.schemas.base import Storable
from api.schemas.groups import (
    GroupDetail,
    GroupEvent,
    GroupFollow,
    GroupMerge,
    GroupPage,
    GroupRename,
    GroupSplit,
    GroupSummary,
)
from hotline.queue import ticket_row
from hotline.store import clocks_of, store_of

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]


def _summary(session: Session, row: GroupRow, staff: Staff) -> dict[str, Any]:
    local = clocks_of(session).local
    facts = row.summary
    return {
        "id": row.id,
        "title": row.human_title or row.title,
        "machine_title": row.title,
        "state": row.state,
        "district": row.district,
        "category": row.category,
        "place": facts.get("place", ""),
        "first_at": local(row.first_at),
        "last_at": local(row.last_at),
        "tickets": row.tickets,
        "people": row.people,
        "heat": row.heat,
        "peak": facts.get("peak", row.heat),
        "recurred": row.recurred,
        "units": facts.get("units", []),
        "states": facts.get("states", []),
        "why": facts.get("why", ""),
        "followed": staff.username in row.followers,
        "merged_into": row.merged_into,
    }


def _detail(session: Session, name: str, staff: Staff) -> GroupDetail:
    story = groups.group_story(session, name, staff.actor)
    facts, clocks = story.row.summary, clocks_of(session)
    now = datetime.now(UTC)
    return GroupDetail(
        **_summary(session, story.row, staff),
        shared_words=facts.get("shared_words", []),
        districts=facts.get("districts", []),
        heat_formula=facts.get("heat_formula", ""),
        heat_shown=facts.get("heat_shown", ""),
        messages=facts.get("messages", []),
        recurred_tickets=facts.get("recurred", []),
        items=[ticket_row(ticket, store_of(session), clocks, now) for ticket in story.tickets],
        events=[
            GroupEvent(
                at=clocks.local(event.at),
                event=event.event,
                text=groups.event_text(event),
                actor=event.actor,
            )
            for event in story.events
        ],
    )


@router.get("/v1/groups", tags=["groups"])
def list_groups(
    staff: StaffDep,
    services: ServicesDep,
    state: Filter = None,
    district: Filter = None,
    category: Filter = None,
    recurred: bool = False,
    order: Filter = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> GroupPage:
    """Return a page of the groups within the caller's scope, the hottest first."""
    with services.store.session(read_only=True) as session:
        found = groups.list_groups(
            session,
            staff.scope,
            state=state or None,
            district=district or None,
            category=category or None,
            recurred=recurred,
            order=order or "heat",
            page=page,
            size=size,
        )
        items = [GroupSummary(**_summary(session, row, staff)) for row in found.items]
        return GroupPage(items=items, total=found.total, page=page, size=size)


@router.get("/v1/groups/{group_id}", tags=["groups"])
def show_group(group_id: str, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Return a group with its tickets and history."""
    with services.store.session(read_only=True) as session:
        return _detail(session, group_id, staff)


@router.post("/v1/groups/{group_id}/merge", tags=["groups"])
def merge(group_id: str, wish: GroupMerge, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Put other groups into this one, for good."""
    with services.store.session() as session:
        groups.merge(session, group_id, wish.groups, staff.actor)
        return _detail(session, group_id, staff)


@router.post("/v1/groups/{group_id}/split", tags=["groups"])
def split(group_id: str, wish: GroupSplit, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Take tickets out into a group of their own, for good; return that group."""
    with services.store.session() as session:
        fresh = groups.split(session, group_id, wish.tickets, staff.actor)
        session.flush()
        return _detail(session, fresh.id, staff)


@router.post("/v1/groups/{group_id}/rename", tags=["groups"])
def rename(group_id: str, wish: GroupRename, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Give the group a title; the machine keeps it."""
    with services.store.session() as session:
        groups.rename(session, group_id, wish.title, staff.actor)
        session.flush()
        return _detail(session, group_id, staff)


@router.post("/v1/groups/{group_id}/follow", tags=["groups"])
def follow(group_id: str, wish: GroupFollow, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Follow the group, or stop."""
    with services.store.session() as session:
        groups.follow(session, group_id, wish.on, staff.actor)
        return _detail(session, group_id, staff)
