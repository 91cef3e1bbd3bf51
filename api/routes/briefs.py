"""Weekly and monthly briefs: made, kept, and handed out as files."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Path, Query
from fastapi.responses import Response

from analytics.brief_shelf import find_brief, keep_brief, list_briefs
from analytics.fonts import NoChineseFont
from analytics.tables import BriefRow
from api.dependencies import ServicesDep, StaffDep
from api.errors import Unavailable
from api.guard import guarded_router
from api.schemas.briefs import Brief, BriefPage, BriefSummary, BriefWish
from api.services import Services

router = guarded_router()
BriefId = Annotated[int, Path(ge=1, le=2_147_483_647)]
Form = Literal["pdf", "docx", "txt", "json"]


def _head(services: Services, row: BriefRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "period": row.period,
        "title": row.content["title"],
        "number": row.content["number"],
        "first": row.first_day,
        "last": row.last_day,
        "district": row.district,
        "made_at": services.store.clocks.local(row.made_at),
        "made_by": row.made_by,
        "digest": row.digest,
    }


def _brief(services: Services, row: BriefRow) -> Brief:
    said = {name: row.content[name] for name in ("summary", "figures", "advice", "parts")}
    return Brief(**_head(services, row), **said)


@router.post("/v1/briefs", tags=["briefs"])
def make(wish: BriefWish, staff: StaffDep, services: ServicesDep) -> Brief:
    """Make a brief and keep it."""
    row = keep_brief(services.store, wish.period, wish.until, wish.district or None, staff.actor)
    return _brief(services, row)


@router.get("/v1/briefs", tags=["briefs"])
def briefs(
    staff: StaffDep,
    services: ServicesDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 20,
) -> BriefPage:
    """Return the briefs made so far, newest first."""
    with services.store.session(read_only=True) as session:
        rows, total = list_briefs(session, staff.actor, page, size)
        items = [BriefSummary(**_head(services, row)) for row in rows]
    return BriefPage(items=items, total=total, page=page, size=size)


@router.get("/v1/briefs/{brief_id}", tags=["briefs"])
def show(brief_id: BriefId, staff: StaffDep, services: ServicesDep) -> Brief:
    """Return one brief."""
    with services.store.session(read_only=True) as session:
        return _brief(services, find_brief(session, brief_id, staff.actor))


@router.get(
    "/v1/briefs/{brief_id}/file",
    tags=["briefs"],
    response_class=Response,
    responses={200: {"description": "简报文件", "content": {
        "application/pdf": {}, "text/plain": {}, "application/json": {},
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {},
    }}},
)  # fmt: skip
def file(brief_id: BriefId, staff: StaffDep, services: ServicesDep, form: Form = "pdf") -> Response:
    """Return a brief as a file: PDF, DOCX, text for a phone, or JSON with every query."""
    # Typesetting and drawing are loaded when first asked for.
    from analytics.brief_files import FORMS, file_name, write_form

    with services.store.session(read_only=True) as session:
        content = find_brief(session, brief_id, staff.actor).content
    try:
        made = write_form(content, form)
    except NoChineseFont as error:
        raise Unavailable(str(error)) from error
    name = quote(file_name(content, form))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(made, media_type=FORMS[form][0], headers=headers)
