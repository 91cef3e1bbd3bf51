"""Which ticket is meant, and whether it is the citizen's: the forms about tickets that exist."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import wording
from bot.actions.city_api import ApiTrouble, CityApi, Json
from bot.actions.reply import ask
from bot.actions.texts import text
from bot.actions.ticket_draft import ASIDES, SURE
from bot.actions.turn import Turn

OWN = "own"
"""Value of ``case_phone4`` when the ticket is the citizen's own and no proof is needed."""

_NUMBER = re.compile(r"[A-Za-z]{2}\d{8}[-— ]?\d{4,8}|(?<!\d)\d{10,24}(?!\d)")
_FOUR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MASKED_TAIL = re.compile(r"\*{2,}(\d{4})")
FEWEST = 3


class CaseForm:
    """Which ticket, whether it is theirs, and one more thing.

    ``last`` is the slot asked after number and proof; None for progress.
    """

    form = ""
    intent = ""
    last: Optional[str] = None

    def name(self) -> str:
        """Name in the domain."""
        return f"validate_{self.form}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Return the changed slots and the one to ask next; nothing for an aside."""
        turn = Turn(tracker)
        known: Json = {name: tracker.get_slot(name) for name in ("case_number", "case_phone4")}
        if self.last:
            known[self.last] = tracker.get_slot(self.last)
        before = ""
        if turn.entering(self.form):
            changes = self._opened(turn, known)
        elif turn.returning:
            changes = {}
        else:
            answer = self._answered(turn, known)
            if answer is None:
                return []
            changes, before = answer
        if changes.get("case_number", known["case_number"]) != known["case_number"]:
            changes.setdefault("case_phone4", None)
        known.update(changes)
        changes.update(await self._proven(turn, known))
        known.update(changes)
        wanted = self._next(known)
        if wanted:
            ask(dispatcher, wanted, turn.elder, before)
        return [
            *(SlotSet(name, value) for name, value in changes.items()),
            SlotSet("requested_slot", wanted),
        ]

    def read_last(self, turn: Turn) -> "tuple[Any, str]":
        """Return the value of the last slot in what was said, or None and a hint."""
        return (turn.said, "") if len(turn.said) >= FEWEST else (None, "")

    def opening_last(self, turn: Turn) -> Any:
        """Return the last slot's value when the first message already says it."""
        return None

    async def _proven(self, turn: Turn, known: Json) -> Json:
        """Find the citizen's newest ticket, or whether the named one is theirs."""
        if known["case_phone4"]:
            return {}
        number = known["case_number"]
        asked_before = turn.requested == "case_phone4" and not turn.entering(self.form)
        if asked_before or (number is None and not turn.entering(self.form)):
            return {}
        try:
            own = await CityApi(turn.sender).progress(number, None)
        except ApiTrouble:
            return {}
        return {"case_number": own.get("number") or number, "case_phone4": OWN}

    def _opened(self, turn: Turn, known: Json) -> Json:
        facts = turn.remembered
        number = turn.entity("number") or number_in(turn.said) or facts.get("ticket_number")
        changes: Json = {"case_number": number or known["case_number"]}
        if facts.get("phone_last4"):
            changes["case_phone4"] = facts["phone_last4"]
        if self.last:
            changes[self.last] = self.opening_last(turn)
        return changes

    def _answered(self, turn: Turn, known: Json) -> "Optional[tuple[Json, str]]":
        wanted = turn.requested
        if turn.pressed and turn.intent == self.intent and wanted != self.last:
            return self._opened(turn, known), ""
        if turn.pressed and turn.intent in ASIDES and wanted != self.last:
            return None
        if wanted == "case_number":
            return self._number(turn)
        if wanted == "case_phone4":
            return self._phone4(turn)
        if wanted and wanted == self.last:
            if turn.intent in {"cancel", "human", "self_harm", "thanks"}:
                return None
            if turn.intent == "ask_service" and turn.confidence >= SURE:
                return None
            value, hint = self.read_last(turn)
            return {wanted: value}, hint
        return None

    def _number(self, turn: Turn) -> "Optional[tuple[Json, str]]":
        number = number_in(turn.said) or turn.facts.get("ticket_number")
        if number:
            proof = turn.facts.get("phone_last4")
            return {"case_number": number, **({"case_phone4": proof} if proof else {})}, ""
        if any(letter.isdigit() for letter in turn.said):
            return {"case_number": None}, text("form.number_wrong")
        return None

    def _phone4(self, turn: Turn) -> "Optional[tuple[Json, str]]":
        number = number_in(turn.said)
        if number:
            return {"case_number": number, "case_phone4": None}, ""
        digits = four_digits(turn.said) or turn.facts.get("phone_last4")
        if digits:
            return {"case_phone4": digits}, ""
        if any(letter.isdigit() for letter in turn.said):
            return {"case_phone4": None}, text("form.phone4_wrong")
        return None

    def _next(self, known: Json) -> Optional[str]:
        order = ["case_number", "case_phone4"] + ([self.last] if self.last else [])
        return next((name for name in order if not known[name]), None)


class ValidateProgressForm(CaseForm, Action):
    """Number and proof."""

    form = "progress_form"
    intent = "check_progress"


class ValidateRatingForm(CaseForm, Action):
    """Number, proof, score."""

    form = "rating_form"
    intent = "rate"
    last = "rating_score"

    def read_last(self, turn: Turn) -> "tuple[Any, str]":
        """Read a score from button or words; the words are kept with it."""
        score = turn.entity("score") or wording.score_of(turn.said)
        if not score:
            return None, text("form.score_wrong")
        return f"{score} {'' if turn.pressed else turn.said}".strip(), ""

    def opening_last(self, turn: Turn) -> Any:
        """“给五分” already says it."""
        return self.read_last(turn)[0]


class ValidateReopenForm(CaseForm, Action):
    """Number, proof, reason."""

    form = "reopen_form"
    intent = "reopen"
    last = "reopen_reason"

    def opening_last(self, turn: Turn) -> Any:
        """A first message that tells more than the wish is the reason."""
        return turn.said if wording.adds_to_wish(turn.said) else None


class ValidateAdditionForm(CaseForm, Action):
    """Number, proof, what to add."""

    form = "addition_form"
    intent = "add_facts"
    last = "addition_text"

    def opening_last(self, turn: Turn) -> Any:
        """A first message that tells more than the wish is the addition."""
        return turn.said if wording.adds_to_wish(turn.said) else None


def number_in(words: str) -> Optional[str]:
    """Return the ticket number in a text."""
    found = _NUMBER.search(words)
    return re.sub("[— ]", "-", found.group()).upper() if found else None


def four_digits(words: str) -> Optional[str]:
    """Return four digits given as the end of a phone number."""
    tail = _MASKED_TAIL.search(words)
    if tail:
        return tail.group(1)
    found = _FOUR.findall(words)
    return str(found[-1]) if found else None
