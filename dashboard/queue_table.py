"""The queue as a table people can walk with the keyboard: rows in, the opened number out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import texts
from dashboard.moments import moment, now, percent, until
from dashboard.shapes import TicketRow

ASSETS = Path(__file__).parent / "assets"

Part = dict[str, Any]

COLUMNS: tuple[dict[str, Any], ...] = (
    {"key": "number", "title": texts.COLUMN_NUMBER, "width": "10.2rem"},
    {"key": "what", "title": texts.COLUMN_WHAT, "width": ""},
    {"key": "category", "title": texts.COLUMN_CATEGORY, "width": "10.6rem"},
    {"key": "place", "title": texts.COLUMN_PLACE, "width": "8rem"},
    {"key": "unit", "title": texts.COLUMN_UNIT, "width": "12.5rem"},
    {"key": "confidence", "title": texts.COLUMN_CONFIDENCE, "width": "4.4rem", "numeric": True},
    {"key": "due", "title": texts.COLUMN_DUE, "width": "7.8rem", "numeric": True},
)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "suisheng_queue_table",
        html='<div class="frame"></div>',
        css=(ASSETS / "queue_table.css").read_text(encoding="utf-8"),
        js=(ASSETS / "queue_table.js").read_text(encoding="utf-8"),
    )


def queue_table(
    rows: list[TicketRow],
    key: str,
    empty: str,
    marked: str | None,
    without: tuple[str, ...] = (),
) -> str | None:
    """Show tickets; return the number of the one just opened, if any.

    ``marked`` is the number the keyboard starts from, ``without`` names columns to leave out.
    """
    data = {
        "label": texts.PAGE_QUEUE,
        "columns": [column for column in COLUMNS if column["key"] not in without],
        "rows": [_row(ticket) for ticket in rows],
        "empty": empty,
        "marked": marked,
    }
    result = _component()(key=key, data=data, on_opened_change=lambda: None)
    opened = getattr(result, "opened", None)
    return str(opened) if opened else None


def _row(ticket: TicketRow) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "title": f"{ticket.number} {ticket.title}",
        "safety": ticket.safety,
        "cells": {
            "number": [
                {"text": ticket.number},
                {"text": moment(ticket.created_at), "sub": True},
            ],
            "what": _what(ticket),
            "category": [
                {
                    "text": (ticket.category or texts.UNCLASSIFIED).split("/")[-1],
                    "tone": "wrap" if ticket.category else "soft",
                    "hint": ticket.category or "",
                },
                {"text": ticket.appeal_type or "", "sub": True},
            ],
            "place": [
                {"text": ticket.district or texts.UNKNOWN_PLACE, "tone": _soft(ticket.district)},
                {"text": ticket.place or ticket.street or "", "sub": True},
            ],
            "unit": _unit(ticket),
            "confidence": _confidence(ticket),
            "due": _due(ticket),
        },
    }


def _what(ticket: TicketRow) -> list[Part]:
    badges = []
    if ticket.safety:
        badges.append({"text": texts.BADGE_SAFETY, "tone": "red"})
    elif ticket.urgency != "一般":
        badges.append({"text": ticket.urgency, "tone": "amber"})
    if ticket.final_review:
        badges.append({"text": texts.BADGE_FINAL, "tone": "amber"})
    if ticket.bounces:
        badges.append({"text": texts.BADGE_BOUNCES.format(n=ticket.bounces), "tone": "amber"})
    if ticket.special:
        badges.append({"text": ticket.special, "tone": ""})
    if ticket.demo:
        badges.append({"text": texts.BADGE_DEMO, "tone": "line"})
    channel = texts.CHANNELS.get(ticket.channel, ticket.channel)
    return [
        {"text": ticket.title, "tone": "title"},
        {"text": f"{ticket.status} · {channel}", "sub": True, "badges": badges},
    ]


def _unit(ticket: TicketRow) -> list[Part]:
    if ticket.unit:
        return [{"text": ticket.unit.name, "tone": "wrap"}]
    if ticket.suggested_unit:
        badge = {"text": texts.SUGGESTED, "tone": "line"}
        return [{"text": ticket.suggested_unit.name, "tone": "wrap", "badges": [badge]}]
    return [{"text": texts.NO_SUGGESTION, "tone": "soft"}]


def _confidence(ticket: TicketRow) -> list[Part]:
    if ticket.confidence is None or ticket.unit is not None:
        return [{"text": "—", "tone": "soft"}]
    return [
        {"text": percent(ticket.confidence)},
        {"text": texts.DIALS.get(ticket.dial or "", ""), "sub": True, "tone": ticket.dial or ""},
    ]


def _due(ticket: TicketRow) -> list[Part]:
    when = ticket.stage_due_at
    if when is None:
        return [{"text": ticket.due_text or "—", "tone": "soft"}]
    late = ticket.overdue or when < now()
    return [
        {"text": until(when), "tone": "late" if late else ""},
        {"text": moment(when), "sub": True},
    ]


def _soft(value: str | None) -> str:
    return "" if value else "soft"
