"""Recurring groups and warnings as managers see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.base import Line, RequiredLine, Shape, Storable, TicketNumber, UnitCode
from hotline.queue import TicketRow

GroupId = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Storable
]


class Counted(Shape):
    """A name and how often."""

    name: str
    count: int


class GroupSummary(Shape):
    """A group in a list; `title` is the person's where one was given."""

    id: str
    title: str
    machine_title: str
    state: str = Field(description="active | dormant | merged")
    district: str
    category: str
    place: str
    first_at: datetime
    last_at: datetime
    tickets: int
    people: int
    heat: float
    peak: float
    recurred: int = Field(description="办结后 30 天内又来的件数")
    units: list[Counted]
    states: list[Counted]
    why: str
    followed: bool
    merged_into: str | None


class GroupPage(Shape):
    """A page of groups."""

    items: list[GroupSummary]
    total: int
    page: int
    size: int


class GroupEvent(Shape):
    """Something that happened to a group."""

    at: datetime
    event: str
    text: str
    actor: str


class GroupMessage(Shape):
    """A typical message, masked."""

    number: str
    title: str
    text: str
    at: datetime


class GroupDetail(GroupSummary):
    """Everything about a group."""

    shared_words: list[str]
    districts: list[Counted]
    heat_formula: str
    heat_shown: str
    messages: list[GroupMessage]
    recurred_tickets: list[str]
    items: list[TicketRow]
    events: list[GroupEvent]


class GroupMerge(Shape):
    """The other groups that belong in this one."""

    groups: list[GroupId] = Field(min_length=1, max_length=20)


class GroupSplit(Shape):
    """The tickets that do not belong in this group."""

    tickets: list[TicketNumber] = Field(min_length=1, max_length=200)


class GroupRename(Shape):
    """The title to show from now on."""

    title: RequiredLine


class GroupFollow(Shape):
    """Follow, or stop following."""

    on: bool = True


class Alarm(Shape):
    """A warning; `improbability` is the chance of as many by accident (0 for watch-words)."""

    id: int
    kind: str = Field(description="rise | word")
    state: str = Field(description="new | acknowledged | assigned | acted | closed")
    state_text: str
    sentence: str
    day: str
    category: str
    district: str
    street: str
    observed: int
    expected: float
    improbability: float
    unit_code: str | None
    unit_name: str | None
    assigned_to: str | None
    note: str
    raised_at: datetime
    changed_at: datetime
    group: str | None
    examples: list[dict[str, Any]]
    facts: dict[str, Any]


class AlarmPage(Shape):
    """A page of warnings."""

    items: list[Alarm]
    total: int
    page: int
    size: int


class AlarmStep(Shape):
    """A step with a warning."""

    note: Line = ""


class AlarmAssign(AlarmStep):
    """Who should act."""

    unit_code: UnitCode
