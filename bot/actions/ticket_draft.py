"""Take what a citizen says into the draft of a ticket."""

from __future__ import annotations

from typing import Any, Dict, Optional

from bot.actions import wording
from bot.actions.texts import entry, text
from bot.actions.turn import Turn, tidy

SLOTS = (
    "appeal_type",
    "ticket_mark",
    "ticket_what",
    "ticket_place",
    "ticket_time",
    "ticket_contact",
    "ticket_field",
    "ticket_confirmed",
)
LONGEST_WHAT = 5000
LONGEST_LINE = 80
SURE = 0.6
FEWEST_LETTERS = 4
# Said in the middle of a form these are about something else (rules of bot/data/rules).
ASIDES = frozenset(
    [
        "ask_service",
        "greet",
        "thanks",
        "goodbye",
        "who_are_you",
        "off_topic",
        "abuse",
        "nonsense",
        "empty",
        "too_long",
        "send_photo",
        "elder_mode",
        "human",
        "cancel",
        "self_harm",
        "check_progress",
        "book_appointment",
        "rate",
        "reopen",
        "resume",
        "change_appointment",
    ]
)

Changes = Dict[str, Any]


def opened(turn: Turn) -> "tuple[Changes, str]":
    """Return what the message that opens the form changes, and the opening word."""
    if turn.intent in ("resume", "affirm"):
        return {"ticket_field": None, "ticket_confirmed": None}, ""
    wish = next((name for name in turn.meanings if name in entry("appeal_types")), "ask_help")
    appeal = entry("appeal_types")[wish]
    mark = entry("marks").get(wish)
    changes: Changes = dict.fromkeys(SLOTS)
    changes.update(appeal_type=appeal, ticket_mark=mark)
    words = turn.said_so_far if turn.entity("whole") else _matter(turn)
    if wording.tells_what(words):
        changes["ticket_what"] = words[:LONGEST_WHAT]
    changes.update(_from_facts(turn, changes))
    return changes, entry("openings")[mark or appeal]


def _matter(turn: Turn) -> str:
    """Return what is to be registered: of several things in one message the matter alone."""
    part = turn.part("matter")
    return part if part and turn.said == turn.plain else turn.said


def _from_facts(turn: Turn, draft: Changes) -> Changes:
    """Take what the API read in the message into slots that are still empty."""
    found: Changes = {}
    facts = turn.facts
    if draft["ticket_place"] in (None, text("unknown.place")) and facts.get("place"):
        found["ticket_place"] = tidy(str(facts["place"]), LONGEST_LINE)
    if draft["ticket_time"] in (None, text("unknown.time")) and facts.get("time"):
        found["ticket_time"] = tidy(str(facts["time"]), LONGEST_LINE)
    remembered = turn.remembered
    if not draft["ticket_contact"] and remembered.get("has_phone"):
        found["ticket_contact"] = remembered.get("phone_masked") or wording.masked_phone(turn.said)
    return found


def answered(turn: Turn, draft: Changes) -> "Optional[tuple[Changes, str]]":
    """Return what the answer changes and a word about it; None for an aside."""
    wanted = turn.requested or ""
    words = turn.said
    field = turn.entity("field")
    if field or turn.intent == "correct" or wording.is_correction(words):
        return _corrected(turn, draft, wanted, field)
    if _is_aside(turn, wanted):
        return None
    if turn.pressed and turn.intent in entry("appeal_types"):
        return {wanted: draft.get(wanted)}, ""
    answer = _READERS[wanted](turn, draft, words) if wanted in _READERS else None
    if answer is None:
        return None
    changes, before = answer
    return {**_from_facts(turn, {**draft, **changes}), **changes}, before


def _is_aside(turn: Turn, wanted: str) -> bool:
    if turn.pressed:
        return turn.intent in ASIDES
    if wanted == "ticket_contact" and wording.looks_like_phone(turn.said):
        return False
    if wanted == "ticket_place" and (turn.facts.get("place") or turn.facts.get("district")):
        return turn.intent in {"cancel", "human", "self_harm"}
    if wanted == "ticket_time" and turn.facts.get("time"):
        return turn.intent in {"cancel", "human", "self_harm"}
    if wanted == "ticket_contact" and wording.is_refusal(turn.said):
        return False
    if wanted == "ticket_what" and turn.intent == "ask_service":
        return turn.confidence >= 0.8
    return turn.intent in ASIDES and turn.confidence >= SURE


def _corrected(
    turn: Turn, draft: Changes, wanted: str, field: Optional[str]
) -> "tuple[Changes, str]":
    fixed = wording.correction(turn.said, turn.facts) if turn.said else None
    field = field or (fixed.field if fixed else None)
    value = fixed.value if fixed else None
    if field is None and value and wanted in {"ticket_place", "ticket_time"}:
        field = wanted[len("ticket_") :]
    if field is None and value:
        return {"ticket_what": f"{draft['ticket_what'] or ''}（更正：{value}）", **_UNSURE}, ""
    if field is None or field not in ("place", "time", "what", "contact"):
        return {"ticket_field": None, "ticket_confirmed": False}, ""
    if not value:
        return {f"ticket_{field}": None, **_UNSURE}, ""
    if field == "place":
        value = wording.corrected_place(draft["ticket_place"], value)
        return {"ticket_place": value, **_UNSURE}, text("form.place_noted", place=value)
    if field == "time":
        return {"ticket_time": value, **_UNSURE}, text("form.time_noted", time=value)
    if field == "contact":
        return {"ticket_contact": value, **_UNSURE}, text("form.contact_noted")
    return {"ticket_what": value, **_UNSURE}, ""


# After any change the summary must be confirmed anew.
_UNSURE: Changes = {"ticket_field": None, "ticket_confirmed": None}


def _what(turn: Turn, draft: Changes, words: str) -> "tuple[Changes, str]":
    if not words or turn.intent in {"affirm", "deny"} or len(words) < 4:
        return {"ticket_what": None}, text("form.what_short")
    appeal = entry("appeal_types").get(turn.intent)
    changes: Changes = {"ticket_what": words[:LONGEST_WHAT]}
    if appeal and not draft["ticket_mark"]:
        changes["appeal_type"] = appeal
    return changes, ""


def _place(turn: Turn, draft: Changes, words: str) -> "tuple[Changes, str]":
    if wording.is_unknown(words) or turn.intent == "deny":
        return {"ticket_place": text("unknown.place")}, ""
    vague = text("form.place_vague")
    read = turn.facts.get("place") or turn.facts.get("district")
    if not read and wording.is_vague_place(words) and not turn.last_bot_text().startswith(vague):
        return {"ticket_place": None}, vague
    if len(words) <= LONGEST_LINE:
        return {"ticket_place": tidy(words, LONGEST_LINE)}, ""
    return {
        "ticket_place": tidy(str(read or words), LONGEST_LINE),
        "ticket_what": f"{draft['ticket_what']}\n{words}"[:LONGEST_WHAT],
    }, ""


def _time(turn: Turn, _draft: Changes, words: str) -> "tuple[Changes, str]":
    if wording.is_unknown(words) or turn.intent == "deny" or not words:
        return {"ticket_time": text("unknown.time")}, ""
    return {"ticket_time": tidy(words, LONGEST_LINE)}, ""


def _contact(turn: Turn, draft: Changes, words: str) -> "tuple[Changes, str]":
    phone = wording.masked_phone(words) or turn.remembered.get("phone_masked")
    if phone:
        return {"ticket_contact": str(phone)}, ""
    if turn.intent in {"deny", "cancel"} or wording.is_refusal(words):
        return {"ticket_contact": text("unknown.contact")}, ""
    if wording.looks_like_phone(words):
        return {"ticket_contact": None}, text("form.phone_wrong")
    if len(words) < FEWEST_LETTERS:
        return {"ticket_contact": None}, ""
    late = _from_facts(turn, draft)
    if late and len(turn.beside_facts) < FEWEST_LETTERS:
        return {**late, "ticket_contact": None}, text("form.late_fact")
    more = f"{draft['ticket_what']}\n{words}"[:LONGEST_WHAT]
    return {"ticket_what": more, "ticket_contact": None}, text("form.what_more")


def _confirmed(turn: Turn, draft: Changes, words: str) -> "Optional[tuple[Changes, str]]":
    if turn.intent == "affirm":
        return {"ticket_confirmed": True, "ticket_field": None}, ""
    if turn.intent == "deny":
        return {"ticket_confirmed": False}, text("form.not_yet")
    phone = wording.masked_phone(words)
    if phone:
        return {"ticket_contact": phone}, text("form.contact_noted")
    if turn.pressed or len(words) < 4:
        return None
    more = f"{draft['ticket_what']}\n{words}"[:LONGEST_WHAT]
    return {"ticket_what": more, **_UNSURE}, text("form.what_more")


def _field(turn: Turn, draft: Changes, words: str) -> "Optional[tuple[Changes, str]]":
    if turn.intent == "affirm":
        return {"ticket_confirmed": True, "ticket_field": None}, ""
    fixed = wording.correction(words, turn.facts)
    facts = turn.facts
    if fixed.field or facts.get("place") or facts.get("time"):
        field = fixed.field or ("place" if facts.get("place") else "time")
        value = fixed.value or facts.get(field)
        if value and field == "place":
            value = wording.corrected_place(draft["ticket_place"], str(value))
        return {f"ticket_{field}": value, **_UNSURE}, ""
    return _confirmed(turn, draft, words)


_READERS = {
    "ticket_what": _what,
    "ticket_place": _place,
    "ticket_time": _time,
    "ticket_contact": _contact,
    "ticket_confirmed": _confirmed,
    "ticket_field": _field,
}
