"""Say things in the shape of the API's Reply."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from rasa_sdk.executor import CollectingDispatcher

from bot.actions.texts import entry

Button = Dict[str, str]


def say(
    dispatcher: CollectingDispatcher,
    text: str,
    buttons: Optional[Sequence[Button]] = None,
    kind: str = "text",
    card: Optional[Dict[str, Any]] = None,
) -> None:
    """Send one reply; a text that is empty and has no card is not sent."""
    if not text and card is None:
        return
    dispatcher.utter_message(
        json_message={"kind": kind, "text": text, "buttons": list(buttons or []), "card": card}
    )


def ask(
    dispatcher: CollectingDispatcher,
    slot: str,
    elder: bool,
    before: str = "",
    buttons: Optional[Sequence[Button]] = None,
) -> None:
    """Ask for one slot in the words of ``texts.yml``, after the sentence ``before``."""
    wording = entry(f"asks.{slot}")
    question = wording["elder"] if elder and "elder" in wording else wording["text"]
    choices: List[Button] = list(buttons if buttons is not None else wording.get("buttons", []))
    say(dispatcher, before + question, choices)
