"""Danger: the number first, at once; a ticket on top of the queue; never waits for a model."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from api.chat import wording
from api.chat.conversations import Conversations, Draft, Talk
from api.errors import ApiError
from api.filing import Filing, NewMatter
from hotline.errors import HotlineError
from nlu.safety import Danger, default_rules

SELF_HARM = "自伤自杀"
logger = logging.getLogger("suisheng.chat")


class EmergencyLane:
    """Tells the citizen whom to call and puts an urgent ticket on top."""

    def __init__(self, conversations: Conversations, filing: Filing) -> None:
        self._conversations = conversations
        self._filing = filing

    def handle(self, talk: Talk, text: str, danger: Danger) -> list[Draft]:
        """Return what to say; a failing ticket never holds back the number.

        Args:
            talk: the conversation.
            text: the masked message.
            danger: what was found in it.
        """
        card = {"kind": danger.kind, "phone": danger.phone, "number": None}
        drafts = [Draft(danger.advice, "emergency", card=card)]
        reason = wording.EMERGENCY_REASON.format(kind=danger.kind)
        self._conversations.ask_for_person(talk.id, reason)
        self._conversations.remember(talk.id, {"danger_phone": danger.phone})
        try:
            number, sentence = self._ticket(talk, text, danger)
        except (HotlineError, ApiError, SQLAlchemyError) as error:
            logger.warning("emergency without ticket: %s", type(error).__name__)
            return drafts
        card["number"] = number
        drafts.append(Draft(sentence, speaker="system"))
        return drafts

    def handle_self_harm(self, talk: Talk, text: str) -> list[Draft]:
        """Handle words the rules do not hold but the dialogue engine took for self-harm."""
        kind = next(one for one in default_rules().kinds if one.name == SELF_HARM)
        return self.handle(talk, text, Danger(kind.name, kind.phone, kind.advice, []))

    def _ticket(self, talk: Talk, text: str, danger: Danger) -> tuple[str, str]:
        before = talk.facts.get("emergency_ticket")
        if before and self._filing.add_to_open(before, talk.citizen_id, text):
            return before, wording.EMERGENCY_ADDED.format(number=before)
        number = self._filing.file(
            NewMatter(
                text=text,
                channel=talk.channel,
                citizen_id=talk.citizen_id,
                contact=self._conversations.contact_of(talk.id),
                danger=danger,
            )
        ).number
        self._conversations.remember(talk.id, {"emergency_ticket": number, "ticket_number": number})
        return number, wording.EMERGENCY_TICKET.format(number=number)
