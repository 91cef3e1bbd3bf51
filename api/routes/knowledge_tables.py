"""Entries as a table, out and back in, and imports of foreign material."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import File, Form, Response, UploadFile

from api.dependencies import ServicesDep, StaffDep
from api.errors import Forbidden, TooLarge, Unprocessable
from api.guard import guarded_router
from api.knowledge_desk import field_differences
from api.schemas.base import Line
from api.schemas.knowledge import EntryChange, ImportReport, RejectedRow
from hotline.lifecycle import Role
from knowledge_base.edits import EditReport, take_edits
from knowledge_base.importing import Imported, SourceError
from knowledge_base.sources import read_source
from knowledge_base.store import EditError, SyncReport
from knowledge_base.tabular import TableError
from knowledge_base.workbook import write_workbook

router = guarded_router()
LARGEST = 32 * 1_048_576
SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["faq", "matters", "policy", "workbook"]


@router.get(
    "/v1/knowledge/table",
    tags=["knowledge"],
    response_class=Response,
    responses={200: {"content": {XLSX: {}}}},
)
def export_table(staff: StaffDep, services: ServicesDep) -> Response:
    """Return the entries as an XLSX workbook that can be edited and sent back; a unit's its own."""
    desk = services.knowledge
    own = desk.unit_of(staff)
    entries = [e for e in desk.store.all() if own is None or e.unit == own]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "knowledge.xlsx"
        write_workbook(file, entries)
        return Response(
            file.read_bytes(),
            media_type=XLSX,
            headers={"Content-Disposition": "attachment; filename=knowledge.xlsx"},
        )


@router.post("/v1/knowledge/imports", tags=["knowledge"], max_body_size=LARGEST)
def import_file(
    file: Annotated[UploadFile, File(description="XLSX、CSV、JSONL、TXT、DOCX 或 PDF")],
    kind: Annotated[Kind, Form()],
    staff: StaffDep,
    services: ServicesDep,
    preview: Annotated[bool, Form(description="只看会怎样，不写入")] = True,
    title: Annotated[Line, Form(description="政策文件的标题")] = "",
    unit: Annotated[Line, Form(description="发文单位")] = "",
) -> ImportReport:
    """Take over a file; edited tables and FAQ become drafts, policy clauses quote at once."""
    content = file.file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TooLarge(f"文件超过 {LARGEST // 1_048_576} MB，请拆开再传。")
    if kind != "workbook" and staff.role != Role.KNOWLEDGE_EDITOR:
        raise Forbidden("单位可以传回修改过的表格；其他材料由知识编辑导入。", code="not_allowed")
    desk = services.knowledge
    name = Path(file.filename or "").name or "未命名"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        place.write_bytes(content)
        try:
            read = read_source(place, kind, title=title or None, unit=unit or "未注明")
            if kind == "workbook":
                edits = take_edits(
                    desk.store,
                    read,
                    staff.username,
                    may=lambda entry: desk.may_edit(staff, entry),
                    preview=preview,
                )
                return _edits(edits, preview)
            report = desk.store.synchronise(
                read.entries, read.origin, staff.username, preview=preview
            )
        except (SourceError, TableError, EditError, UnicodeError) as error:
            said = str(error).replace(str(place), name)
            raise Unprocessable(f"{said}。", code="file_unreadable") from error
    return _synced(report, read, preview)


def _synced(report: SyncReport, read: Imported, preview: bool) -> ImportReport:
    return ImportReport(
        preview=preview,
        added=len(report.added),
        changed=len(report.changed),
        unchanged=report.unchanged,
        expired=len(report.expired),
        rejected=len(read.rejects),
        added_ids=report.added[:SHOWN],
        expired_ids=report.expired[:SHOWN],
        changes=[
            EntryChange(id=name, fields=field_differences(fields))
            for name, fields in list(report.changed.items())[:SHOWN]
        ],
        rejects=[RejectedRow.of(reject) for reject in read.rejects[:SHOWN]],
    )


def _edits(report: EditReport, preview: bool) -> ImportReport:
    return ImportReport(
        preview=preview,
        added=len(report.added),
        changed=len(report.changed),
        unchanged=report.unchanged,
        expired=0,
        rejected=len(report.rejects),
        added_ids=report.added[:SHOWN],
        expired_ids=[],
        changes=[
            EntryChange(id=name, fields=field_differences(fields))
            for name, fields in list(report.changed.items())[:SHOWN]
        ],
        rejects=[RejectedRow.of(reject) for reject in report.rejects[:SHOWN]],
    )
