"""What comes in: a new matter as a citizen or another system hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.city import City
from hotline.clocks import Clocks, Deadline
from hotline.errors import InvalidInput
from hotline.lifecycle import OPEN, Status
from hotline.models import Ticket
from hotline.store import Store
from hotline.timetable import APPEAL_TYPES, SpecialLane
from hotline.vault import ContactData, Vault
from nlu.personal import mask

URGENCIES = ("一般", "较急", "紧急")
MAX_TEXT = 20_000
MAX_WORD = 120

# An unread matter gets the clock of a plea for help, the shortest that allows for handling.
UNREAD_APPEAL = "求助"
FINISHED_PRIORITY = 9


@dataclass(frozen=True, slots=True)
class Intake:
    """A new matter. Only ``text`` and ``channel`` are needed; personal data may be anywhere in it.

    ``citizen_id`` is the citizen's session, ``suggestion`` the dispatcher's JSON (fields given
    here win over it), ``received_at`` the moment of receipt where it is not now.
    """

    text: str
    channel: str
    title: str = ""
    place: str | None = None
    occurred: str | None = None
    district: str | None = None
    street: str | None = None
    category: str | None = None
    appeal_type: str | None = None
    urgency: str | None = None
    safety: str | None = None
    special: str | None = None
    phone: str | None = None
    name: str | None = None
    citizen_id: str | None = None
    demo: bool = False
    received_at: datetime | None = None
    suggestion: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def build_ticket(store: Store, intake: Intake, number: str, now: datetime) -> Ticket:
    """Turn a matter into a ticket row: masked, contact sealed, suggestion applied, clocks started.

    The rows are in no session yet, so that reading a matter holds no lock.

    :raises InvalidInput: the text is empty or too long, or a value is not one of the known ones.
    """
    check_intake(intake, store.city)
    text, title = mask(intake.text.strip()), mask(intake.title.strip())
    place = mask(intake.place) if intake.place else None
    occurred = mask(intake.occurred).text if intake.occurred else None
    masked = [text, title, *([place] if place else [])]
    found = [(span.kind, span.value) for part in masked for span in part.found]
    phone = intake.phone or next((value for kind, value in found if kind == "phone"), None)
    received = intake.received_at or now
    ticket = Ticket(
        number=number,
        version=1,
        status=Status.PENDING,
        title=title.text,
        text=text.text,
        place=place.text if place else None,
        occurred=occurred,
        district=intake.district,
        street=intake.street,
        category=intake.category,
        appeal_type=intake.appeal_type,
        urgency=intake.urgency or URGENCIES[0],
        safety=intake.safety,
        special=intake.special,
        channel=intake.channel,
        citizen_id=intake.citizen_id,
        demo=intake.demo,
        extra=dict(intake.extra),
        received_at=received,
        updated_at=now,
        worked_here=False,
        co_units=[],
        bounces=0,
        supervised=0,
        extended_days=0,
        final_review=False,
        provisional=False,
    )
    seal_contact(store.vault, ticket, ContactData(phone=phone, name=intake.name, found=found), now)
    if intake.suggestion is not None:
        apply_suggestion(ticket, intake.suggestion, urgency_given=intake.urgency is not None)
    if ticket.special is None:
        lane = lane_for(intake.text, ticket.category, store.city)
        ticket.special = lane.name if lane else None
    start_clocks(ticket, store.clocks)
    ticket.priority = priority(ticket, store.city)
    return ticket


def check_intake(intake: Intake, city: City) -> None:
    """Refuse a matter that cannot become a ticket.

    :raises InvalidInput: naming the field and what is allowed.
    """
    if not intake.text.strip():
        raise InvalidInput("请写明诉求内容。", {"field": "text"})
    if len(intake.text) > MAX_TEXT:
        raise InvalidInput(f"诉求内容最多 {MAX_TEXT} 字。", {"field": "text"})
    lanes = tuple(lane.name for lane in city.special_lanes)
    for name, allowed in (
        ("appeal_type", APPEAL_TYPES),
        ("urgency", URGENCIES),
        ("special", lanes),
        ("category", tuple(city.categories)),
    ):
        value = getattr(intake, name)
        if value is not None and value not in allowed:
            some = "、".join(allowed[:6]) + ("……" if len(allowed) > 6 else "")
            raise InvalidInput(f"{name} 只能是：{some}。", {"field": name, "value": value[:40]})
    for name in ("channel", "district", "street", "safety", "citizen_id"):
        value = getattr(intake, name)
        if value is not None and len(value) > MAX_WORD:
            raise InvalidInput(f"{name} 最多 {MAX_WORD} 字。", {"field": name})


def seal_contact(vault: Vault, ticket: Ticket, data: ContactData, now: datetime) -> None:
    """Put contact data in the vault and leave on the ticket only a keyed name and a mask."""
    identity = data.phone or ticket.citizen_id
    ticket.citizen_key = vault.citizen_key(identity) if identity else None
    if data.phone:
        ticket.contact_masked = masked_phone(data.phone)
    if not data.empty:
        ticket.contact = vault.contact(data, ticket.citizen_key, now)


def masked_phone(phone: str) -> str:
    """A phone number as it may be shown: ``138****1234``."""
    digits = "".join(char for char in phone if char.isdigit())
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else "****"


def apply_suggestion(
    ticket: Ticket, suggestion: Mapping[str, Any], *, urgency_given: bool = False
) -> None:
    """Copy the dispatcher's reading onto the ticket where nobody has said otherwise."""
    reading: dict[str, Any] = dict(suggestion)
    ticket.suggestion = reading
    categories = reading.get("categories") or [{}]
    place = reading.get("place") or {}
    ticket.category = ticket.category or categories[0].get("name")
    ticket.appeal_type = ticket.appeal_type or (reading.get("appeal_type") or {}).get("name")
    ticket.district = ticket.district or place.get("district")
    ticket.street = ticket.street or place.get("street")
    ticket.place = ticket.place or (mask(place["text"]).text if place.get("text") else None)
    if not urgency_given:
        ticket.urgency = (reading.get("urgency") or {}).get("level") or ticket.urgency
    ticket.safety = ticket.safety or (reading.get("safety") or {}).get("kind")
    ticket.suggested_unit = (reading.get("unit") or {}).get("code")
    ticket.confidence = reading.get("confidence")
    ticket.dial = reading.get("dial")


def lane_for(text: str, category: str | None, city: City) -> SpecialLane | None:
    """The special lane a matter belongs to by its category or by a word in its text, if any.

    Where several fit, the one that cannot be returned wins.
    """
    fitting = [
        lane
        for lane in city.special_lanes
        if category in lane.categories or any(word in text for word in lane.words)
    ]
    return min(fitting, key=lambda lane: lane.returnable, default=None)


def lane_named(name: str | None, city: City) -> SpecialLane | None:
    """The special lane of that name."""
    return next((lane for lane in city.special_lanes if lane.name == name), None)


def start_clocks(ticket: Ticket, clocks: Clocks, returned_at: datetime | None = None) -> None:
    """Set every deadline that follows from the ticket's present state.

    Handling counts from receipt, so that a bounce between units costs the citizen nothing.

    :param returned_at: given when the ticket has just come back and waits for dispatch anew.
    """
    handling = handling_deadline(ticket, clocks)
    ticket.due_at, ticket.provisional = handling.at, handling.provisional
    if ticket.extended_days:
        ticket.due_at = clocks.add_workdays(handling.at, ticket.extended_days)
        ticket.provisional = clocks.is_provisional(ticket.received_at, ticket.due_at)
    if ticket.status == Status.PENDING:
        if returned_at or ticket.stage_due_at is None:
            start = returned_at or ticket.received_at
            ticket.stage_due_at = clocks.deadline("dispatch", start).at
    elif ticket.status == Status.DISPATCHED and ticket.dispatched_at:
        ticket.stage_due_at = clocks.deadline("sign", ticket.dispatched_at).at
    else:
        ticket.stage_due_at = ticket.due_at


def handling_deadline(ticket: Ticket, clocks: Clocks) -> Deadline:
    """When the matter must be settled: the earliest clock that applies to it.

    The appeal type always has one; urgency and special kinds have one where ``clocks.yml`` says.
    """
    kinds = [f"close/{ticket.appeal_type or UNREAD_APPEAL}"]
    kinds += [
        f"close/{kind}"
        for kind in (ticket.urgency, ticket.special)
        if kind and f"close/{kind}" in clocks.rules.limits
    ]
    deadlines = [clocks.deadline(kind, ticket.received_at) for kind in kinds]
    return min(deadlines, key=lambda deadline: deadline.at)


def priority(ticket: Ticket, city: City) -> int:
    """Place in the queue: danger 0, no-return lanes and 紧急 1, 较急 2, the rest 3, finished 9."""
    if ticket.status not in OPEN:
        return FINISHED_PRIORITY
    if ticket.safety:
        return 0
    lane = lane_named(ticket.special, city)
    if lane and not lane.returnable:
        return 1
    return 3 - URGENCIES.index(ticket.urgency) if ticket.urgency in URGENCIES else 3
