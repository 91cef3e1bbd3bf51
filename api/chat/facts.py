"""What one message says, read once, for the dialogue engine to fill its slots with."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from nlu.extract import extract
from nlu.spans import Span

_LAST4_CUE = re.compile(r"(?:尾号|尾數|尾数|[后後末]四位|[后後末]4位)\D{0,6}(\d{4})(?!\d)")
_ONLY_FOUR = re.compile(r"\D{0,6}(\d{4})\D{0,4}")
_LONE_FOUR = re.compile(r"(?<![\d*\-])(\d{4})(?![\d年\-])")

REMEMBERED = ("ticket_number", "phone_last4")
"""Facts that hold beyond the message they were said in."""


def read_facts(
    text: str, found: list[Span], remembered: dict[str, Any], now: datetime | None = None
) -> dict[str, Any]:
    """Return the facts of one message.

    Args:
        text: the normalised, masked message.
        found: what masking hid, with the original values.
        remembered: facts of the conversation so far (ticket number, last four digits, phone).
        now: the moment relative times are read from.
    """
    extraction = extract(text, now)
    time = extraction.times[0] if extraction.times else None
    number = next((span.value for span in extraction.spans if span.kind == "ticket"), None)
    phones = [span.value for span in found if span.kind == "phone"]
    known_number = number or remembered.get("ticket_number")
    last4 = phones[-1][-4:] if phones else last_four(text, known_number is not None)
    return {
        "place": place_said(text, extraction.spans),
        "district": extraction.district,
        "street": extraction.street,
        "time": time.text if time else None,
        "ticket_number": known_number,
        "phone_last4": last4 or remembered.get("phone_last4"),
        "phone_masked": remembered.get("phone_masked"),
        "has_phone": bool(phones) or remembered.get("phone_masked") is not None,
    }


def place_said(text: str, spans: list[Span]) -> str | None:
    """Return the place as it was said: “海珠区江南西路88号” is one place in two spans.

    Of several places the longest is taken, for a district alone tells least.
    """
    runs: list[tuple[int, int]] = []
    for span in sorted((s for s in spans if s.kind == "place"), key=lambda s: s.start):
        if runs and span.start == runs[-1][1]:
            runs[-1] = (runs[-1][0], span.end)
        else:
            runs.append((span.start, span.end))
    if not runs:
        return None
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return text[start:end]


def last_four(text: str, ticket_known: bool) -> str | None:
    """Return the last four digits of a phone given as such.

    A lone group of four digits counts when it is the whole message, or when a ticket number has
    been named and the digits are not part of a number or a year.
    """
    cued = _LAST4_CUE.search(text)
    if cued:
        return cued[1]
    only = _ONLY_FOUR.fullmatch(text)
    if only:
        return only[1]
    if ticket_known:
        lone = _LONE_FOUR.search(text)
        return lone[1] if lone else None
    return None
