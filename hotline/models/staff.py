"""Who works at the hotline, and who is signed in."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, Id, LongText, Moment, Word


class StaffUser(Base):
    """A member of staff; ``scope`` is a district, ``None`` the whole city."""

    __tablename__ = "staff_user"

    id: Mapped[Id]
    username: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Word]
    password_hash: Mapped[LongText]
    role: Mapped[Word]
    unit_code: Mapped[Word | None]
    scope: Mapped[Word | None]
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
    created_at: Mapped[Moment]


class StaffSession(Base):
    """A sign-in; only the token's hash is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[Word] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id", ondelete="CASCADE"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_staff_session_user_id", "user_id"),
        Index("ix_staff_session_expires_at", "expires_at"),
    )


class CitizenSession(Base):
    """A citizen's device; only the token's hash is kept."""

    __tablename__ = "citizen_session"

    token_hash: Mapped[Word] = mapped_column(primary_key=True)
    citizen_id: Mapped[Word]
    channel: Mapped[Word]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_citizen_session_citizen_id", "citizen_id"),
        Index("ix_citizen_session_expires_at", "expires_at"),
    )
