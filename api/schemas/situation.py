"""Today against usual, what is at risk, and the tickets behind a figure."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Shape
from api.schemas.groups import Alarm, GroupSummary
from hotline.queue import TicketRow


class UsualRange(Shape):
    """Mean of the like days up to the same time, and the range eight of ten of them lay in."""

    mean: float | None
    low: float | None
    high: float | None


class HourSoFar(Shape):
    """Receipts up to the end of an hour; `today` is empty for hours to come."""

    hour: int
    today: int | None
    usual: UsualRange


class Heading(Shape):
    """A category, district or channel: today so far, and what is usual by now."""

    name: str
    today: int
    usual: float | None


class UnitAtRisk(Shape):
    """Open tickets of a unit: past due, due within 24 hours, within 72."""

    code: str
    unit: str
    overdue: int
    soon: int
    later: int
    open: int


class InAir(Shape):
    """Open tickets nobody has signed (在天上飞)."""

    tickets: int
    returned_once: int
    returned_more: int
    long: int = Field(description="超过 48 小时无人签收")
    oldest: datetime | None


class Situation(Shape):
    """The situation at `until`; `like` are the days today is compared with."""

    day: date
    until: datetime
    like: list[date]
    today: int
    usual: UsualRange
    hours: list[HourSoFar]
    categories: list[Heading]
    districts: list[Heading]
    channels: list[Heading]
    at_risk: list[UnitAtRisk]
    in_air: InAir
    groups: list[GroupSummary]
    groups_total: int
    alarms: list[Alarm]
    alarms_total: int
    alarms_new: int
    demo: bool


class DrillPage(Shape):
    """Tickets behind a figure; ask again with `after` for the next."""

    items: list[TicketRow]
    after: str | None
