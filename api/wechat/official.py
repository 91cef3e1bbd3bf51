"""The official account: what a citizen sends becomes a chat message, and the answer goes back.

WeChat waits five seconds for a reply and asks again up to three times. An answer that is ready in
time is the reply; a later one goes out as a customer-service message. Either way it is given once:
the message is taken in the database before anything else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool as in_thread

from api.chat.gateway import Gateway
from api.errors import ApiError
from api.principal import Citizen
from api.schemas.chat import ChatMessage
from api.wechat.content import WeChatContent
from api.wechat.envelope import Envelope, xml_of
from api.wechat.identity import Identities, Person
from api.wechat.incoming import Incoming
from api.wechat.message import Message
from api.wechat.outgoing import Outgoing
from api.wechat.photo_desk import ADD_PHOTOS, PhotoDesk
from api.wechat.phrasing import Choice, chosen, fitted, phrased
from hotline.errors import HotlineError

logger = logging.getLogger("suisheng.wechat")

CHANNEL: Final = "official_account"
SUCCESS = b"success"
PATIENCE = 4.0
"""Seconds until we stop waiting for the answer; WeChat gives us five."""
LOOK_AGAIN = 0.2
IGNORED = frozenset({"view", "scan", "location", "templatesendjobfinish", "view_miniprogram"})

Allow = Callable[[str], bool]


class OfficialAccount:
    """Answers the account's callbacks."""

    def __init__(
        self,
        app_id: str,
        envelope: Envelope,
        identities: Identities,
        incoming: Incoming,
        outgoing: Outgoing,
        gateway: Gateway,
        photos: PhotoDesk,
        content: WeChatContent,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._app_id = app_id
        self._envelope = envelope
        self._identities = identities
        self._incoming = incoming
        self._outgoing = outgoing
        self._gateway = gateway
        self._photos = photos
        self._content = content
        self._patience = patience
        self._late: set[asyncio.Task[None]] = set()

    async def receive(
        self, body: bytes, given: str, timestamp: str, nonce: str, allow: Allow
    ) -> bytes:
        """Return what to answer WeChat: a sealed reply, or ``success`` and nothing more.

        Args:
            body: the sealed XML.
            given: the ``msg_signature`` of the query.
            timestamp: of the query, in seconds.
            nonce: of the query.
            allow: tells whether a citizen (by id) may say something more this minute.

        Raises:
            BadEnvelope: not from WeChat, or not for us.
        """
        deadline = time.monotonic() + self._patience
        fields = self._envelope.open(body, given, timestamp, nonce)
        message = Message.of(fields)
        if not message.openid or not message.kind:
            return SUCCESS
        taken = await in_thread(self._incoming.take, message.key, fields)
        if not taken.mine:
            reply = await self._given_before(message.key, deadline)
            return self._passive(message, reply)
        answering = asyncio.create_task(self._answer(message, allow))
        await asyncio.wait({answering}, timeout=max(deadline - time.monotonic(), 0))
        if answering.done():
            person, parts = answering.result()
            reply = await in_thread(
                self._incoming.answered, message.key, person.key, parts, at_once=True
            )
            return self._passive(message, reply)
        await in_thread(self._incoming.postpone, message.key)
        late = asyncio.create_task(self._send_later(message.key, answering))
        self._late.add(late)
        late.add_done_callback(self._late.discard)
        return SUCCESS

    async def answer_abandoned(self) -> None:
        """Answer what a process that stopped has left unanswered."""
        for key, fields in await in_thread(self._incoming.abandoned):
            person, parts = await self._answer(Message.of(fields), lambda _: True)
            await in_thread(self._incoming.answered, key, person.key, parts, at_once=False)

    async def _send_later(
        self, key: str, answering: asyncio.Task[tuple[Person, list[str]]]
    ) -> None:
        person, parts = await answering
        await in_thread(self._incoming.answered, key, person.key, parts, at_once=False)

    async def _given_before(self, key: str, deadline: float) -> str | None:
        """Return the reply given to an earlier sending; wait while it is being made."""
        while (taken := await in_thread(self._incoming.look, key)).state == "working":
            if time.monotonic() > deadline:
                return None
            await asyncio.sleep(LOOK_AGAIN)
        return taken.reply

    def _passive(self, message: Message, text: str | None) -> bytes:
        if text is None:
            return SUCCESS
        reply = {
            "ToUserName": message.openid,
            "FromUserName": message.account,
            "CreateTime": str(int(time.time())),
            "MsgType": "text",
            "Content": text,
        }
        return self._envelope.seal(xml_of(reply))

    async def _answer(self, message: Message, allow: Allow) -> tuple[Person, list[str]]:
        person = await in_thread(self._identities.of, CHANNEL, self._app_id, message.openid)
        try:
            return person, await self._said(person, message, allow)
        except (ApiError, HotlineError) as error:
            logger.warning("official account: message not handled: %s", error.code)
        except Exception as error:
            logger.exception("official account: %s", type(error).__name__, exc_info=False)
        return person, [self._content.texts["failed"]]

    async def _said(self, person: Person, message: Message, allow: Allow) -> list[str]:
        if message.kind == "event":
            return await self._on_event(person, message, allow)
        await in_thread(self._identities.note_heard, person.key)
        await in_thread(self._outgoing.release, person.key)
        if message.kind == "image":
            text, choices = await self._photos.keep(person.citizen_id, message.media_id)
            return await self._offering(person, [text], choices)
        texts = self._content.texts
        said = texts["place_said"].format(place=message.place) if message.place else message.text
        if message.kind == "voice" and not said:
            return [texts["voice_unheard"]]
        if message.kind not in {"text", "voice", "location"} or not said.strip():
            return [texts["unsupported"]]
        offered = await in_thread(self._identities.offered, person.key)
        choice = chosen(said, offered)
        return await self._talk(person, message, choice or (said, ""), allow)

    async def _on_event(self, person: Person, message: Message, allow: Allow) -> list[str]:
        if message.event in {"subscribe", "unsubscribe"}:
            follows = message.event == "subscribe"
            await in_thread(self._identities.note_following, person.key, follows)
            if not follows:
                return []
            await in_thread(self._identities.note_heard, person.key)
            return fitted(self._content.texts["welcome"])
        if message.event == "click":
            await in_thread(self._identities.note_heard, person.key)
            item = self._content.clicked(message.event_key)
            if item is None:
                return [self._content.texts["unsupported"]]
            return await self._talk(person, message, (item.say, item.payload), allow)
        if message.event not in IGNORED:
            logger.info("official account: event of a kind we do not use")
        return []

    async def _talk(
        self, person: Person, message: Message, choice: Choice, allow: Allow
    ) -> list[str]:
        said, payload = choice
        if payload.startswith(ADD_PHOTOS):
            added = await self._photos.add_to(person.citizen_id, payload.removeprefix(ADD_PHOTOS))
            return await self._offering(person, [added], [])
        if not allow(person.citizen_id):
            return [self._content.texts["too_fast"]]
        answer = await self._gateway.receive(
            Citizen(person.citizen_id, CHANNEL),
            ChatMessage(message_id=message.chat_id, text=said, payload=payload or None),
        )
        more = await self._photos.attach_held(person.citizen_id, answer.replies)
        parts, choices = phrased(answer.replies, self._content.texts["choices"], more)
        return await self._offering(person, parts, choices)

    async def _offering(
        self, person: Person, parts: Sequence[str], choices: list[Choice]
    ) -> list[str]:
        await in_thread(self._identities.offer, person.key, choices)
        return list(parts)
