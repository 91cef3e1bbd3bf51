"""Photos sent to the official account: kept, and tied to the ticket they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool as in_thread

from api.citizen_tickets import CitizenTickets
from api.errors import ApiError
from api.photos import PhotoStore
from api.schemas.chat import Reply
from api.wechat.client import WeChatClient
from api.wechat.content import WeChatContent
from api.wechat.errors import WeChatError
from api.wechat.phrasing import Choice
from hotline.errors import HotlineError
from hotline.lifecycle import OPEN
from hotline.progress import Progress
from hotline.store import Attachment, Store

ADD_PHOTOS = "/wechat_add_photos "
KEPT_FOR = timedelta(hours=24)
MOST = 9


class PhotoDesk:
    """Fetches photos from WeChat and brings them to tickets."""

    def __init__(
        self,
        store: Store,
        client: WeChatClient,
        photos: PhotoStore,
        tickets: CitizenTickets,
        content: WeChatContent,
    ) -> None:
        self._store = store
        self._client = client
        self._photos = photos
        self._tickets = tickets
        self._texts = content.texts

    async def keep(self, citizen_id: str, media_id: str) -> tuple[str, list[Choice]]:
        """Fetch and clean a photo; return what to say and what the citizen may choose."""
        try:
            content = await self._client.media(media_id)
            await in_thread(self._photos.add, content, citizen_id)
        except (WeChatError, ApiError):
            return self._texts["photo_failed"], []
        ticket = await in_thread(self._open_ticket, citizen_id)
        if ticket is None:
            return self._texts["photo_kept"], []
        title = self._texts["photo_add"].format(number=ticket.number)
        said = self._texts["photo_kept_open"].format(number=ticket.number)
        return said, [(title, ADD_PHOTOS + ticket.number)]

    async def add_to(self, citizen_id: str, number: str) -> str:
        """Tie the held photos to a ticket; return what to say."""
        ids = await in_thread(self._held, citizen_id)
        if not ids:
            return self._texts["photo_failed"]
        note = self._texts["photo_note"].format(count=len(ids))
        await in_thread(self._tickets.add, number, citizen_id, None, note, ids)
        return self._texts["photo_added"].format(number=number)

    async def attach_held(self, citizen_id: str, replies: Sequence[Reply]) -> list[str]:
        """Tie the held photos to a ticket just made in the chat; return what to say."""
        made = next((r.card for r in replies if r.kind == "ticket" and r.card), None)
        if made is None or not await in_thread(self._held, citizen_id):
            return []
        try:
            return [await self.add_to(citizen_id, str(made["number"]))]
        except HotlineError:
            return []

    def _open_ticket(self, citizen_id: str) -> Progress | None:
        mine = self._tickets.mine(citizen_id)
        return next((ticket for ticket in mine if ticket.status in OPEN), None)

    def _held(self, citizen_id: str) -> list[str]:
        recent = select(Attachment.id).where(
            Attachment.citizen_id == citizen_id,
            Attachment.ticket_id.is_(None),
            Attachment.created_at > datetime.now(UTC) - KEPT_FOR,
        )
        with self._store.session(read_only=True) as session:
            return list(session.scalars(recent.order_by(Attachment.created_at).limit(MOST)))
