"""Photos."""

from __future__ import annotations

from typing import Annotated

from fastapi import File, UploadFile
from fastapi.responses import FileResponse

from api.dependencies import CitizenDep, ServicesDep, StaffDep
from api.errors import NotFound
from api.guard import guarded_router
from api.schemas.tickets import Attachment as AttachmentShape
from hotline.store import Attachment, Ticket
from hotline.tickets import find_ticket

router = guarded_router()
LARGEST_FORM = 64 * 1_048_576


@router.post("/v1/attachments", tags=["attachments"], max_body_size=LARGEST_FORM)
def upload(
    file: Annotated[UploadFile, File(description="JPG、PNG 或 WebP 照片")],
    citizen: CitizenDep,
    services: ServicesDep,
) -> AttachmentShape:
    """Keep a photo; position and camera data are removed."""
    content = file.file.read(services.photos.limit + 1)
    attachment_id, picture = services.photos.add(content, citizen.citizen_id)
    return AttachmentShape(
        id=attachment_id, media_type=picture.media_type, size=len(picture.content)
    )


@router.get("/v1/desk/attachments/{attachment_id}", tags=["desk"], response_class=FileResponse)
def download(attachment_id: str, staff: StaffDep, services: ServicesDep) -> FileResponse:
    """Return the picture of a ticket the caller may see."""
    with services.store.session(read_only=True) as session:
        attachment = session.get(Attachment, attachment_id)
        if attachment is None or attachment.ticket_id is None:
            raise NotFound("没有找到这张照片。", code="attachment_not_found")
        ticket = session.get_one(Ticket, attachment.ticket_id)
        find_ticket(session, ticket.number, staff.actor)
        path = services.photos.file_of(attachment)
        return FileResponse(path, media_type=attachment.media_type)
