"""Chats with citizens, and what keeps a repeated request from being done twice."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, Id, JsonList, JsonObject, LongText, Moment, Word


class Conversation(Base):
    """One citizen's talk; ``state`` is bot, waiting (for a human) or human."""

    __tablename__ = "conversation"

    id: Mapped[Word] = mapped_column(primary_key=True)
    citizen_id: Mapped[Word]
    channel: Mapped[Word]
    state: Mapped[Word] = mapped_column(default="bot")
    waiting_since: Mapped[Moment | None]
    handover_reason: Mapped[LongText | None]
    agent: Mapped[Word | None]
    script: Mapped[Word] = mapped_column(default="simplified")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    phone_masked: Mapped[Word | None]
    facts: Mapped[JsonObject] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_conversation_citizen_id_updated_at", "citizen_id", "updated_at"),
        Index("ix_conversation_state_waiting_since", "state", "waiting_since"),
        Index("ix_conversation_contact_id", "contact_id"),
        Index("ix_conversation_updated_at", "updated_at"),
    )


class ChatMessage(Base):
    """One message, in or out; ``text`` is masked."""

    __tablename__ = "chat_message"

    id: Mapped[Id]
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    message_id: Mapped[Word | None]
    at: Mapped[Moment]
    speaker: Mapped[Word]
    kind: Mapped[Word] = mapped_column(default="text")
    text: Mapped[LongText]
    buttons: Mapped[JsonList] = mapped_column(default=list)
    card: Mapped[JsonObject | None]

    __table_args__ = (
        Index("ix_chat_message_conversation_id_id", "conversation_id", "id"),
        UniqueConstraint("conversation_id", "message_id"),
    )


class IdempotencyKey(Base):
    """A request already answered: the same ``scope`` and ``key`` get the same ``response``."""

    __tablename__ = "idempotency_key"

    scope: Mapped[Word] = mapped_column(primary_key=True)
    key: Mapped[Word] = mapped_column(primary_key=True)
    request_digest: Mapped[Word]
    response: Mapped[JsonObject | None]
    created_at: Mapped[Moment]

    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)


class Appointment(Base):
    """A seat at a service hall; the unique seat makes overbooking impossible."""

    __tablename__ = "appointment"

    id: Mapped[Id]
    number: Mapped[Word] = mapped_column(unique=True)
    citizen_id: Mapped[Word]
    conversation_id: Mapped[Word | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    hall: Mapped[Word]
    matter: Mapped[Word]
    day: Mapped[Word]
    slot: Mapped[Word]
    seat: Mapped[int | None]
    status: Mapped[Word] = mapped_column(default="已预约")
    created_at: Mapped[Moment]

    __table_args__ = (
        UniqueConstraint("hall", "day", "slot", "seat"),
        Index("ix_appointment_citizen_id_day", "citizen_id", "day"),
        Index("ix_appointment_contact_id", "contact_id"),
    )
