"""The hotline's tables."""

from __future__ import annotations

from hotline.models.base import Base, UtcDateTime
from hotline.models.conversation import Appointment, ChatMessage, Conversation, IdempotencyKey
from hotline.models.desk import CityVersion, Correction, CoUnit, TicketLink
from hotline.models.record import DailyMargin, DailyRollup, DailySpread, LedgerEntry, Switch
from hotline.models.staff import CitizenSession, StaffSession, StaffUser
from hotline.models.ticket import (
    Attachment,
    Contact,
    NumberSeries,
    Ticket,
    TicketEvent,
    UnitReturn,
)
from hotline.models.wechat import (
    WeChatConsent,
    WeChatCursor,
    WeChatIdentity,
    WeChatIncoming,
    WeChatOutgoing,
)

__all__ = [
    "Appointment",
    "Attachment",
    "Base",
    "ChatMessage",
    "CitizenSession",
    "CityVersion",
    "CoUnit",
    "Contact",
    "Conversation",
    "Correction",
    "DailyMargin",
    "DailyRollup",
    "DailySpread",
    "IdempotencyKey",
    "LedgerEntry",
    "NumberSeries",
    "StaffSession",
    "StaffUser",
    "Switch",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "UnitReturn",
    "UtcDateTime",
    "WeChatConsent",
    "WeChatCursor",
    "WeChatIdentity",
    "WeChatIncoming",
    "WeChatOutgoing",
]
