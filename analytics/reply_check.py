"""The check a reply passes before it is sent (智能质检): five points, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analytics import replies, reply_topic
from analytics.replies import ReplyModel
from analytics.reply_signs import names_a_time, promises, scolds
from analytics.reply_topic import TALKS_FROM, TopicModel

ON_TOPIC = 0.5
_COURTESY = re.compile(r"您好|你好|感谢|谢谢|抱歉|敬请|请您|尊敬")
MOST_QUOTED = 24


@dataclass(frozen=True)
class Point:
    """One thing looked at: `ok`, and what is to be said about it."""

    name: str
    ok: bool
    say: str


@dataclass(frozen=True)
class ReplyCheck:
    """`points` in a fixed order; `explains` and `on_topic` are probabilities.

    `on_topic` is None where the reply is too short to speak of anything.
    """

    points: tuple[Point, ...]
    explains: float
    on_topic: float | None
    matters: int
    answered: int
    reasons: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """Whether somebody should read the reply again before it goes out."""
        return not all(point.ok for point in self.points if point.name != "语气")

    @property
    def off_topic(self) -> bool:
        """答非所问."""
        return self.on_topic is not None and self.on_topic < ON_TOPIC


@dataclass(frozen=True)
class ReplyChecker:
    """The two models together."""

    explaining: ReplyModel
    topic: TopicModel

    @classmethod
    def load(
        cls, explaining: Path = replies.FOLDER, topic: Path = reply_topic.FOLDER
    ) -> ReplyChecker:
        """Raises ModelError when a model is missing or damaged."""
        return cls(ReplyModel.load(explaining), TopicModel.load(topic))

    @property
    def digests(self) -> dict[str, str]:
        """Digests of the models, for the ledger."""
        return {
            "model": str(self.explaining.card.get("digest", "")),
            "topic": str(self.topic.card.get("digest", "")),
        }

    def check(self, message: str, reply: str) -> ReplyCheck:
        """Check one reply to one message."""
        found = self.explaining.check(message, reply)
        talks = len(reply.strip()) >= TALKS_FROM
        on_topic = float(self.topic.on_topic([message], [reply])[0]) if talks else None
        points = (
            _topic(on_topic),
            _matters(found.matters, found.answered),
            Point(
                "依据",
                found.explains >= replies.ENOUGH,
                "有依据、有经过" if found.explains >= replies.ENOUGH else "；".join(found.reasons),
            ),
            _promise(reply),
            _tone(reply),
        )
        return ReplyCheck(
            points,
            found.explains,
            on_topic,
            found.matters,
            found.answered,
            tuple(point.say for point in points if not point.ok),
        )


def _topic(on_topic: float | None) -> Point:
    if on_topic is None:
        return Point("对题", False, "答复太短，看不出答的是什么")
    if on_topic < ON_TOPIC:
        return Point("对题", False, "答复说的似乎不是市民反映的事，请核对是否贴错")
    return Point("对题", True, "答的是所问的事")


def _matters(matters: int, answered: int) -> Point:
    if answered < matters:
        return Point("全部回应", False, f"市民反映了 {matters} 件事，只回应了 {answered} 件")
    return Point("全部回应", True, f"{matters} 件事都有回应" if matters > 1 else "有回应")


def _promise(reply: str) -> Point:
    undated = [one for one in promises(reply) if not names_a_time(one)]
    if not undated:
        return Point("承诺有期限", True, "承诺的事写明了时间，或没有待办的承诺")
    quoted = undated[0][:MOST_QUOTED] + ("…" if len(undated[0]) > MOST_QUOTED else "")
    return Point("承诺有期限", False, f"“{quoted}”没有写明什么时候做到")


def _tone(reply: str) -> Point:
    if harsh := scolds(reply):
        return Point("语气", False, f"“{harsh}”语气生硬，请换一种说法")
    if not _COURTESY.search(reply):
        return Point("语气", False, "没有称呼和礼貌用语")
    return Point("语气", True, "语气得当")
