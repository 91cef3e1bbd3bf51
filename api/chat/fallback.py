"""What the gateway says itself when the dialogue engine cannot: answers, and a ticket on offer."""

from __future__ import annotations

import logging

from sqlalchemy import select

from api import idempotency
from api.chat import wording
from api.chat.conversations import Conversations, Draft, Talk
from api.errors import ApiError
from api.filing import Filing, NewMatter
from api.public_answers import PublicAnswers
from hotline.errors import HotlineError
from hotline.store import ChatMessage, Store

logger = logging.getLogger("suisheng.chat")

OFFER = (
    (wording.FILE_TITLE, wording.FILE_PAYLOAD),
    (wording.HUMAN_TITLE, wording.HUMAN_PAYLOAD),
)


class Fallback:
    """Answers without Rasa, straight from the knowledge base, and files tickets on request."""

    def __init__(
        self, store: Store, conversations: Conversations, answerer: PublicAnswers, filing: Filing
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._answerer = answerer
        self._filing = filing

    def answer(self, talk: Talk, message_id: str, question: str) -> list[Draft]:
        """Answer from the knowledge base, say why, and offer a ticket."""
        self._offer(talk, message_id)
        offer = Draft(wording.DOWN_OFFER, buttons=OFFER)
        if not question:
            return [Draft(wording.DOWN, speaker="system"), offer]
        try:
            answer = self._answerer.answer(question)
        except Exception as error:
            logger.warning("knowledge base gave no answer: %s", type(error).__name__)
            return [Draft(wording.DOWN_BLIND, speaker="system", buttons=OFFER)]
        card = answer.model_dump(mode="json")
        said = Draft(answer.text, "answer", card=card)
        return [Draft(wording.DOWN, speaker="system"), said, offer]

    def offer_long(self, talk: Talk, message_id: str, length: int) -> list[Draft]:
        """Keep a very long message whole and offer to file it."""
        self._offer(talk, message_id)
        return [Draft(wording.LONG.format(length=length), buttons=OFFER)]

    def nothing_said(self, talk: Talk, message_id: str) -> list[Draft]:
        """The bot had no word to say."""
        self._offer(talk, message_id)
        return [Draft(wording.SILENT, buttons=OFFER)]

    def file_pending(self, talk: Talk) -> list[Draft]:
        """File the message last offered; pressing twice files once."""
        pending = talk.facts.get("pending")
        text = self._text_of(talk, pending) if pending else None
        if not pending or not text:
            return [Draft(wording.NOTHING_TO_FILE)]

        def work() -> dict[str, object]:
            matter = NewMatter(
                text=text,
                channel=talk.channel,
                citizen_id=talk.citizen_id,
                contact=self._conversations.contact_of(talk.id),
            )
            return self._filing.file(matter).model_dump(mode="json")

        digest = idempotency.digest_of(text)
        try:
            progress = idempotency.once(self._store, f"file:{talk.id}", pending, digest, work)
        except (HotlineError, ApiError) as error:
            logger.warning("ticket not filed: %s", error.code)
            return [Draft(wording.DAMAGED, buttons=OFFER)]
        self._conversations.remember(talk.id, {"ticket_number": progress["number"]})
        sentence = wording.TICKET_MADE.format(
            number=progress["number"], next_step=progress["next_step"]
        )
        return [Draft(sentence, "ticket", card=progress)]

    def _offer(self, talk: Talk, message_id: str) -> None:
        self._conversations.remember(talk.id, {"pending": message_id})

    def _text_of(self, talk: Talk, message_id: str) -> str | None:
        with self._store.session(read_only=True) as session:
            return session.scalar(
                select(ChatMessage.text).where(
                    ChatMessage.conversation_id == talk.id, ChatMessage.message_id == message_id
                )
            )
