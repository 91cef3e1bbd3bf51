"""The city's files: look, check, change, go back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from api.dependencies import ServicesDep, StaffDep
from api.errors import NotFound
from api.guard import guarded_router
from api.schemas.admin import (
    CityDraft,
    CityEdit,
    CityFile,
    CityFileList,
    CityProblem,
    CityReview,
    CityText,
    CityVersion,
)
from hotline import city_editing
from hotline.classifiers import category_labels
from hotline.ledger import digest_of
from hotline.models import CityVersion as Kept
from hotline.store import clocks_of, store_of

router = guarded_router()


@router.get("/v1/admin/city", tags=["admin"])
def files(services: ServicesDep) -> CityFileList:
    """Return the files that can be edited."""
    with services.store.session(read_only=True) as session:
        items = [_file(session, name) for name in city_editing.EDITABLE]
    return CityFileList(folder=str(services.city.folder), items=items)


@router.get("/v1/admin/city/{file}", tags=["admin"])
def show_file(file: str, services: ServicesDep) -> CityText:
    """Return a file as it stands, with its versions."""
    with services.store.session(read_only=True) as session:
        return _text(session, file)


@router.get("/v1/admin/city/{file}/versions/{version_id}", tags=["admin"])
def show_version(file: str, version_id: int, services: ServicesDep) -> CityVersion:
    """Return an earlier text."""
    with services.store.session(read_only=True) as session:
        row = session.get(Kept, version_id) if version_id < 2**62 else None
        if row is None or row.file != file:
            raise NotFound("没有这个版本。", code="version_not_found")
        return _version(session, row, with_content=True)


@router.post("/v1/admin/city/{file}/check", tags=["admin"])
def check_file(file: str, draft: CityDraft, services: ServicesDep) -> CityReview:
    """Look a new text over: every mistake with line and remedy, and what would change."""
    taught = category_labels(services.settings.models)
    with services.store.session(read_only=True) as session:
        problems = city_editing.check(session, file, draft.content, taught)
        before = city_editing.content_of(services.city, file)
    return CityReview(
        problems=[
            CityProblem(file=one.file, line=one.line, what=one.what, remedy=one.remedy)
            for one in problems
        ],
        difference=city_editing.difference(before, draft.content),
    )


@router.post("/v1/admin/city/{file}", tags=["admin"])
def save_file(file: str, edit: CityEdit, staff: StaffDep, services: ServicesDep) -> CityText:
    """Put a new text in force; what was there before is kept."""
    city_editing.save(
        services.store,
        file,
        edit.content,
        expected=edit.digest,
        reason=edit.reason,
        actor=staff.username,
        now=datetime.now(UTC),
        taught=category_labels(services.settings.models),
    )
    with services.store.session(read_only=True) as session:
        return _text(session, file)


def _text(session: Session, file: str) -> CityText:
    content = city_editing.content_of(store_of(session).city, file)
    return CityText(
        file=file,
        title=city_editing.EDITABLE[file],
        content=content,
        digest=digest_of(content),
        versions=[_version(session, row) for row in city_editing.versions(session, file)],
    )


def _file(session: Session, file: str) -> CityFile:
    content = city_editing.content_of(store_of(session).city, file)
    kept = city_editing.versions(session, file, limit=1)
    return CityFile(
        file=file,
        title=city_editing.EDITABLE[file],
        digest=digest_of(content),
        lines=content.count("\n"),
        changed_at=clocks_of(session).local(kept[0].at) if kept else None,
        changed_by=kept[0].actor if kept else "",
    )


def _version(session: Session, row: Kept, *, with_content: bool = False) -> CityVersion:
    return CityVersion(
        id=row.id,
        at=clocks_of(session).local(row.at),
        actor=row.actor,
        reason=row.reason,
        digest=row.digest,
        content=row.content if with_content else None,
    )
