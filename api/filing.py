"""From a matter, wherever it was told, to a ticket and what the citizen is told about it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from api.photos import check_loose
from api.suggesting import Suggester
from hotline.auto_dispatch import dispatch_if_sure
from hotline.errors import IllegalStep, TicketNotFound
from hotline.intake import Intake
from hotline.lifecycle import Actor, Role
from hotline.progress import Progress, progress
from hotline.reading import Question
from hotline.store import Store
from hotline.tickets import add_to, create_ticket
from hotline.vault import ContactData
from nlu.extract import extract
from nlu.safety import Danger

logger = logging.getLogger("suisheng.filing")

URGENT = "紧急"
HUMAN = "human"


@dataclass(frozen=True)
class NewMatter:
    """What a citizen told us, and how we know them."""

    text: str
    channel: str
    citizen_id: str
    contact: ContactData = field(default_factory=ContactData)
    title: str = ""
    place: str | None = None
    occurred: str | None = None
    appeal_type: str | None = None
    special: str | None = None
    attachments: list[str] = field(default_factory=list)
    danger: Danger | None = None


class Filing:
    """Files matters as tickets; the one way for form, chat, bot and emergency lane."""

    def __init__(self, store: Store, suggester: Suggester) -> None:
        self._store = store
        self._suggester = suggester

    def file(self, matter: NewMatter) -> Progress:
        """Make a ticket; when this returns it is on disk.

        Raises:
            HotlineError: the matter cannot become a ticket.
            Unprocessable: a photo is not the citizen's.
        """
        suggestion = None if matter.danger else self._suggestion(matter)
        actor = Actor(matter.citizen_id, Role.CITIZEN)
        # Without a suggestion nobody else reads the place.
        read = extract(f"{matter.place or ''}\n{matter.text}") if suggestion is None else None
        intake = Intake(
            text=matter.text,
            channel=matter.channel,
            title=matter.title,
            place=matter.place or (read.places[0].text if read and read.places else None),
            district=read.district if read else None,
            street=read.street if read else None,
            occurred=matter.occurred,
            appeal_type=matter.appeal_type,
            special=matter.special,
            urgency=URGENT if matter.danger else None,
            safety=matter.danger.kind if matter.danger else None,
            phone=matter.contact.phone,
            name=matter.contact.name,
            citizen_id=matter.citizen_id,
            suggestion=suggestion,
        )
        with self._store.session() as session:
            check_loose(session, matter.attachments, matter.citizen_id)
            ticket = create_ticket(session, intake, actor, attachments=matter.attachments)
            ticket.dial = ticket.dial or HUMAN
            ticket = dispatch_if_sure(session, ticket, datetime.now(UTC))
            filed = progress(session, ticket)
        logger.info("ticket filed channel=%s safety=%s", matter.channel, bool(matter.danger))
        return filed

    def add_to_open(self, number: str, citizen_id: str, text: str) -> bool:
        """Add words to the citizen's ticket; ``False`` when it is not open any more."""
        try:
            with self._store.session() as session:
                add_to(session, number, Actor(citizen_id, Role.CITIZEN), text=text)
        except (IllegalStep, TicketNotFound):
            return False
        return True

    def _suggestion(self, matter: NewMatter) -> dict[str, Any] | None:
        # The citizen's keyed name is the one the hotline gives the ticket itself.
        key = self._store.vault.citizen_key(matter.contact.phone or matter.citizen_id)
        found = self._suggester.suggest(
            Question(matter.text, matter.title, matter.place, citizen_key=key)
        )
        return found.model_dump(mode="json") if found is not None else None
