"""Tickets that exist: show progress, rate, reopen, add facts."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.case_forms import OWN
from bot.actions.city_api import ApiDown, ApiRefused, ApiTrouble, CityApi, Json
from bot.actions.reply import say
from bot.actions.texts import entry, text


class ShowProgress(Action):
    """Say who has the ticket, what is next and by when."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_progress"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Show the progress card, or why it cannot be shown."""
        number, proof = _case(tracker)
        if not number:
            return []
        try:
            progress = await CityApi(tracker.sender_id).progress(number, proof)
        except ApiDown:
            say(dispatcher, text("progress.failed"), entry("progress.buttons"))
            return []
        except ApiRefused as refused:
            known = refused.message if refused.status == 429 else text("progress.not_found")
            say(dispatcher, known, entry("progress.buttons"))
            return [SlotSet("case_number", None), SlotSet("case_phone4", None)]
        buttons = [] if not tracker.get_slot("ticket_what") else [entry("ticket.resume_button")]
        say(dispatcher, progress_text(progress), _steps(progress) + buttons, "progress", progress)
        return [SlotSet("misses", 0.0)]


class SubmitRating(Action):
    """Send the rating."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_rating"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Thank; after a low score offer to reopen."""
        number, proof = _case(tracker)
        given = str(tracker.get_slot("rating_score") or "")
        if not number or not given:
            return []
        score = int(given[0])
        try:
            await CityApi(tracker.sender_id).rate(number, proof, score, given[1:].strip())
        except ApiTrouble as trouble:
            say(dispatcher, _reason(trouble, "rating"))
            return [SlotSet("rating_score", None)]
        if score >= 3:
            say(dispatcher, text("rating.thanks_good"))
        else:
            say(dispatcher, text("rating.thanks_bad"), [entry("rating.reopen_button")])
        return [SlotSet("rating_score", None)]


class SubmitReopening(Action):
    """Ask for the ticket to be handled again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_reopening"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say the new ticket's number."""
        number, proof = _case(tracker)
        reason = tracker.get_slot("reopen_reason")
        if not number or not reason:
            return []
        try:
            new = await CityApi(tracker.sender_id).reopen(number, proof, reason)
        except ApiTrouble as trouble:
            say(dispatcher, _reason(trouble, "reopen"))
            return [] if isinstance(trouble, ApiDown) else [SlotSet("reopen_reason", None)]
        done = text("reopen.done", number=new.get("number"))
        say(dispatcher, done, entry("reopen.buttons"), "ticket", new)
        return [SlotSet("reopen_reason", None), SlotSet("case_number", new.get("number"))]


class SubmitAddition(Action):
    """Add facts to the ticket."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_submit_addition"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say that it was added."""
        number, proof = _case(tracker)
        more = tracker.get_slot("addition_text")
        if not number or not more:
            return []
        try:
            await CityApi(tracker.sender_id).add(number, proof, more)
        except ApiTrouble as trouble:
            say(dispatcher, _reason(trouble, "addition"))
            return [] if isinstance(trouble, ApiDown) else [SlotSet("addition_text", None)]
        say(dispatcher, text("addition.done", number=number), entry("addition.buttons"))
        return [SlotSet("addition_text", None)]


def progress_text(progress: Json) -> str:
    """Say number, status, unit, next step, deadline and reply in one breath."""
    unit, due = progress.get("unit"), progress.get("due_text")
    following, reply = progress.get("next_step"), progress.get("reply")
    said = text(
        "progress.text",
        number=progress.get("number"),
        status=str(progress.get("status_text") or progress.get("status")).rstrip("。"),
        unit=text("progress.unit", unit=unit["name"]) if unit else "",
        next=text("progress.next", next=str(following).rstrip("。")) if following else "",
        due=text("progress.due", due=due) if due else "",
    )
    return said + (text("progress.reply", reply=reply) if reply else "")


def _steps(progress: Json) -> List[Dict[str, str]]:
    steps = []
    if progress.get("can_rate"):
        steps.append(entry("progress.rate_button"))
    if progress.get("can_reopen"):
        steps.append(entry("progress.reopen_button"))
    return steps or [entry("progress.add_button")]


def _case(tracker: Tracker) -> "tuple[Optional[str], Optional[str]]":
    proof = tracker.get_slot("case_phone4")
    return tracker.get_slot("case_number"), None if proof == OWN else proof


def _reason(trouble: ApiTrouble, what: str) -> str:
    """Say why it did not work; the API's word on steps is meant for staff."""
    if not isinstance(trouble, ApiRefused):
        return text(f"{what}.failed")
    return text(f"{what}.not_now") if trouble.code == "illegal_step" else trouble.message
