"""One turn of the conversation: what was said just now, and what is already known."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker

_BLANK = re.compile(r"\s+")
_SIGN = re.compile(r"[^\w]|_", re.UNICODE)


class Turn:
    """A reading of Rasa's tracker.

    Args:
        tracker: the tracker as the action server got it.
    """

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self.sender: str = tracker.sender_id
        message = tracker.latest_message or {}
        self._metadata: Dict[str, Any] = message.get("metadata") or {}
        self.text: str = message.get("text") or ""
        self._parts: List[Dict[str, str]] = message.get("parts") or []
        self.ranking: List[Dict[str, Any]] = message.get("intent_ranking") or []
        intent = message.get("intent") or {}
        self.intent: str = intent.get("name") or ""
        self.confidence: float = float(intent.get("confidence") or 0.0)

    @property
    def pressed(self) -> bool:
        """True when a button was pressed instead of something written."""
        return self.text.startswith("/")

    @property
    def facts(self) -> Dict[str, Any]:
        """What the API read in the message: place, time, ticket number…"""
        facts = self._metadata.get("facts")
        return facts if isinstance(facts, dict) and not self.pressed else {}

    @property
    def remembered(self) -> Dict[str, Any]:
        """Facts that also hold when a button was pressed."""
        facts = self._metadata.get("facts")
        return facts if isinstance(facts, dict) else {}

    @property
    def said(self) -> str:
        """The citizen's own words: written, or carried by the button."""
        if self.pressed:
            return self.entity("said") or self.entity("question") or ""
        return str(self._metadata.get("original") or self.text).strip()

    @property
    def plain(self) -> str:
        """The citizen's words as they are best looked up: misspelt words put right."""
        return self.said if self.pressed else self.text.strip()

    def part(self, kind: str) -> Optional[str]:
        """Return what a message about several things says of one kind of them."""
        texts = [part["text"] for part in self._parts if part.get("kind") == kind]
        return "，".join(texts) or None

    @property
    def kinds(self) -> List[str]:
        """The kinds of things a message about several things wants."""
        return list(dict.fromkeys(part.get("kind", "") for part in self._parts))

    def entity(self, name: str) -> Optional[str]:
        """Return what a button carries under ``name``."""
        value = next(self._tracker.get_latest_entity_values(name), None)
        return str(value) if value not in (None, "") else None

    def slot(self, name: str) -> Any:
        """Return a slot's value."""
        return self._tracker.get_slot(name)

    @property
    def requested(self) -> Optional[str]:
        """The slot the form has just asked for."""
        value = self._tracker.get_slot("requested_slot")
        return str(value) if value else None

    def entering(self, form: str) -> bool:
        """True when this message opens the form."""
        return any(
            event.get("event") == "active_loop" and event.get("name") == form
            for event in self._since_message()
        )

    @property
    def returning(self) -> bool:
        """True when the message was dealt with elsewhere and the form only goes on."""
        return any(
            event.get("event") == "action_execution_rejected" for event in self._since_message()
        )

    @property
    def meanings(self) -> List[str]:
        """What the message may mean, likeliest first, without the fallback itself."""
        names = [self.intent, *(str(item.get("name")) for item in self.ranking)]
        return [name for name in names if name and name != "nlu_fallback"]

    @property
    def beside_facts(self) -> str:
        """The citizen's words without the place, time, number and phone the API found in them."""
        rest = self.said
        for name in ("place", "time", "ticket_number", "phone_masked", "phone_last4"):
            if self.facts.get(name):
                rest = rest.replace(str(self.facts[name]), " ")
        return substance(rest)

    @property
    def in_form(self) -> bool:
        """True while a form is being filled."""
        return bool((self._tracker.active_loop or {}).get("name"))

    @property
    def elder(self) -> bool:
        """True in elder mode."""
        return bool(self._tracker.get_slot("elder_mode"))

    @property
    def said_so_far(self) -> str:
        """Everything the citizen wrote in this conversation, buttons left out."""
        lines = []
        for event in self._tracker.events:
            if event.get("event") != "user":
                continue
            metadata = event.get("metadata") or {}
            line = str(metadata.get("original") or event.get("text") or "").strip()
            if line and not (event.get("text") or "").startswith("/"):
                lines.append(line)
        return "\n".join(lines)

    def last_bot_text(self) -> str:
        """Return what the bot said last."""
        for event in reversed(self._tracker.events):
            if event.get("event") == "bot":
                custom = (event.get("data") or {}).get("custom") or {}
                return str(event.get("text") or custom.get("text") or "")
        return ""

    def _since_message(self) -> List[Dict[str, Any]]:
        found: List[Dict[str, Any]] = []
        for event in reversed(self._tracker.events):
            if event.get("event") == "user":
                break
            found.append(event)
        return found


def tidy(text: str, longest: int) -> str:
    """Return ``text`` on one line, at most ``longest`` characters."""
    clean = _BLANK.sub(" ", text).strip(" ，。,.;；!！")
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"


def substance(text: str) -> str:
    """Return the letters of ``text`` only."""
    return _SIGN.sub("", text)
