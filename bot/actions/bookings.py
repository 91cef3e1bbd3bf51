"""Times already booked: show them, give one back."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.appointment import day_text
from bot.actions.city_api import ApiRefused, ApiTrouble, CityApi, Json
from bot.actions.reply import Button, say
from bot.actions.texts import entry, text
from bot.actions.turn import Turn


class Bookings(Action):
    """Show the citizen's bookings with a button to cancel each; or cancel the one pressed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_bookings"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say what is booked, or that it is no more."""
        turn = Turn(tracker)
        api = CityApi(turn.sender)
        code = turn.entity("code")
        try:
            if code:
                gone = await api.cancel_booking(code)
                done = text("bookings.cancelled", when=_when(gone), hall=gone.get("hall"))
                say(dispatcher, done, [entry("bookings.again_button")])
                return []
            items = await api.bookings()
        except ApiTrouble as trouble:
            refused = isinstance(trouble, ApiRefused)
            say(dispatcher, trouble.message if refused else text("appointment.failed"))
            return []
        if not items:
            say(dispatcher, text("bookings.none"), [entry("bookings.again_button")])
            return []
        lines = [
            text(
                "bookings.line",
                when=_when(item),
                hall=item.get("hall"),
                business=item.get("business"),
                code=item.get("code"),
            )
            for item in items
        ]
        said = text("bookings.list") + "\n" + "\n".join(lines)
        say(dispatcher, said, [_cancel_button(item) for item in items])
        return []


def _when(item: Json) -> str:
    return f"{day_text(str(item['date']))} {item.get('start')}"


def _cancel_button(item: Json) -> Button:
    payload = "/change_appointment" + json.dumps({"code": item.get("code")})
    return {"title": text("bookings.cancel_button", when=_when(item)), "payload": payload}
