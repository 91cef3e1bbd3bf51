"""A citizen's own data: all of it shown, all of it deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool as in_thread

from api.chat.conversations import Conversations
from api.chat.rasa import RasaClient, RasaDown
from api.chat.wording import KIND_NAMES
from api.errors import Conflict
from api.principal import Citizen
from api.schemas.citizen_data import CitizenData, Deletion
from hotline.citizen_data import EVERYTHING, Erasure, erase, holdings
from hotline.progress import progress
from hotline.store import Store
from hotline.tickets import my_tickets

RASA_DOWN = "对话服务暂时没有回应，您的数据还没有删除，请过几分钟再试。"


class CitizenRecords:
    """Shows and deletes what is kept about one citizen."""

    def __init__(
        self, store: Store, conversations: Conversations, rasa: RasaClient, photos: Path
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._rasa = rasa
        self._photos = photos

    def show(self, citizen: Citizen) -> CitizenData:
        """Return everything kept about the citizen."""
        talk = self._conversations.of(citizen)
        messages = self._conversations.messages(talk.id, most=EVERYTHING)
        with self._store.session(read_only=True) as session:
            tickets = my_tickets(session, citizen.citizen_id, limit=EVERYTHING)
            rest = holdings(session, citizen.citizen_id)
            return CitizenData(
                channel=citizen.channel,
                phone_masked=talk.phone_masked,
                hidden=[KIND_NAMES.get(kind, kind) for kind in talk.facts.get("told", [])],
                messages=messages,
                tickets=[progress(session, ticket) for ticket in tickets],
                bookings=rest.bookings,
                photos=rest.photos,
                devices=rest.sessions,
                made_at=datetime.now(UTC),
            )

    async def delete(self, citizen: Citizen) -> Deletion:
        """Delete it: the dialogue engine's memory first, then ours in one transaction.

        Raises:
            Conflict: the dialogue engine does not answer; nothing was deleted.
        """
        talk = await in_thread(self._conversations.of, citizen)
        try:
            await self._rasa.forget(talk.id)
        except RasaDown:
            raise Conflict(RASA_DOWN, code="rasa_unavailable") from None
        gone = await in_thread(self._erase, citizen.citizen_id)
        return Deletion(
            messages=gone.messages,
            bookings=gone.bookings,
            tickets_anonymised=gone.tickets,
            kept_tickets=list(gone.kept),
            session_ended=not gone.kept,
        )

    def _erase(self, citizen_id: str) -> Erasure:
        with self._store.session() as session:
            gone = erase(session, citizen_id, datetime.now(UTC))
        for name in gone.files:
            (self._photos / Path(name).name).unlink(missing_ok=True)
        return gone
