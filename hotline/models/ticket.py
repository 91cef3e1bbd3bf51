"""A ticket, what happened to it, the times it was returned, its pictures and its contact."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.lifecycle import Status
from hotline.models.base import Base, Id, JsonList, JsonObject, LongText, Moment, Word

OPEN_ONLY = sql("closed_at IS NULL AND voided_at IS NULL")
IN_AIR = sql("closed_at IS NULL AND voided_at IS NULL AND signed_at IS NULL")


class Ticket(Base):
    """One citizen's matter. ``text`` and ``title`` are masked; contact data lies in the vault."""

    __tablename__ = "ticket"

    id: Mapped[Id]
    number: Mapped[Word] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[Word] = mapped_column(default=Status.PENDING)

    external_source: Mapped[Word | None]
    external_id: Mapped[Word | None]
    external_digest: Mapped[Word | None]
    worked_here: Mapped[bool] = mapped_column(default=False)

    title: Mapped[LongText] = mapped_column(default="")
    text: Mapped[LongText]
    occurred: Mapped[LongText | None]
    place: Mapped[LongText | None]
    district: Mapped[Word | None]
    street: Mapped[Word | None]
    category: Mapped[Word | None]
    appeal_type: Mapped[Word | None]
    urgency: Mapped[Word] = mapped_column(default="一般")
    safety: Mapped[Word | None]
    special: Mapped[Word | None]
    priority: Mapped[int] = mapped_column(default=3)
    channel: Mapped[Word]
    demo: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[JsonObject] = mapped_column(default=dict)

    citizen_id: Mapped[Word | None]
    citizen_key: Mapped[Word | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    contact_masked: Mapped[Word | None]

    suggestion: Mapped[JsonObject | None]
    suggested_unit: Mapped[Word | None]
    confidence: Mapped[float | None]
    dial: Mapped[Word | None]

    unit_code: Mapped[Word | None]
    unit_name: Mapped[Word | None]
    co_units: Mapped[JsonList] = mapped_column(default=list)
    dispatch_reason: Mapped[LongText | None]
    bounces: Mapped[int] = mapped_column(default=0)
    final_review: Mapped[bool] = mapped_column(default=False)
    supervised: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="RESTRICT"))

    received_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    dispatched_at: Mapped[Moment | None]
    signed_at: Mapped[Moment | None]
    started_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    called_back_at: Mapped[Moment | None]
    voided_at: Mapped[Moment | None]
    anonymised_at: Mapped[Moment | None]

    stage_due_at: Mapped[Moment | None]
    return_due_at: Mapped[Moment | None]
    due_at: Mapped[Moment | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    extended_days: Mapped[int] = mapped_column(default=0)

    reply: Mapped[LongText | None]
    solved: Mapped[bool | None]
    rating: Mapped[int | None]
    rating_text: Mapped[LongText | None]
    rated_at: Mapped[Moment | None]

    contact: Mapped[Contact | None] = relationship()

    __table_args__ = (
        UniqueConstraint("external_source", "external_id"),
        Index("ix_ticket_status_received_at", "status", "received_at"),
        Index("ix_ticket_priority_stage_due_at_id", "priority", "stage_due_at", "id"),
        Index("ix_ticket_status_priority_stage_due_at", "status", "priority", "stage_due_at"),
        Index("ix_ticket_status_due_at", "status", "due_at"),
        Index("ix_ticket_unit_code_status_priority", "unit_code", "status", "priority"),
        Index("ix_ticket_district_status_received_at", "district", "status", "received_at"),
        Index("ix_ticket_category_received_at", "category", "received_at"),
        Index("ix_ticket_received_at", "received_at"),
        Index("ix_ticket_district_received_at", "district", "received_at"),
        Index("ix_ticket_unit_code_received_at", "unit_code", "received_at"),
        Index(
            "ix_ticket_open",
            "district",
            "unit_code",
            "category",
            "due_at",
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        ),
        Index(
            "ix_ticket_in_air",
            "district",
            "received_at",
            "bounces",
            "unit_code",
            sqlite_where=IN_AIR,
            postgresql_where=IN_AIR,
        ),
        Index("ix_ticket_closed_at", "closed_at"),
        Index("ix_ticket_citizen_key_received_at", "citizen_key", "received_at"),
        Index("ix_ticket_citizen_id_received_at", "citizen_id", "received_at"),
        Index("ix_ticket_parent_id", "parent_id"),
        Index("ix_ticket_contact_id", "contact_id"),
        Index(
            "ix_ticket_safety",
            "received_at",
            sqlite_where=sql("safety IS NOT NULL"),
            postgresql_where=sql("safety IS NOT NULL"),
        ),
    )

    @property
    def suggested_category(self) -> str | None:
        """The likeliest category as the machine read it; the desk may have changed the ticket's."""
        found = (self.suggestion or {}).get("categories") or [{}]
        name: str | None = found[0].get("name")
        return name


class TicketEvent(Base):
    """One thing that happened to a ticket; rows are added and never changed or removed.

    ``text`` is for staff; ``public_text`` is what the citizen reads, ``None`` where nothing.
    """

    __tablename__ = "ticket_event"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="RESTRICT"))
    at: Mapped[Moment]
    step: Mapped[Word]
    actor: Mapped[Word]
    role: Mapped[Word]
    status: Mapped[Word]
    version: Mapped[int]
    text: Mapped[LongText]
    public_text: Mapped[LongText | None]
    data: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (Index("ix_ticket_event_ticket_id_id", "ticket_id", "id"),)


class UnitReturn(Base):
    """A unit sent a ticket back (退单): why, and who took it in the end (filled on dispatch)."""

    __tablename__ = "unit_return"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="RESTRICT"))
    at: Mapped[Moment]
    unit_code: Mapped[Word]
    category: Mapped[Word | None]
    reason: Mapped[LongText]
    note: Mapped[LongText] = mapped_column(default="")
    taken_by: Mapped[Word | None]

    __table_args__ = (
        Index("ix_unit_return_ticket_id", "ticket_id"),
        Index("ix_unit_return_unit_code_at", "unit_code", "at"),
        Index("ix_unit_return_at", "at"),
    )


class Attachment(Base):
    """A picture or file a citizen handed in; the bytes lie in the attachment folder."""

    __tablename__ = "attachment"

    id: Mapped[Word] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    citizen_id: Mapped[Word | None]
    file_name: Mapped[Word]
    media_type: Mapped[Word]
    size: Mapped[int]
    sha256: Mapped[Word]
    path: Mapped[LongText]
    created_at: Mapped[Moment]

    __table_args__ = (
        Index("ix_attachment_ticket_id", "ticket_id"),
        Index("ix_attachment_citizen_id", "citizen_id"),
    )


class Contact(Base):
    """The vault: one encrypted record of who to call; ``sealed`` is opaque without the key."""

    __tablename__ = "contact"

    id: Mapped[Id]
    citizen_key: Mapped[Word | None]
    sealed: Mapped[LongText]
    created_at: Mapped[Moment]

    __table_args__ = (Index("ix_contact_citizen_key", "citizen_key"),)


class NumberSeries(Base):
    """The last ticket number given out on a day."""

    __tablename__ = "number_series"

    day: Mapped[Word] = mapped_column(primary_key=True)
    last: Mapped[int]
