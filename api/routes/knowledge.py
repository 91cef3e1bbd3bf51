"""Entries: listing, editing, review, versions, what is due, what contradicts what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from api.dependencies import ServicesDep, StaffDep
from api.errors import Conflict, NotFound, Unprocessable
from api.guard import guarded_router
from api.knowledge_desk import field_differences, plain_summary, read_content, summary_of
from api.principal import Staff
from api.schemas.base import Storable
from api.schemas.knowledge import (
    DueEntries,
    EntryDetail,
    EntryEdit,
    EntryMove,
    EntryPage,
    FindingList,
    VersionDifference,
    VersionSummary,
)
from api.services import Services
from knowledge_base.catalogue import due, page_of
from knowledge_base.entry import Status
from knowledge_base.store import EditConflictError, EditError, differences

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]
Version = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/v1/knowledge/entries", tags=["knowledge"])
def list_entries(
    _: StaffDep,
    services: ServicesDep,
    status: Filter = None,
    kind: Filter = None,
    unit: Filter = None,
    q: Filter = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntryPage:
    """Return a page of entries, the last changed first."""
    found = page_of(
        services.knowledge.store,
        status=status or None,
        kind=kind or None,
        unit=unit or None,
        words=q or None,
        page=page,
        size=size,
    )
    return EntryPage(
        items=[summary_of(item) for item in found.items],
        total=found.total,
        page=page,
        size=size,
        counts=found.counts,
    )


@router.get("/v1/knowledge/entries/{entry_id}", tags=["knowledge"])
def show_entry(entry_id: str, staff: StaffDep, services: ServicesDep) -> EntryDetail:
    """Return an entry with its versions, what contradicts it, and what the caller may do."""
    return _detail(services, staff, entry_id)


@router.post("/v1/knowledge/entries/{entry_id}", tags=["knowledge"])
def save_entry(
    entry_id: str, edit: EntryEdit, staff: StaffDep, services: ServicesDep
) -> EntryDetail:
    """Save new content as a draft; citizens go on seeing the published version."""
    desk = services.knowledge
    entry = read_content(entry_id, edit.content)
    desk.require_edit(staff, entry)
    if edit.version:
        desk.require_edit(staff, desk.entry(entry_id))
    try:
        desk.store.save(entry, staff.username, expected_version=edit.version, note=edit.note)
    except EditConflictError as error:
        raise Conflict(f"{error}。", code="version_conflict") from error
    except EditError as error:
        raise Unprocessable(f"{error}。", code="edit_refused") from error
    return _detail(services, staff, entry_id)


@router.post("/v1/knowledge/entries/{entry_id}/status", tags=["knowledge"])
def move_entry(
    entry_id: str, move: EntryMove, staff: StaffDep, services: ServicesDep
) -> EntryDetail:
    """Hand in for review, publish, send back, or expire; the author never reviews."""
    desk = services.knowledge
    desk.require_move(staff, desk.entry(entry_id), move.to)
    try:
        moved = desk.store.move(
            entry_id, move.to, staff.username, expected_version=move.version, note=move.note
        )
    except EditConflictError as error:
        raise Conflict(f"{error}。", code="version_conflict") from error
    except EditError as error:
        raise Conflict(f"{error}。", code="illegal_step") from error
    if move.to is Status.PUBLISHED:
        desk.published(moved)
    return _detail(services, staff, entry_id)


@router.get("/v1/knowledge/entries/{entry_id}/differences", tags=["knowledge"])
def show_differences(
    entry_id: str, before: Version, after: Version, _: StaffDep, services: ServicesDep
) -> VersionDifference:
    """Return what changed from one version to another."""
    versions = {v.version: v.content for v in services.knowledge.store.history(entry_id)}
    if before not in versions or after not in versions:
        raise NotFound("没有这个条目的这一版。", code="version_not_found")
    fields = differences(versions[before], versions[after])
    return VersionDifference(
        id=entry_id, before=before, after=after, fields=field_differences(fields)
    )


@router.get("/v1/knowledge/due", tags=["knowledge"])
def list_due(staff: StaffDep, services: ServicesDep, unit: Filter = None) -> DueEntries:
    """Return what is over, soon over, never or long ago reviewed; a unit sees its own."""
    desk = services.knowledge
    day = services.store.clocks.local_day(datetime.now(UTC))
    own = desk.unit_of(staff)
    found = due(desk.store, day, unit or None if own is None else own)
    return DueEntries(
        expired=[plain_summary(e, None) for e in found.expired],
        expiring=[plain_summary(e, e.version) for e in found.expiring],
        never_reviewed=[plain_summary(e, e.version) for e in found.never_reviewed],
        long_unreviewed=[plain_summary(e, e.version) for e in found.long_unreviewed],
    )


@router.get("/v1/knowledge/findings", tags=["knowledge"])
def list_findings(_: StaffDep, services: ServicesDep) -> FindingList:
    """Return entries that contradict each other or are nearly the same."""
    desk = services.knowledge
    return FindingList(items=[desk.finding_shape(finding) for finding in desk.findings()])


def _detail(services: Services, staff: Staff, entry_id: str) -> EntryDetail:
    desk = services.knowledge
    entry = desk.entry(entry_id)
    listed = page_of(desk.store, words=entry_id, size=200).items
    return EntryDetail(
        entry=entry.model_dump(mode="json"),
        in_force=next((i.in_force for i in listed if i.entry.id == entry_id), None),
        may_edit=desk.may_edit(staff, entry),
        may_move=desk.moves(staff, entry),
        versions=[
            VersionSummary(
                version=v.version,
                status=v.status,
                editor=v.editor,
                note=v.note,
                at=services.store.clocks.local(v.at),
            )
            for v in desk.store.history(entry_id)
        ],
        findings=[
            desk.finding_shape(f) for f in desk.findings() if entry_id in (f.first, f.second)
        ],
    )
