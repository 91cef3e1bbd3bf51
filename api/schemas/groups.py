"""Recurring groups and warnings as managers see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from api.schemas.base import Line, LongText, RequiredLine, Shape, Storable, TicketNumber, UnitCode
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
    weekly: list[int] = Field(description="最近 8 周每周件数，最后一个是本周")
    why: str
    followed: bool
    merged_into: str | None


class GroupPage(Shape):
    """A page of groups; `as_of` is the last nightly consolidation."""

    items: list[GroupSummary]
    total: int
    page: int
    size: int
    as_of: datetime | None


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
    categories: list[Counted]
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


class GroupAnswer(Shape):
    """One reply for everybody; `tickets` names some of the group's tickets only."""

    reply: LongText
    tickets: list[TicketNumber] | None = Field(default=None, min_length=1, max_length=200)


class GroupDispatch(Shape):
    """One unit for the whole matter; `tickets` names some of the group's tickets only."""

    unit_code: UnitCode
    reason: RequiredLine
    tickets: list[TicketNumber] | None = Field(default=None, min_length=1, max_length=200)


class GroupStepOutcome(Shape):
    """What became of one ticket; `problem` says why it was left alone."""

    number: str
    done: bool
    status: str
    problem: str


class GroupStepResult(Shape):
    """What became of every ticket, and the group as it is now."""

    outcomes: list[GroupStepOutcome]
    group: GroupDetail


class UnitRecurrence(Shape):
    """办结后复发 of a unit; `share` is null with fewer than five closings."""

    code: str
    name: str
    closed: int
    recurred: int
    share: float | None


class GroupRecurrence(Shape):
    """A group whose matter came back within 30 days after closing."""

    group: str
    title: str
    district: str
    closed: int
    recurred: int


class Recurrence(Shape):
    """办结后复发 of the closings of a period."""

    days: int
    definition: str
    by_unit: list[UnitRecurrence]
    by_group: list[GroupRecurrence]


class Alarm(Shape):
    """A warning; `improbability` is the chance of as many by accident (0 for watch-words)."""

    id: int
    kind: str = Field(description="rise | area | group | word")
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
    signs: list[dict[str, Any]] = Field(description="指向同一件事的其他迹象，不另行提醒")
    false_alarm: bool | None = Field(description="关闭时的判断：true 误报，false 属实")
    facts: dict[str, Any]


class AlarmDone(Shape):
    """A step somebody took with a warning."""

    at: datetime
    step: str
    actor: str
    note: str


class AlarmDetail(Alarm):
    """A warning with what it rests on and what was done."""

    steps: list[AlarmDone]
    tickets: list[TicketRow]


class AlarmVerdicts(Shape):
    """Of the last 90 days: raised, found true and found false on closing."""

    raised: int
    true: int
    false: int


class AlarmPage(Shape):
    """A page of warnings."""

    items: list[Alarm]
    total: int
    page: int
    size: int
    verdicts: AlarmVerdicts


class AlarmStep(Shape):
    """A step with a warning."""

    note: Line = ""


class AlarmClose(AlarmStep):
    """The end, and whether it was a false alarm."""

    false_alarm: bool | None = None


class AlarmAssign(AlarmStep):
    """Who should act."""

    unit_code: UnitCode
