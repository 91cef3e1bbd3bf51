"""Looking a reply over before it goes out: does it answer, everything, with grounds?"""

from __future__ import annotations

import logging
from pathlib import Path

from analytics.reply_check import ReplyChecker as Models
from analytics.reply_signs import signs
from api.schemas.desk import ReplyCheck, ReplyPoint
from hotline.city import City
from hotline.store import Ticket
from nlu.matters import split
from nlu.model_folder import ModelError

logger = logging.getLogger("suisheng.replies")

SHORTEST = 30
# What the model's own sentences say too: how long it is, how many matters it takes up.
SAID_ABOVE = ("答复只有", "反映了")
SHOWN = 24
MATTER = "没有回应其中一件事：“{matter}”。"
OFF_TOPIC = "答非所问：看不出在回应市民反映的事。"
PLACE = "没有提到诉求里的地点“{place}”。"
SHORT = "答复只有 {n} 个字，市民可能看不出办了什么。"
EMPTY = "含有套话“{word}”，请换成具体做了什么、什么时候。"


class ReplyChecker:
    """Checks replies; without a trained model it still sees missing matters, place and empty words."""

    def __init__(self, models: Path) -> None:
        try:
            self._models: Models | None = Models.load(models / "replies", models / "reply_topic")
        except (ModelError, OSError) as error:
            logger.warning("reply model not usable: %s", type(error).__name__)
            self._models = None

    @property
    def ready(self) -> bool:
        """Whether there is a trained model."""
        return self._models is not None

    def check(self, ticket: Ticket, reply: str, city: City) -> ReplyCheck:
        """Return what stands out; it warns and never forbids."""
        asked = [matter.text for matter in split(ticket.text)] or [ticket.text]
        left = [matter for matter in asked if signs(matter, reply).answered == 0]
        answered = len(asked) - len(left)
        if answered:
            missing = [MATTER.format(matter=_short(matter)) for matter in left]
        else:
            missing = [OFF_TOPIC]
        if ticket.place and not _names(ticket.place, reply):
            missing.append(PLACE.format(place=_short(ticket.place)))
        reasons = [SHORT.format(n=len(reply))] if len(reply) < SHORTEST else []
        words = city.reasons.get("empty_words", ())
        reasons += [EMPTY.format(word=word) for word in words if word in reply]
        found = None if self._models is None else self._models.check(ticket.text, reply)
        if found is not None:
            if found.off_topic and OFF_TOPIC not in missing:
                missing.insert(0, OFF_TOPIC)
            named = {point.name: point for point in found.points}
            worth = [named[name] for name in ("依据", "承诺有期限", "语气") if not named[name].ok]
            reasons += [f"{part}。" for point in worth for part in point.say.split("；")]
        return ReplyCheck(
            doubtful=bool(missing or reasons),
            explains=None if found is None else round(found.explains, 3),
            on_topic=None if found is None or found.on_topic is None else round(found.on_topic, 3),
            points=[
                ReplyPoint(name=point.name, ok=point.ok, say=point.say)
                for point in (found.points if found else ())
            ],
            matters=len(asked),
            answered=answered,
            missing=missing,
            reasons=list(dict.fromkeys(reasons)),
        )


def _names(place: str, reply: str) -> bool:
    """Whether the reply names the place, or enough of it (half of its character pairs)."""
    pairs = {place[at : at + 2] for at in range(len(place) - 1)}
    return place in reply or (bool(pairs) and 2 * sum(p in reply for p in pairs) >= len(pairs))


def _short(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= SHOWN else f"{clean[:SHOWN]}……"
