"""Several things in one message: each is dealt with, none is lost."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.answers import tell
from bot.actions.reply import Button, say
from bot.actions.texts import text
from bot.actions.turn import Turn, tidy

FORMS = {"matter": "ticket_form", "progress": "progress_form", "appointment": "appointment_form"}
OPENERS = {"matter": "ask_help", "progress": "check_progress", "appointment": "book_appointment"}
LONGEST_TITLE = 12


class SeveralThings(Action):
    """Answer the question first, open the first form, keep the rest on buttons."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_several_things"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say how it goes on; the form that follows asks its own question."""
        turn = Turn(tracker)
        events: List[EventType] = []
        question = turn.part("question")
        if question:
            events = await tell(dispatcher, turn, question)
        waiting = [kind for kind in FORMS if kind in turn.kinds]
        if len(waiting) > 1:
            buttons = [_button(turn, kind) for kind in waiting[1:]]
            say(dispatcher, text("several.one_by_one"), buttons)
        elif question and waiting:
            say(dispatcher, text("several.then"))
        if waiting:
            events.append(FollowupAction(FORMS[waiting[0]]))
        return events


def _button(turn: Turn, kind: str) -> Button:
    said = turn.part(kind) or ""
    payload = f"/{OPENERS[kind]}" + json.dumps({"said": said}, ensure_ascii=False)
    return {"title": text("several.button", what=tidy(said, LONGEST_TITLE)), "payload": payload}
