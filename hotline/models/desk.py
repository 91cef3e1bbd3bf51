"""What people at the desk decide beside the ticket itself: co-units, links, corrections; the city's versions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.models.base import Base, Id, LongText, Moment, Word


class CoUnit(Base):
    """A unit that helps with a ticket (协办); ``part`` is what it did, once it has said so."""

    __tablename__ = "co_unit"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    unit_code: Mapped[Word] = mapped_column(primary_key=True)
    part: Mapped[LongText | None]
    actor: Mapped[Word | None]
    at: Mapped[Moment | None]

    __table_args__ = (Index("ix_co_unit_unit_code_ticket_id", "unit_code", "ticket_id"),)


class TicketLink(Base):
    """Two tickets that belong together; ``kind`` is related, repeat or split, seen from the first.

    repeat: the first repeats the second. split: the first was split off the second.
    """

    __tablename__ = "ticket_link"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    kind: Mapped[Word]
    actor: Mapped[Word]
    at: Mapped[Moment]

    __table_args__ = (
        UniqueConstraint("ticket_id", "other_id"),
        Index("ix_ticket_link_other_id", "other_id"),
    )


class Correction(Base):
    """A person gave a ticket to another unit or category than suggested, and why.

    ``bounces`` is how often the ticket had come back by then: more later means that it was wrong.
    """

    __tablename__ = "correction"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="RESTRICT"))
    at: Mapped[Moment]
    actor: Mapped[Word]
    reason: Mapped[LongText]
    bounces: Mapped[int] = mapped_column(default=0)
    suggested_unit: Mapped[Word | None]
    unit_code: Mapped[Word]
    suggested_category: Mapped[Word | None]
    category: Mapped[Word | None]

    __table_args__ = (
        Index("ix_correction_ticket_id", "ticket_id"),
        Index("ix_correction_at", "at"),
    )


class CityVersion(Base):
    """A file of the city as it stood: kept before and after each change, so that there is a way back."""

    __tablename__ = "city_version"

    id: Mapped[Id]
    file: Mapped[Word]
    content: Mapped[LongText]
    digest: Mapped[Word]
    actor: Mapped[Word]
    reason: Mapped[LongText]
    at: Mapped[Moment]

    __table_args__ = (Index("ix_city_version_file_id", "file", "id"),)
