"""Tickets, the room's front door: make, find, list, move along and tell about them.

Every function takes a session from ``Store.session()``; what it did is on disk when that block
ends. Steps return the ticket as it now is; the object given out before is out of date.
"""

from __future__ import annotations

from hotline.assigning import dispatch, redispatch, send_back, void
from hotline.citizen_steps import add_to, rate, reopen
from hotline.detail import TicketDetail, ticket_detail
from hotline.errors import (
    HotlineError,
    IllegalStep,
    InvalidInput,
    NotAllowed,
    TicketNotFound,
    VersionConflict,
)
from hotline.figures import Overview
from hotline.handling import call_back, close, extend, sign, start, supervise
from hotline.intake import Intake
from hotline.lifecycle import Actor, Role, Status
from hotline.lookup import find_ticket, lookup_ticket, my_tickets, unmask, visible_to
from hotline.overview import overview
from hotline.progress import Progress, progress
from hotline.queue import Filters, QueuePage, TicketRow, queue, rows
from hotline.reception import create_ticket
from hotline.steps import take_step

__all__ = [
    "Actor",
    "Filters",
    "HotlineError",
    "IllegalStep",
    "Intake",
    "InvalidInput",
    "NotAllowed",
    "Overview",
    "Progress",
    "QueuePage",
    "Role",
    "Status",
    "TicketDetail",
    "TicketNotFound",
    "TicketRow",
    "VersionConflict",
    "add_to",
    "call_back",
    "close",
    "create_ticket",
    "dispatch",
    "extend",
    "find_ticket",
    "lookup_ticket",
    "my_tickets",
    "overview",
    "progress",
    "queue",
    "rate",
    "redispatch",
    "reopen",
    "rows",
    "send_back",
    "sign",
    "start",
    "supervise",
    "take_step",
    "ticket_detail",
    "unmask",
    "visible_to",
    "void",
]
