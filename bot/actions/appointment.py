"""Book a time at a service hall."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.city_api import ApiRefused, ApiTrouble, CityApi, Json
from bot.actions.reply import Button, ask, say
from bot.actions.texts import entry, text
from bot.actions.ticket_draft import ASIDES, SURE
from bot.actions.turn import Turn, substance, tidy

FORM = "appointment_form"
SLOTS = ("appointment_business", "appointment_hall", "appointment_slot")
WEEKDAYS = "一二三四五六日"
_WISH = re.compile(
    r"(您好|你好|我|想|要|帮我|帮忙|麻烦|请|给我|预约|约|一下|一个|个|号|去|办理|办事|办|取|排|可以|能不能"
    r"|时间|窗口|大厅|政务|服务|中心|的|吗|吧|呗)"
)
_WHEN = re.compile(
    r"[今明后]天|下?(周|星期|礼拜)[一二三四五六日天]|[上下]午|早上|[\d一二三四五六七八九十]+点半?|早|晚|人少"
)
FEWEST_LETTERS = 2


class ValidateAppointmentForm(Action):
    """Business, hall, time; each chosen from what is really free."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_appointment_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Return the changed slots and the one to ask next; nothing for an aside."""
        turn = Turn(tracker)
        known: Json = {name: tracker.get_slot(name) for name in SLOTS}
        entering, wanted = turn.entering(FORM), turn.requested
        if not entering and not turn.returning and _is_aside(turn, wanted):
            return []
        changes: Json = {}
        if entering and turn.intent == "book_appointment":
            changes = dict.fromkeys(SLOTS)
            changes["appointment_business"] = business_in(turn.said, turn.facts.get("district"))
        elif not entering and not turn.returning and wanted == "appointment_business":
            changes["appointment_business"] = tidy(turn.said, 60) or None
        known.update(changes)
        if not known["appointment_business"]:
            ask(dispatcher, "appointment_business", turn.elder)
            return _asked(changes, "appointment_business")
        try:
            free, bookable = await CityApi(turn.sender).free_slots(known["appointment_business"])
        except ApiTrouble:
            say(dispatcher, text("appointment.failed"))
            return _asked(changes, None)
        if not free and not any(_fits(known["appointment_business"], name) for name in bookable):
            before = text("form.business_wrong")
            ask(dispatcher, "appointment_business", turn.elder, before, _said_buttons(bookable))
            return _asked({**changes, "appointment_business": None}, "appointment_business")
        if not free:
            say(dispatcher, text("appointment.none"))
            return _asked(changes, None)
        return self._choose(dispatcher, turn, known, changes, free)

    @staticmethod
    def _choose(
        dispatcher: CollectingDispatcher, turn: Turn, known: Json, changes: Json, free: List[Json]
    ) -> List[EventType]:
        halls = list(dict.fromkeys(str(slot["hall"]) for slot in free))
        before = ""
        if known["appointment_hall"] not in halls:
            hall = turn.entity("hall") or hall_in(turn.said, turn.facts.get("district"), halls)
            changes["appointment_hall"] = known["appointment_hall"] = hall
            if hall is None:
                missed = turn.requested == "appointment_hall" and not turn.entering(FORM)
                before = text("form.hall_wrong") if missed else ""
                ask(dispatcher, "appointment_hall", turn.elder, before, _hall_buttons(halls))
                return _asked(changes, "appointment_hall")
        times = [slot for slot in free if slot["hall"] == known["appointment_hall"]]
        if not known["appointment_slot"]:
            # Opened again because the chosen time was taken: the old choice is no answer.
            entering = turn.entering(FORM)
            picked = None if entering else turn.entity("slot") or slot_in(turn, times)
            changes["appointment_slot"] = picked
            if picked is None:
                asked = turn.requested == "appointment_slot" and not turn.returning
                before = text("form.slot_wrong") if asked and not entering else ""
                ask(dispatcher, "appointment_slot", turn.elder, before, _slot_buttons(times))
                return _asked(changes, "appointment_slot")
        return _asked(changes, None)


class Book(Action):
    """Book the chosen time."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_book"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> List[EventType]:
        """Say the code, or that the time is gone."""
        business, hall, slot = (tracker.get_slot(name) for name in SLOTS)
        if not (business and hall and slot):
            return []
        day, start = str(slot).split(" ", 1)
        try:
            booked = await CityApi(tracker.sender_id).book(hall, day, start, business)
        except ApiRefused as refused:
            if refused.status != 409:
                say(dispatcher, refused.message)
                return [SlotSet(name, None) for name in SLOTS]
            say(dispatcher, text("appointment.taken"))
            return [SlotSet("appointment_slot", None), FollowupAction(FORM)]
        except ApiTrouble:
            say(dispatcher, text("appointment.failed"))
            return [SlotSet("appointment_slot", None)]
        place = booked.get("address") or ""
        done = text(
            "appointment.done",
            date=day_text(str(booked.get("date") or day)),
            start=booked.get("start") or start,
            end=booked.get("end") or "",
            hall=booked.get("hall") or hall,
            address=f"（{place}）" if place else "",
            code=booked.get("code"),
        )
        say(dispatcher, done)
        return [SlotSet(name, None) for name in SLOTS]


def business_in(words: str, district: Optional[str] = None) -> Optional[str]:
    """Return what the appointment is for when the wish already says it."""
    rest = substance(words)
    if district:
        rest = rest.replace(district, "").replace(district[:2], "")
    rest = _WISH.sub("", _WHEN.sub("", rest))
    return tidy(words, 60) if len(rest) >= FEWEST_LETTERS else None


def hall_in(words: str, district: Optional[str], halls: List[str]) -> Optional[str]:
    """Return the hall that is meant: named in full, in part, or by its district."""
    said = substance(words)
    exact = next((hall for hall in halls if hall in said), None)
    if exact:
        return exact
    area = district or next((h[:2] for h in halls if h[:2] in said and h[:2] != "广州"), None)
    if area:
        return next((hall for hall in halls if hall.startswith(area[:2])), None)
    if re.search(r"广州市|市政务|市里|市中心", said):
        return next((hall for hall in halls if hall.startswith("广州市")), None)
    return None


def slot_in(turn: Turn, times: List[Json]) -> Optional[str]:
    """Return the offered time a button or a text such as “第二个” or “9点半” names."""
    if turn.requested != "appointment_slot":
        return None
    offered = _offered(times)
    ordinal = re.search(r"第?([一二三四五六七八1-8])个?$", turn.said.strip())
    if ordinal:
        place = "一二三四五六七八".find(ordinal.group(1))
        place = int(ordinal.group(1)) - 1 if place < 0 else place
        if place < len(offered):
            return _key(offered[place])
    clock = re.search(r"(\d{1,2})[:：点](\d{2}|半)?", turn.said)
    if clock:
        minute = {"半": "30", None: "00"}.get(clock.group(2), clock.group(2))
        wanted = f"{int(clock.group(1)):02d}:{minute}"
        return next((_key(slot) for slot in offered if slot["start"] == wanted), None)
    return None


def day_text(day: str) -> str:
    """Return a date as people say it: 11月23日 周一."""
    moment = date.fromisoformat(day)
    return f"{moment.month}月{moment.day}日 周{WEEKDAYS[moment.weekday()]}"


def _is_aside(turn: Turn, wanted: Optional[str]) -> bool:
    if turn.pressed:
        return turn.intent in ASIDES or turn.intent in {"deny", "affirm"}
    if turn.facts.get("district") and wanted == "appointment_hall":
        return turn.intent in {"cancel", "human", "self_harm"}
    if wanted == "appointment_business" and turn.intent in {"ask_service", "book_appointment"}:
        return False
    return turn.intent in ASIDES - {"book_appointment"} and turn.confidence >= SURE


def _asked(changes: Json, wanted: Optional[str]) -> List[EventType]:
    return [
        *(SlotSet(name, value) for name, value in changes.items()),
        SlotSet("requested_slot", wanted),
    ]


def _fits(business: str, name: str) -> bool:
    core = name.removesuffix("业务").removesuffix("登记")
    return core in business or business in name


def _said_buttons(names: List[str]) -> List[Button]:
    return [
        {"title": name, "payload": "/inform" + json.dumps({"said": name}, ensure_ascii=False)}
        for name in names
    ]


def _hall_buttons(halls: List[str]) -> List[Button]:
    most = entry("appointment.most_halls")
    return [
        {"title": hall, "payload": "/inform" + json.dumps({"hall": hall}, ensure_ascii=False)}
        for hall in halls[:most]
    ]


def _offered(times: List[Json]) -> List[Json]:
    """Pick times spread over the next days rather than one morning."""
    most = entry("appointment.most_slots")
    step = max(1, len(times) // most)
    return times[::step][:most]


def _key(slot: Json) -> str:
    return f"{slot['date']} {slot['start']}"


def _slot_buttons(times: List[Json]) -> List[Button]:
    return [
        {
            "title": f"{day_text(slot['date'])} {slot['start']}",
            "payload": "/inform" + json.dumps({"slot": _key(slot)}),
        }
        for slot in _offered(times)
    ]
