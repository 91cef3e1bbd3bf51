"""WeChat accounts of citizens, what they agreed to, and the messages on their way in and out."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, Id, JsonList, JsonObject, LongText, Moment, RowId, Word


class WeChatIdentity(Base):
    """A citizen's account in one of our apps; ``key`` is its keyed name, ``sealed`` its openid.

    ``person_key`` is the keyed unionid, the same for one person in all our apps. ``offered`` are
    the choices last sent to the official account, which takes them as numbers.
    """

    __tablename__ = "wechat_identity"

    key: Mapped[Word] = mapped_column(primary_key=True)
    citizen_id: Mapped[Word]
    app: Mapped[Word]
    person_key: Mapped[Word | None]
    sealed: Mapped[LongText]
    follows: Mapped[bool] = mapped_column(default=False)
    offered: Mapped[JsonList] = mapped_column(default=list)
    last_heard_at: Mapped[Moment | None]
    created_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_wechat_identity_citizen_id", "citizen_id"),
        Index("ix_wechat_identity_person_key", "person_key"),
    )


class WeChatConsent(Base):
    """How many more messages of a kind a citizen agreed to in the mini-program."""

    __tablename__ = "wechat_consent"

    citizen_id: Mapped[Word] = mapped_column(primary_key=True)
    subscription: Mapped[Word] = mapped_column(primary_key=True)
    remaining: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[Moment]


class WeChatIncoming(Base):
    """A message to the official account; ``sealed`` is its content until it has been answered.

    ``state``: working (until ``lease_until``), replied (``reply`` went out at once) or
    later (the answer goes out as a message of its own).
    """

    __tablename__ = "wechat_incoming"

    key: Mapped[Word] = mapped_column(primary_key=True)
    state: Mapped[Word] = mapped_column(default="working")
    sealed: Mapped[LongText | None]
    reply: Mapped[LongText | None]
    attempts: Mapped[int] = mapped_column(default=1)
    lease_until: Mapped[Moment]
    received_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_wechat_incoming_state_lease_until", "state", "lease_until"),
        Index("ix_wechat_incoming_received_at", "received_at"),
    )


class WeChatOutgoing(Base):
    """A message to be sent once; ``source`` names what it tells of and is unique.

    ``state``: waiting (for ``due_at``), sending, sent, unsure (WeChat did not say whether it
    took it; never sent again), held (until the citizen writes again) or refused.
    """

    __tablename__ = "wechat_outgoing"

    id: Mapped[Id]
    source: Mapped[Word] = mapped_column(unique=True)
    identity_key: Mapped[Word]
    kind: Mapped[Word]
    subscription: Mapped[Word | None]
    content: Mapped[JsonObject]
    state: Mapped[Word] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[int | None]
    due_at: Mapped[Moment]
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]

    __table_args__ = (
        Index("ix_wechat_outgoing_state_due_at", "state", "due_at"),
        Index("ix_wechat_outgoing_identity_key", "identity_key"),
    )


class WeChatCursor(Base):
    """How far a table has been read for messages to send."""

    __tablename__ = "wechat_cursor"

    name: Mapped[Word] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(RowId)
