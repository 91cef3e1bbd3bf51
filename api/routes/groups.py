"""Recurring groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from analytics import answering, groups
from analytics.consolidation import CONSOLIDATED
from analytics.recurrence import recurrence
from analytics.tables import GroupRow, last_run
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.principal import Staff
from api.schemas.base import Storable
from api.schemas.groups import (
    GroupAnswer,
    GroupDetail,
    GroupDispatch,
    GroupEvent,
    GroupFollow,
    GroupMerge,
    GroupPage,
    GroupRecurrence,
    GroupRename,
    GroupSplit,
    GroupStepOutcome,
    GroupStepResult,
    GroupSummary,
    Recurrence,
    UnitRecurrence,
)
from hotline.queue import ticket_row
from hotline.store import clocks_of, store_of

router = guarded_router()

RECURRENCE_TEXT = "办结后 30 天内同一组诉求又有新工单的，算一次复发；不足 5 件办结的单位不给比例。"
Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]


def group_summaries(
    session: Session, rows: Sequence[GroupRow], staff: Staff
) -> list[dict[str, Any]]:
    """Groups in the contract's shape, as fields of ``GroupSummary``."""
    now = groups.standings(session, [row.id for row in rows])
    return [{**_summary(session, row, staff), **now[row.id]} for row in rows]


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
        "weekly": facts.get("weekly", []),
        "why": facts.get("why", ""),
        "followed": staff.username in row.followers,
        "merged_into": row.merged_into,
    }


def _detail(session: Session, name: str, staff: Staff) -> GroupDetail:
    story = groups.group_story(session, name, staff.actor)
    facts, clocks = story.row.summary, clocks_of(session)
    now = datetime.now(UTC)
    return GroupDetail(
        **group_summaries(session, [story.row], staff)[0],
        categories=facts.get("categories", []),
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
    q: Filter = None,
    ticket: Filter = None,
    followed: bool = False,
    recurred: bool = False,
    order: Filter = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> GroupPage:
    """Return a page of the groups within the caller's scope, the hottest first.

    `q` is looked for in titles; `ticket` gives the group of that ticket, in whatever state.
    """
    with services.store.session(read_only=True) as session:
        found = groups.list_groups(
            session,
            staff.actor,
            words=q or None,
            ticket=ticket or None,
            followed=followed,
            state=state or None,
            district=district or None,
            category=category or None,
            recurred=recurred,
            order=order or "heat",
            page=page,
            size=size,
        )
        items = [GroupSummary(**one) for one in group_summaries(session, found.items, staff)]
        run = last_run(session, CONSOLIDATED)
        as_of = clocks_of(session).local(run.at) if run else None
        return GroupPage(items=items, total=found.total, page=page, size=size, as_of=as_of)


@router.get("/v1/groups/recurrence", tags=["groups"])
def show_recurrence(
    staff: StaffDep, services: ServicesDep, days: Annotated[int, Query(ge=1, le=366)] = 90
) -> Recurrence:
    """Return which units' and groups' closings did not last (办结后复发)."""
    now = datetime.now(UTC)
    with services.store.session(read_only=True) as session:
        units, matters = recurrence(session, now - timedelta(days=days), now, staff.scope)
    return Recurrence(
        days=days,
        definition=RECURRENCE_TEXT,
        by_unit=[UnitRecurrence(**asdict(one), share=one.share) for one in units],
        by_group=[GroupRecurrence(**asdict(one)) for one in matters],
    )


@router.get("/v1/groups/{group_id}", tags=["groups"])
def show_group(group_id: str, staff: StaffDep, services: ServicesDep) -> GroupDetail:
    """Return a group with its tickets and history."""
    with services.store.session(read_only=True) as session:
        return _detail(session, group_id, staff)


@router.post("/v1/groups/{group_id}/dispatch", tags=["groups"])
def dispatch(
    group_id: str, wish: GroupDispatch, staff: StaffDep, services: ServicesDep
) -> GroupStepResult:
    """Give the tickets that wait for a unit to one and the same."""
    with services.store.session() as session:
        outcomes = answering.dispatch_all(
            session, group_id, wish.unit_code, wish.reason, staff.actor, wish.tickets
        )
        return _result(session, group_id, outcomes, staff)


@router.post("/v1/groups/{group_id}/close", tags=["groups"])
def close(
    group_id: str, wish: GroupAnswer, staff: StaffDep, services: ServicesDep
) -> GroupStepResult:
    """Close the own unit's tickets, each with the reply: handled once, everybody answered."""
    with services.store.session() as session:
        outcomes = answering.answer_all(session, group_id, wish.reply, staff.actor, wish.tickets)
        return _result(session, group_id, outcomes, staff)


def _result(
    session: Session, group_id: str, outcomes: Sequence[answering.Outcome], staff: Staff
) -> GroupStepResult:
    session.flush()
    return GroupStepResult(
        outcomes=[GroupStepOutcome(**asdict(one), done=one.done) for one in outcomes],
        group=_detail(session, group_id, staff),
    )


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
