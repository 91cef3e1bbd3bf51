"""What managers' pages read from the API; fields they do not use are ignored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.shapes import Figures, Period, Shape, TicketRow, UnitFigures


class Counted(Shape):
    """A name and how often."""

    name: str
    count: int


class UsualRange(Shape):
    """Mean and range of like days up to the same time."""

    mean: float | None = None
    low: float | None = None
    high: float | None = None


class HourSoFar(Shape):
    """Receipts up to the end of an hour."""

    hour: int
    today: int | None = None
    usual: UsualRange = UsualRange()


class Heading(Shape):
    """A category, district or channel today, and what is usual by now."""

    name: str
    today: int
    usual: float | None = None


class UnitAtRisk(Shape):
    """Open tickets of a unit by deadline."""

    code: str
    unit: str
    overdue: int
    soon: int
    later: int
    open: int


class InAir(Shape):
    """Open tickets nobody has signed."""

    tickets: int = 0
    returned_once: int = 0
    returned_more: int = 0
    long: int = 0
    oldest: dt.datetime | None = None


class Group(Shape):
    """A recurring group in a list."""

    id: str
    title: str
    machine_title: str = ""
    state: str = "active"
    district: str = ""
    category: str = ""
    place: str = ""
    first_at: dt.datetime
    last_at: dt.datetime
    tickets: int
    people: int
    heat: float = 0.0
    peak: float = 0.0
    recurred: int = 0
    units: list[Counted] = []
    states: list[Counted] = []
    weekly: list[int] = []
    why: str = ""
    followed: bool = False
    merged_into: str | None = None


class GroupPage(Shape):
    """A page of groups."""

    items: list[Group]
    total: int
    page: int
    size: int
    as_of: dt.datetime | None = None


class GroupEvent(Shape):
    """Something that happened to a group."""

    at: dt.datetime
    event: str
    text: str
    actor: str = ""


class GroupMessage(Shape):
    """A typical message, masked."""

    number: str
    title: str
    text: str
    at: dt.datetime


class GroupDetail(Group):
    """Everything about a group."""

    shared_words: list[str] = []
    heat_formula: str = ""
    heat_shown: str = ""
    messages: list[GroupMessage] = []
    items: list[TicketRow] = []
    events: list[GroupEvent] = []


class Alarm(Shape):
    """A warning."""

    id: int
    kind: str
    state: str
    state_text: str = ""
    sentence: str
    day: str = ""
    category: str = ""
    district: str = ""
    street: str = ""
    observed: int = 0
    expected: float = 0.0
    improbability: float = 0.0
    unit_code: str | None = None
    unit_name: str | None = None
    assigned_to: str | None = None
    note: str = ""
    raised_at: dt.datetime
    changed_at: dt.datetime
    group: str | None = None
    examples: list[dict[str, Any]] = []
    facts: dict[str, Any] = {}


class AlarmPage(Shape):
    """A page of warnings."""

    items: list[Alarm]
    total: int
    page: int
    size: int


class Situation(Shape):
    """The situation now."""

    day: dt.date
    until: dt.datetime
    like: list[dt.date] = []
    today: int = 0
    usual: UsualRange = UsualRange()
    hours: list[HourSoFar] = []
    categories: list[Heading] = []
    districts: list[Heading] = []
    channels: list[Heading] = []
    at_risk: list[UnitAtRisk] = []
    in_air: InAir = InAir()
    groups: list[Group] = []
    groups_total: int = 0
    alarms: list[Alarm] = []
    alarms_total: int = 0
    alarms_new: int = 0
    demo: bool = False


class DrillPage(Shape):
    """Tickets behind a figure."""

    items: list[TicketRow]
    after: str | None = None


class Clause(Shape):
    """A duty with its basis."""

    clause: str
    basis: str = ""


class Dispute(Shape):
    """A category whose tickets come back."""

    category: str
    returns: int
    received: int
    clauses: list[Clause] = []
    returned_by: list[Counted] = []
    taken_by: list[Counted] = []
    reasons: list[Counted] = []
    examples: list[str] = []


class Performance(Shape):
    """How units handle what they are given."""

    period: Period
    totals: Figures
    compare: Figures
    units: list[UnitFigures] = []
    in_air: InAir = InAir()
    longest_in_air: list[TicketRow] = []
    returns: int = 0
    reasons: list[Counted] = []
    disputes: list[Dispute] = []
    demo: bool = False


class Share(Shape):
    """A share with its 95 % range."""

    decided: int = 0
    right: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None


class DialWeek(Shape):
    """A week of suggestions by dial and what came out of them."""

    first: dt.date
    suggested: dict[str, int] = {}
    came_out: dict[str, Share] = {}


class CategoryDial(Shape):
    """A category's dial."""

    category: str
    line: float | None = None
    closed: str | None = None
    sure: Share = Share()
    breaks: bool = False


class Fared(Shape):
    """How people of one district or channel fared."""

    kind: str
    name: str
    received: int
    came_out: Share = Share()
    on_time: float | None = None
    satisfaction: float | None = None
    worse: bool = False


class Moved(Shape):
    """A category's share of what comes in, before and now."""

    category: str
    before: float
    now: float


class DialWatch(Shape):
    """The dispatching machine over the last 90 days."""

    day: dt.date
    promise: float
    on: bool = False
    why: str = ""
    held_out_accuracy: float | None = None
    held_out_coverage: float | None = None
    held_out_rows: int | None = None
    auto_line: float | None = None
    one_click_line: float | None = None
    suggested: dict[str, int] = {}
    came_out: dict[str, Share] = {}
    weeks: list[DialWeek] = []
    categories: list[CategoryDial] = []
    fared: list[Fared] = []
    stability: float | None = None
    moved: list[Moved] = []
    as_of: dt.datetime
    demo: bool = False


class EntrySummary(Shape):
    """A knowledge entry in a list."""

    id: str
    title: str
    unit: str = ""
    owner: str = ""
    status: str = ""
    expiry_date: dt.date | None = None
    reviewed_date: dt.date | None = None


class EntryCounts(Shape):
    """How many entries there are by status."""

    total: int = 0
    counts: dict[str, int] = {}


class DueEntries(Shape):
    """Entries that need their owner."""

    expired: list[EntrySummary] = []
    expiring: list[EntrySummary] = []
    never_reviewed: list[EntrySummary] = []
    long_unreviewed: list[EntrySummary] = []


class Gap(Shape):
    """Like questions without a good answer."""

    id: int
    question: str
    asked: int
    unit: str = ""
    entry_status: str | None = None
    last_at: dt.datetime
    story: str = ""


class GapPage(Shape):
    """Gaps, most asked first."""

    items: list[Gap] = []
    open: int = 0
    closed: int = 0
