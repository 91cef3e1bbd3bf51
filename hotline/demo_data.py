"""What the demo archive is made of: the city's messages, planted recurring matters, and lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from hotline.city import City
from hotline.datafile import Record, read_yaml
from hotline.problems import Problems, nearest
from hotline.teaching import read_examples
from hotline.timetable import APPEAL_TYPES

Shape = Literal["growing", "steady", "sudden", "fading", "back"]
SHAPES: tuple[Shape, ...] = ("growing", "steady", "sudden", "fading", "back")
BY_APPEAL = ("咨询", "建议", "表扬")


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """One message with its true labels; ``matter`` names the planted one it belongs to, if any."""

    text: str
    category: str
    appeal_type: str
    urgency: str
    district: str
    street: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True)
class PlantedMatter:
    """A recurring matter: its messages and how they spread over the days before today."""

    name: str
    shape: Shape
    first: int
    last: int
    messages: tuple[DemoMessage, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """What units, citizens and the desk say. ``returns`` are (reason, note)."""

    replies: Mapping[str, tuple[str, ...]]
    returns: tuple[tuple[str, str], ...]
    ratings: Mapping[int, tuple[str, ...]]
    reopen: tuple[str, ...]
    callback_good: tuple[str, ...]
    callback_bad: tuple[str, ...]
    extend: tuple[str, ...]
    supervise: tuple[str, ...]
    voids: tuple[str, ...]
    names: tuple[str, ...]

    def replies_to(self, category: str, appeal_type: str) -> tuple[str, ...]:
        """Replies that fit: by appeal type for 咨询, 建议 and 表扬, else by first level."""
        key = appeal_type if appeal_type in BY_APPEAL else category.split("/")[0]
        return self.replies[key]


def read_messages(city: City) -> list[DemoMessage]:
    """All hand-written messages of the city, as they are.

    :raises CityError: a message file is wrong.
    """
    files = sorted((city.folder / "messages").glob("author_*.csv"))
    return [
        DemoMessage(one.text, one.category, one.appeal_type, one.urgency, one.district)
        for one in read_examples(city, files)
    ]


def read_matters(city: City) -> list[PlantedMatter]:
    """The planted recurring matters of ``demo/matters.yml``.

    :raises CityError: naming file, line and remedy.
    """
    problems = Problems()
    matters = []
    for item in read_yaml(city.folder / "demo" / "matters.yml", problems).records("matters"):
        category = item.text("category")
        if category not in city.categories:
            item.wrong("category", "没有这个事项分类", nearest(category, city.categories))
        appeal = item.choice("appeal_type", APPEAL_TYPES)
        urgency = item.choice("urgency", ("一般", "较急", "紧急"))
        district, street = item.text("district"), item.text("street", required=False)
        first, last = item.integer("from", 0, 92), item.integer("to", 0, 92)
        if last > first:
            item.wrong("to", "比 from 还早", "from 写较早的一天（离今天远），to 写较晚的一天")
        messages = tuple(
            DemoMessage(text, category, appeal, urgency, district, street, item.text("name"))
            for text in item.texts("wordings", required=True)
        )
        shape = cast("Shape", item.choice("shape", SHAPES))
        matters.append(PlantedMatter(item.text("name"), shape, first, last, messages))
    problems.raise_if_any()
    return matters


def read_lines(city: City) -> Lines:
    """The lines of ``demo/lines.yml``.

    :raises CityError: naming file, line and remedy.
    """
    problems = Problems()
    top = read_yaml(city.folder / "demo" / "lines.yml", problems)
    replies = _by_key(top, "replies")
    levels = {category.level for category in city.categories.values()}
    for needed in sorted((levels | set(BY_APPEAL)) - set(replies)):
        top.wrong("replies", f"缺少“{needed}”的答复", "请至少写一条")
    ratings = {int(score): texts for score, texts in _by_key(top, "ratings").items()}
    returns = cast("list[list[str]]", top.values.get("returns") or [])
    if any(len(one) != 2 for one in returns):
        top.wrong("returns", "每条应是 [理由, 说明]", "请补全")
    problems.raise_if_any()
    texts = {
        name: top.texts(name, required=True)
        for name in (
            "reopen", "callback_good", "callback_bad", "extend", "supervise", "voids", "names",
        )
    }  # fmt: skip
    problems.raise_if_any()
    return Lines(
        replies=replies,
        returns=tuple((reason, note) for reason, note in returns),
        ratings=ratings,
        **texts,
    )


def _by_key(top: Record, name: str) -> dict[str, tuple[str, ...]]:
    section = top.record(name, required=True)
    values = cast("Mapping[str, list[str]]", section.values) if section else {}
    return {str(key): tuple(str(text) for text in texts) for key, texts in values.items()}


def demo_folder_exists(folder: Path) -> bool:
    """Whether this city comes with a demo archive."""
    return (folder / "demo" / "matters.yml").exists() and (folder / "messages").is_dir()
