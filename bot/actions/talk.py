"""Around the matters: asides, cancelling, going on, a person, danger, elder mode."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, FollowupAction, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.city_api import ApiTrouble, CityApi
from bot.actions.reply import say
from bot.actions.texts import entry, text
from bot.actions.ticket import FORM, cleared
from bot.actions.turn import Turn

Domain = Dict[str, Any]
NOT_CARRIED = frozenset({"requested_slot", "session_started_metadata"})


class Aside(Action):
    """A short word about something said in the middle of a form; the form then goes on."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_aside"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say it."""
        turn = Turn(tracker)
        if turn.intent == "elder_mode":
            say(dispatcher, text("elder.text"))
            return [SlotSet("elder_mode", True)]
        words = entry("asides")
        unknown = turn.requested == "case_number" and turn.intent in ("deny", "nlu_fallback")
        say(dispatcher, words["case_number"] if unknown else words.get(turn.intent, words["other"]))
        return []


class Cancel(Action):
    """Stop what is being filled; a ticket's draft is kept once, and thrown away when told so."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cancel"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say what happens to what was said."""
        form = (tracker.active_loop or {}).get("name")
        if form == FORM:
            resume = [entry("cancel.resume_button")] if tracker.get_slot("ticket_what") else []
            say(dispatcher, text("cancel.ticket"), resume)
            return [SlotSet("ticket_confirmed", None), SlotSet("ticket_field", None)]
        if form:
            say(dispatcher, text("cancel.other"))
            return []
        say(
            dispatcher,
            text("cancel.other" if tracker.get_slot("ticket_what") else "cancel.nothing"),
        )
        return cleared()


class Resume(Action):
    """Go on with a ticket that was left half-finished."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_resume"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Open the form again when there is something in it."""
        if tracker.get_slot("ticket_what") or tracker.get_slot("ticket_place"):
            return [FollowupAction(FORM)]
        say(dispatcher, text("cancel.nothing"))
        return []


class Human(Action):
    """Queue for a person. The gateway itself tells the place in the queue."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_human"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say something only when it failed."""
        try:
            await CityApi(tracker.sender_id).hand_over(text("human.reason"))
        except ApiTrouble:
            say(dispatcher, text("human.failed"), [entry("human.ticket_button")])
        return [SlotSet("misses", 0.0)]


class SelfHarm(Action):
    """The number first. At this sign the gateway calls a person and files a ticket."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_self_harm"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say it."""
        say(dispatcher, text("self_harm.text"), kind="emergency")
        return []


class TooLong(Action):
    """More was written than the bot reads; it is kept, and can become a ticket as it is."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_too_long"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say so."""
        say(dispatcher, text("too_long.text"), entry("too_long.buttons"))
        return []


class ElderMode(Action):
    """Short sentences from now on."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_elder_mode"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Say so."""
        say(dispatcher, text("elder.text"), entry("elder.buttons"))
        return [SlotSet("elder_mode", True)]


class StartSession(Action):
    """Carry everything over into a new session and offer to finish what was left."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> List[EventType]:
        """Return the session's first events."""
        kept = [
            SlotSet(name, value)
            for name, value in tracker.slots.items()
            if value is not None and name not in NOT_CARRIED
        ]
        what = tracker.get_slot("ticket_what")
        if what:
            said = text("session.unfinished", what=str(what)[:20])
            say(dispatcher, said, entry("session.buttons"))
        return [SessionStarted(), *kept, ActionExecuted("action_listen")]
