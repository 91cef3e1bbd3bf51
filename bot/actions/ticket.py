"""Register a ticket: ask what is missing, show a summary, file it."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.answers import tell
from bot.actions.city_api import ApiRefused, ApiTrouble, CityApi
from bot.actions.reply import ask, say
from bot.actions.texts import entry, text
from bot.actions.ticket_draft import SLOTS, Changes, answered, opened
from bot.actions.turn import Turn

FORM = "ticket_form"


class ValidateTicketForm(Action):
    """Take the citizen's answer into the draft and ask for the next thing."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_ticket_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Return the changed slots and the one to ask next; nothing for an aside."""
        turn = Turn(tracker)
        draft = {name: tracker.get_slot(name) for name in SLOTS}
        before = ""
        if turn.entering(FORM):
            changes, before = opened(turn)
        elif turn.returning:
            changes = {}
        else:
            answer = answered(turn, draft)
            if answer is None:
                return []
            changes, before = answer
            if turn.part("question"):
                await tell(dispatcher, turn, str(turn.part("question")))
        draft.update(changes)
        wanted = _next(draft)
        if wanted == "ticket_confirmed":
            _summarise(dispatcher, draft, turn.elder, before)
        elif wanted is not None:
            ask(dispatcher, wanted, turn.elder, before)
        return [
            *(SlotSet(name, value) for name, value in changes.items()),
            SlotSet("requested_slot", wanted),
        ]


class SubmitTicket(Action):
    """File the confirmed ticket; when that fails the draft stays and can be sent again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_ticket"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say the ticket's number, or what went wrong."""
        if not tracker.get_slot("ticket_confirmed") or not tracker.get_slot("ticket_what"):
            return []
        mark = tracker.get_slot("ticket_mark")
        what = str(tracker.get_slot("ticket_what"))
        try:
            progress = await CityApi(tracker.sender_id).file_ticket(
                f"【{mark}】{what}" if mark else what,
                _known(tracker, "place"),
                _known(tracker, "time"),
                tracker.get_slot("appeal_type"),
            )
        except ApiTrouble as trouble:
            reason = trouble.message if isinstance(trouble, ApiRefused) else text("ticket.failed")
            say(dispatcher, reason)
            return [SlotSet("ticket_confirmed", None), FollowupAction(FORM)]
        say(dispatcher, filed_text(progress), entry("ticket.buttons"), "ticket", progress)
        return [
            *cleared(),
            SlotSet("case_number", progress.get("number")),
            SlotSet("case_phone4", None),
            SlotSet("misses", 0.0),
        ]


def cleared() -> List[EventType]:
    """Return the events that empty the draft."""
    return [SlotSet(name, None) for name in SLOTS]


def filed_text(progress: Dict[str, Any]) -> str:
    """Say number, unit and deadline of a new ticket."""
    unit = progress.get("unit")
    return text(
        "ticket.text",
        number=progress.get("number"),
        unit=text("ticket.unit", unit=unit["name"]) if unit else text("ticket.no_unit"),
        due=text("ticket.due", due=progress["due_text"]) if progress.get("due_text") else "",
    )


def _next(draft: Changes) -> Optional[str]:
    needs = entry("needs")[draft["appeal_type"] or "求助"]
    missing = next((f"ticket_{need}" for need in needs if not draft[f"ticket_{need}"]), None)
    if missing:
        return missing
    if draft["ticket_confirmed"]:
        return None
    return "ticket_field" if draft["ticket_confirmed"] is False else "ticket_confirmed"


def _summarise(dispatcher: CollectingDispatcher, draft: Changes, elder: bool, before: str) -> None:
    parts = {
        "place": draft["ticket_place"] or text("unknown.place"),
        "time": draft["ticket_time"] or text("unknown.time"),
        "what": draft["ticket_what"],
        "contact": draft["ticket_contact"] or text("unknown.contact"),
    }
    masked = parts["contact"] if parts["contact"] != text("unknown.contact") else None
    say(
        dispatcher,
        before + text("summary.elder" if elder else "summary.text", **parts),
        entry("summary.buttons"),
        "summary",
        {
            "place": parts["place"],
            "time": parts["time"],
            "what": parts["what"],
            "contact_masked": masked,
            "category": None,
        },
    )


def _known(tracker: Tracker, name: str) -> Optional[str]:
    value = tracker.get_slot(f"ticket_{name}")
    return None if not value or value == text(f"unknown.{name}") else str(value)
