"""Conversations in the database: who said what, who is speaking now, who waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api import idempotency
from api.chat.wording import EMERGENCY_SIGN
from api.principal import Citizen
from api.schemas.chat import Button, ChatAnswer, Reply
from hotline.intake import masked_phone
from hotline.store import ChatMessage, Contact, Conversation, IdempotencyKey, Store
from hotline.vault import ContactData
from nlu.spans import Span


@dataclass(frozen=True)
class Draft:
    """A message not yet stored."""

    text: str
    kind: str = "text"
    speaker: str = "bot"
    buttons: tuple[tuple[str, str], ...] = ()
    card: dict[str, Any] | None = None


@dataclass(frozen=True)
class Talk:
    """A conversation as it stood when looked at."""

    id: str
    citizen_id: str
    channel: str
    state: str
    script: str
    phone_masked: str | None
    facts: dict[str, Any] = field(default_factory=dict)


class Conversations:
    """Reads and writes conversations; every method is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, citizen: Citizen) -> Talk:
        """Return the citizen's conversation, begun if there is none yet."""
        conversation_id = id_for(citizen.citizen_id)
        found = self.find(conversation_id)
        if found is not None:
            return found
        now = datetime.now(UTC)
        row = Conversation(
            id=conversation_id,
            citizen_id=citizen.citizen_id,
            channel=citizen.channel,
            created_at=now,
            updated_at=now,
        )
        # The citizen's other request may be first.
        with suppress(IntegrityError), self._store.session() as session:
            session.add(row)
        return self.get(conversation_id)

    def find(self, conversation_id: str) -> Talk | None:
        """Return a conversation by id, or ``None``."""
        with self._store.session(read_only=True) as session:
            row = session.get(Conversation, conversation_id)
            return talk_of(row) if row is not None else None

    def get(self, conversation_id: str) -> Talk:
        """Return a conversation that is known to exist."""
        with self._store.session(read_only=True) as session:
            return talk_of(session.get_one(Conversation, conversation_id))

    def hear(
        self,
        talk: Talk,
        message_id: str,
        digest: str,
        text: str,
        found: Sequence[Span],
        script: str,
        facts: dict[str, Any],
    ) -> idempotency.Claim:
        """Claim a message and, if it is a new one, store what the citizen said (masked).

        What was hidden is sealed, the facts are remembered.

        Raises:
            Conflict: the id was used for another text.
        """
        try:
            with self._store.session() as session:
                claim = idempotency.claim_in(session, scope_of(talk.id), message_id, digest)
                if claim.mine:
                    self._keep(session, talk, message_id, text, found, script, facts)
                return claim
        except IntegrityError:
            return idempotency.UNDER_WAY

    def _keep(
        self,
        session: Session,
        talk: Talk,
        message_id: str,
        text: str,
        found: Sequence[Span],
        script: str,
        facts: dict[str, Any],
    ) -> None:
        now = datetime.now(UTC)
        row = session.get_one(Conversation, talk.id)
        heard = select(ChatMessage.id).where(
            ChatMessage.conversation_id == talk.id, ChatMessage.message_id == message_id
        )
        if session.scalar(heard) is None:
            session.add(
                ChatMessage(
                    conversation_id=talk.id,
                    message_id=message_id,
                    at=now,
                    speaker="citizen",
                    text=text,
                )
            )
        row.script = script
        row.facts = {**row.facts, **facts}
        row.updated_at = now
        if found:
            self._seal(session, row, found, now)

    def _seal(
        self, session: Session, row: Conversation, found: Sequence[Span], now: datetime
    ) -> None:
        vault = self._store.vault
        contact = session.get(Contact, row.contact_id) if row.contact_id else None
        data = vault.open(contact.sealed) if contact else ContactData()
        phone = next((span.value for span in reversed(found) if span.kind == "phone"), None)
        hidden = [*data.found, *((span.kind, span.value) for span in found)]
        data = data.model_copy(
            update={"phone": phone or data.phone, "found": list(dict.fromkeys(hidden))}
        )
        key = vault.citizen_key(phone or row.citizen_id)
        if contact is None:
            contact = vault.contact(data, key, now)
            session.add(contact)
            session.flush()
            row.contact_id = contact.id
        else:
            contact.sealed = vault.seal(data)
            contact.citizen_key = key if phone else contact.citizen_key
        if phone:
            row.phone_masked = masked_phone(phone)

    def remember(self, conversation_id: str, facts: dict[str, Any]) -> None:
        """Keep facts for later messages."""
        with self._store.session() as session:
            row = session.get_one(Conversation, conversation_id)
            row.facts = {**row.facts, **facts}

    def say(self, conversation_id: str, drafts: Sequence[Draft], key: str) -> ChatAnswer:
        """Store what is said to the citizen, and the answer for whoever sends ``key`` again."""
        with self._store.session() as session:
            row = session.get_one(Conversation, conversation_id)
            row.updated_at = datetime.now(UTC)
            said = {
                "replies": add_messages(session, conversation_id, drafts),
                "state": row.state,
                "queue_position": position_of(session, row),
            }
            answer = ChatAnswer.model_validate(said)
            claimed = session.get_one(IdempotencyKey, (scope_of(conversation_id), key))
            claimed.response = answer.model_dump(mode="json")
            return answer

    def messages(self, conversation_id: str, after: int = 0, most: int = 200) -> list[Reply]:
        """Return messages after the given id, oldest first; the latest ``most`` when many."""
        with self._store.session(read_only=True) as session:
            rows = session.scalars(
                select(ChatMessage)
                .where(ChatMessage.conversation_id == conversation_id, ChatMessage.id > after)
                .order_by(ChatMessage.id.desc())
                .limit(most)
            ).all()
            return [reply_of(row) for row in reversed(rows)]

    def contact_of(self, conversation_id: str) -> ContactData:
        """Return the sealed contact of a conversation, opened."""
        with self._store.session(read_only=True) as session:
            row = session.get_one(Conversation, conversation_id)
            contact = session.get(Contact, row.contact_id) if row.contact_id else None
            return self._store.vault.open(contact.sealed) if contact else ContactData()

    def ask_for_person(self, conversation_id: str, reason: str) -> int:
        """Put the conversation into the queue for a person; return its place, 1 is next."""
        now = datetime.now(UTC)
        with self._store.session() as session:
            row = session.get_one(Conversation, conversation_id)
            if row.state == "bot":
                row.state, row.waiting_since = "waiting", now
            if row.state == "waiting" and not is_urgent(row):
                row.handover_reason = reason
                row.version += 1
                row.updated_at = now
            session.flush()
            return position_of(session, row) or 1

    def leave_queue(self, conversation_id: str) -> None:
        """Give up waiting."""
        with self._store.session() as session:
            row = session.get_one(Conversation, conversation_id)
            if row.state == "waiting":
                row.state, row.waiting_since, row.handover_reason = "bot", None, None
                row.version += 1

    def standing(self, conversation_id: str) -> tuple[str, int | None]:
        """Return the state and the place in the queue."""
        with self._store.session(read_only=True) as session:
            row = session.get_one(Conversation, conversation_id)
            return row.state, position_of(session, row)


def scope_of(conversation_id: str) -> str:
    """Return the scope of the idempotency keys of a conversation's messages."""
    return f"chat:{conversation_id}"


def id_for(citizen_id: str) -> str:
    """Return the id of a citizen's one conversation: always the same, never guessable back."""
    return "chat-" + hashlib.sha256(citizen_id.encode()).hexdigest()[:24]


def is_urgent(row: Conversation) -> bool:
    """True for a conversation in which someone is in danger."""
    return (row.handover_reason or "").startswith(EMERGENCY_SIGN)


def position_of(session: Session, row: Conversation) -> int | None:
    """Return the place of a waiting conversation in the queue, 1 is next."""
    if row.state != "waiting" or row.waiting_since is None:
        return None
    urgent = Conversation.handover_reason.startswith(EMERGENCY_SIGN)
    earlier = Conversation.waiting_since < row.waiting_since
    before = urgent & earlier if is_urgent(row) else urgent | earlier
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.state == "waiting", Conversation.id != row.id, before)
    )
    return int(ahead or 0) + 1


def add_messages(session: Session, conversation_id: str, drafts: Sequence[Draft]) -> list[Reply]:
    """Add messages within a transaction and return them as replies."""
    now = datetime.now(UTC)
    rows = [
        ChatMessage(
            conversation_id=conversation_id,
            at=now,
            speaker=draft.speaker,
            kind=draft.kind,
            text=draft.text,
            buttons=[{"title": title, "payload": payload} for title, payload in draft.buttons],
            card=draft.card,
        )
        for draft in drafts
    ]
    for row in rows:
        session.add(row)
        session.flush()  # one by one, so that ids follow the order of speech
    return [reply_of(row) for row in rows]


def reply_of(row: ChatMessage) -> Reply:
    """Return a stored message in the contract's shape."""
    return Reply.model_validate(
        {
            "id": str(row.id),
            "at": row.at,
            "speaker": row.speaker,
            "kind": row.kind,
            "text": row.text,
            "buttons": [Button.model_validate(button) for button in row.buttons],
            "card": row.card,
        }
    )


def talk_of(row: Conversation) -> Talk:
    """Return a snapshot of a conversation row."""
    return Talk(
        row.id, row.citizen_id, row.channel, row.state, row.script, row.phone_masked, row.facts
    )
