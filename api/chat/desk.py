"""The clerk's side of live conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.chat import wording
from api.chat.conversations import Draft, add_messages, is_urgent, position_of, reply_of
from api.errors import Conflict, Forbidden, NotFound
from api.principal import Staff
from api.schemas.chat import ChatDetail, ChatList, ChatSummary, Reply
from hotline.store import ChatMessage, Conversation, Store
from knowledge_base.answer import Answerer
from knowledge_base.outcome import Outcome
from nlu.personal import mask

HISTORY = 200
Tell = Callable[[Session, Conversation, list[Reply]], None]
QUOTABLE = frozenset({Outcome.ANSWERED, Outcome.NEEDS_CLARIFYING})


class ChatDesk:
    """Lists waiting conversations and lets one clerk at a time speak in each."""

    def __init__(self, store: Store, answerer: Answerer, tell: Tell) -> None:
        """Take ``tell``, which brings what the desk says to citizens who do not look by themselves."""
        self._store = store
        self._answerer = answerer
        self._tell = tell

    def waiting(self) -> ChatList:
        """Return conversations that wait for or are with a clerk, longest wait first."""
        with self._store.session(read_only=True) as session:
            rows = session.scalars(
                select(Conversation)
                .where(Conversation.state.in_(("waiting", "human")))
                .order_by(Conversation.state.desc(), Conversation.waiting_since)
                .limit(200)
            ).all()
            urgent_first = sorted(rows, key=lambda row: not is_urgent(row))
            return ChatList(items=[_summary(session, row) for row in urgent_first])

    def detail(self, conversation_id: str) -> ChatDetail:
        """Return one conversation with its history and answers that could be sent.

        Raises:
            NotFound: there is no such conversation.
        """
        with self._store.session(read_only=True) as session:
            row = _found(session, conversation_id)
            messages = session.scalars(
                select(ChatMessage)
                .where(ChatMessage.conversation_id == conversation_id)
                .order_by(ChatMessage.id.desc())
                .limit(HISTORY)
            ).all()
            summary = _summary(session, row)
            facts = {name: row.facts.get(name) for name in ("ticket_number", "emergency_ticket")}
            facts["phone_masked"] = row.phone_masked
        return ChatDetail(
            **summary.model_dump(),
            messages=[reply_of(message) for message in reversed(messages)],
            facts=facts,
            suggestions=self._suggestions(messages),
        )

    def take(self, conversation_id: str, clerk: Staff) -> ChatDetail:
        """Let ``clerk`` speak from now on; the bot falls silent.

        Raises:
            Conflict: another clerk has it.
        """
        with self._store.session() as session:
            row = _found(session, conversation_id)
            if row.state == "human" and row.agent != clerk.username:
                raise Conflict("这个会话已由其他客服接待。", code="chat_taken")
            if row.state != "human":
                row.state, row.agent = "human", clerk.username
                row.version += 1
                sentence = wording.TAKEN.format(name=clerk.name)
                self._say(session, row, Draft(sentence, speaker="system"))
                row.updated_at = datetime.now(UTC)
        return self.detail(conversation_id)

    def say(self, conversation_id: str, clerk: Staff, text: str) -> Reply:
        """Send the clerk's words (masked) to the citizen."""
        with self._store.session() as session:
            row = _held_by(session, conversation_id, clerk)
            row.updated_at = datetime.now(UTC)
            return self._say(session, row, Draft(mask(text).text, speaker="human"))

    def hand_back(self, conversation_id: str, clerk: Staff) -> ChatSummary:
        """Let the bot speak again."""
        with self._store.session() as session:
            row = _held_by(session, conversation_id, clerk)
            row.state, row.agent, row.waiting_since = "bot", None, None
            row.handover_reason = None
            row.version += 1
            row.updated_at = datetime.now(UTC)
            self._say(session, row, Draft(wording.HANDED_BACK, speaker="system"))
            session.flush()
            return _summary(session, row)

    def _say(self, session: Session, row: Conversation, draft: Draft) -> Reply:
        replies = add_messages(session, row.id, [draft])
        self._tell(session, row, replies)
        return replies[0]

    def _suggestions(self, newest_first: Sequence[ChatMessage]) -> list[str]:
        asked = [message.text for message in newest_first if message.speaker == "citizen"][:2]
        answers = [self._answerer.answer(text) for text in asked if text]
        return list(dict.fromkeys(answer.text for answer in answers if answer.outcome in QUOTABLE))


def _found(session: Session, conversation_id: str) -> Conversation:
    row = session.get(Conversation, conversation_id)
    if row is None:
        raise NotFound("没有这个会话。", code="chat_not_found")
    return row


def _held_by(session: Session, conversation_id: str, clerk: Staff) -> Conversation:
    row = _found(session, conversation_id)
    if row.state != "human":
        raise Conflict("请先接入这个会话。", code="chat_not_taken")
    if row.agent != clerk.username:
        raise Forbidden("这个会话由其他客服接待。", code="chat_taken")
    return row


def _summary(session: Session, row: Conversation) -> ChatSummary:
    last = session.scalar(
        select(ChatMessage)
        .where(ChatMessage.conversation_id == row.id, ChatMessage.speaker == "citizen")
        .order_by(ChatMessage.id.desc())
        .limit(1)
    )
    return ChatSummary.model_validate(
        {
            "id": row.id,
            "state": row.state,
            "channel": row.channel,
            "queue_position": position_of(session, row),
            "waiting_since": row.waiting_since,
            "clerk": row.agent,
            "reason": row.handover_reason,
            "last_text": last.text[:120] if last else "",
            "last_at": last.at if last else None,
        }
    )
