"""The way of one chat message: who, twice?, danger?, hide, read, ask Rasa, keep, answer."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool as in_thread

from api import idempotency
from api.chat import wording
from api.chat.conversations import Conversations, Draft, Talk, scope_of
from api.chat.emergency import EmergencyLane
from api.chat.facts import REMEMBERED, read_facts
from api.chat.fallback import Fallback
from api.chat.rasa import RasaClient, RasaDown, RasaReply
from api.chat.traditional import converted, script_of
from api.errors import Conflict
from api.principal import Citizen
from api.schemas.chat import ChatAnswer, ChatMessage
from hotline.store import Store
from nlu.characters import strip_invisible
from nlu.normalise import normalise
from nlu.personal import mask
from nlu.safety import Danger, detect
from nlu.spans import Span
from nlu.spelling import Spelling

logger = logging.getLogger("suisheng.chat")

LONGEST_FOR_BOT = 2000
TWIN_SECONDS = 20.0
# Intents Rasa treats specially; a citizen's device has no business sending them.
RESERVED = frozenset({"restart", "back", "session_start", "out_of_scope"})
PAYLOAD = re.compile(r"/([a-z][a-z0-9_+./-]{0,60})\s*(\{.*\})?", re.DOTALL)


@dataclass(frozen=True)
class Heard:
    """One message, hidden and read."""

    text: str
    plain: str
    payload: str | None
    found: Sequence[Span]
    script: str
    facts: dict[str, Any]
    length: int


class Gateway:
    """Takes citizens' messages and answers them; nothing a citizen says is lost or done twice."""

    def __init__(
        self,
        store: Store,
        conversations: Conversations,
        rasa: RasaClient,
        emergency: EmergencyLane,
        fallback: Fallback,
        spelling: Spelling,
    ) -> None:
        self._spelling = spelling
        self._store = store
        self._conversations = conversations
        self._rasa = rasa
        self._emergency = emergency
        self._fallback = fallback
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def receive(self, citizen: Citizen, message: ChatMessage) -> ChatAnswer:
        """Answer one message; the same ``message_id`` again gets the same answer.

        Raises:
            Conflict: the id was used for another text, or its first sending is still under way.
        """
        talk = await in_thread(self._conversations.of, citizen)
        text = strip_invisible(message.text).strip()
        heard, danger = await in_thread(self._read, talk, text, message.payload)
        kept = await self._kept_answer(talk, message, heard)
        if kept is not None:
            return kept
        try:
            # Danger does not wait for its turn: an earlier message may still wait for Rasa.
            if danger is not None:
                talk = await in_thread(self._conversations.get, talk.id)
                drafts = await in_thread(self._emergency.handle, talk, heard.text, danger)
                return await self._say(talk, message, drafts)
            turn = self._turns.setdefault(talk.id, asyncio.Lock())
            async with turn:
                return await self._take_turn(talk, message, heard)
        except BaseException:
            key = str(message.message_id)
            await in_thread(idempotency.release, self._store, scope_of(talk.id), key)
            raise

    async def history(self, citizen: Citizen, after: int) -> ChatAnswer:
        """Return everything said after message ``after``, and who is speaking now."""
        talk = await in_thread(self._conversations.of, citizen)
        replies = await in_thread(self._conversations.messages, talk.id, after)
        state, position = await in_thread(self._conversations.standing, talk.id)
        return ChatAnswer.model_validate(
            {"replies": replies, "state": state, "queue_position": position}
        )

    async def _kept_answer(
        self, talk: Talk, message: ChatMessage, heard: Heard
    ) -> ChatAnswer | None:
        """Claim and keep the message; return the answer when its id was answered before."""
        kept = {name: heard.facts[name] for name in REMEMBERED if heard.facts[name]}
        kept["told"] = sorted({*talk.facts.get("told", []), *(s.kind for s in heard.found)})
        deadline = time.monotonic() + TWIN_SECONDS
        while True:
            claim = await in_thread(
                self._conversations.hear,
                talk,
                str(message.message_id),
                idempotency.digest_of(message.text, message.payload),
                heard.text or heard.payload or "",
                heard.found,
                heard.script,
                kept,
            )
            if claim.mine:
                return None
            if claim.response is not None:
                return ChatAnswer.model_validate(claim.response)
            if time.monotonic() > deadline:
                raise Conflict("上一条还在处理，请稍候。", code="in_progress")
            await asyncio.sleep(idempotency.POLL_SECONDS)

    async def _take_turn(self, before: Talk, message: ChatMessage, heard: Heard) -> ChatAnswer:
        talk = await in_thread(self._conversations.get, before.id)
        if not heard.text and not message.payload:
            return await self._say(talk, message, [Draft(wording.EMPTY)])
        news = self._notices(before, heard)
        if talk.state == "human":
            return await self._say(talk, message, news)
        if heard.payload == wording.LEAVE_QUEUE_PAYLOAD:
            await in_thread(self._conversations.leave_queue, talk.id)
            return await self._say(talk, message, [Draft(wording.BACK_TO_BOT, speaker="system")])
        if talk.state == "waiting":
            saved = [Draft(wording.LONG_SAVED.format(length=heard.length), speaker="system")]
            news += saved if heard.length > LONGEST_FOR_BOT else []
            return await self._say(talk, message, [*news, await self._queue_notice(talk)])
        if heard.payload == wording.HUMAN_PAYLOAD:
            await in_thread(self._conversations.ask_for_person, talk.id, "市民要求转人工")
            return await self._say(talk, message, [*news, await self._queue_notice(talk)])
        if heard.payload == wording.FILE_PAYLOAD:
            return await self._say(
                talk, message, await in_thread(self._fallback.file_pending, talk)
            )
        if heard.length > LONGEST_FOR_BOT:
            drafts = await in_thread(
                self._fallback.offer_long, talk, str(message.message_id), heard.length
            )
        else:
            drafts = await self._from_rasa(talk, message, heard)
        return await self._say(talk, message, [*news, *drafts])

    def _read(self, talk: Talk, text: str, payload: str | None) -> tuple[Heard, Danger | None]:
        hidden = mask(text)
        plain = normalise(hidden.text)
        read = self._spelling.corrected(plain.text)
        remembered = {name: talk.facts.get(name) for name in REMEMBERED}
        remembered["phone_masked"] = talk.phone_masked
        facts = read_facts(read, hidden.found, remembered)
        script = script_of(text, plain.script, talk.script)
        safe_payload = mask(payload).text if payload else None
        heard = Heard(hidden.text, read, safe_payload, hidden.found, script, facts, len(text))
        return heard, detect(text) if text else None

    @staticmethod
    def _notices(talk: Talk, heard: Heard) -> list[Draft]:
        told = talk.facts.get("told", [])
        notice = wording.masked_notice([s.kind for s in heard.found if s.kind not in told])
        return [Draft(notice, speaker="system")] if notice else []

    async def _from_rasa(self, talk: Talk, message: ChatMessage, heard: Heard) -> list[Draft]:
        said = message_for_rasa(heard)
        if said is None:
            return [Draft(wording.OLD_BUTTON)]
        known = {name: talk.facts.get(name) for name in REMEMBERED if not heard.facts[name]}
        facts = {**heard.facts, **known, "phone_masked": talk.phone_masked}
        metadata = {"facts": facts, "original": heard.text, "script": heard.script}
        key = str(message.message_id)
        try:
            replies = await self._rasa.ask(talk.id, said, metadata)
        except RasaDown as down:
            logger.warning("rasa gave no answer: %s", down.reason)
            return await in_thread(self._fallback.answer, talk, key, heard.plain)
        drafts = [draft for reply in replies if (draft := draft_of(reply)) is not None]
        if any(draft.kind == "emergency" and draft.card is None for draft in drafts):
            return await in_thread(self._emergency.handle_self_harm, talk, heard.text)
        if drafts:
            return drafts
        state, _ = await in_thread(self._conversations.standing, talk.id)
        if state == "waiting":
            return [await self._queue_notice(talk)]
        return await in_thread(self._fallback.nothing_said, talk, key)

    async def _queue_notice(self, talk: Talk) -> Draft:
        _, position = await in_thread(self._conversations.standing, talk.id)
        return Draft(
            wording.queue_notice(position or 1, talk.facts.get("danger_phone")),
            speaker="system",
            buttons=((wording.LEAVE_QUEUE_TITLE, wording.LEAVE_QUEUE_PAYLOAD),),
        )

    async def _say(self, talk: Talk, message: ChatMessage, drafts: Sequence[Draft]) -> ChatAnswer:
        if talk.script == "traditional":
            drafts = [in_traditional(draft) for draft in drafts]
        key = str(message.message_id)
        return await in_thread(self._conversations.say, talk.id, drafts, key)


def message_for_rasa(heard: Heard) -> str | None:
    """Return what Rasa is sent: a button's payload, or the plain text; ``None``: neither.

    Rasa takes any text that begins with a slash for an intent, so a citizen's own slash is sent
    in full width.
    """
    if heard.payload is not None:
        match = PAYLOAD.fullmatch(heard.payload)
        if match and match[1] not in RESERVED:
            return heard.payload
        return heard.plain.replace("/", "／") or None
    return "／" + heard.plain[1:] if heard.plain.startswith("/") else heard.plain


def draft_of(reply: RasaReply) -> Draft | None:
    """Return a reply of Rasa's as a draft, or ``None`` when it says nothing."""
    custom = reply.custom
    buttons = custom.buttons if custom and custom.buttons else reply.buttons
    text = (custom.text if custom else "") or reply.text or ""
    card = custom.card if custom else None
    if not text and not buttons and card is None:
        return None
    pairs = tuple((button.title, button.payload or button.title) for button in buttons)
    return Draft(text, custom.kind if custom else "text", buttons=pairs, card=card)


def in_traditional(draft: Draft) -> Draft:
    """Return the draft with everything the citizen reads in Traditional script."""
    return Draft(
        converted(draft.text),
        draft.kind,
        draft.speaker,
        tuple((converted(title), payload) for title, payload in draft.buttons),
        converted(draft.card),
    )
