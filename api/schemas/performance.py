"""How units handle what they are given, and how the machine dispatches."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Shape
from api.schemas.groups import Counted
from api.schemas.situation import InAir
from hotline.figures import Period, UnitFigures
from hotline.queue import TicketRow


class Clause(Shape):
    """A duty as one sentence, with its basis."""

    clause: str
    basis: str


class Dispute(Shape):
    """A category whose tickets come back, its duty clauses, who refuses and who takes."""

    category: str
    returns: int
    received: int
    clauses: list[Clause]
    returned_by: list[Counted]
    taken_by: list[Counted]
    reasons: list[Counted]
    examples: list[str]


class Performance(Shape):
    """Units, what is in the air, and returns with the clauses in dispute."""

    period: Period
    totals: dict[str, float | None]
    compare: dict[str, float | None]
    units: list[UnitFigures]
    in_air: InAir
    longest_in_air: list[TicketRow]
    returns: int
    reasons: list[Counted]
    disputes: list[Dispute]
    demo: bool


class Share(Shape):
    """`right` of `decided`, with the range the true share lies in (95 %, Wilson)."""

    decided: int
    right: int
    value: float | None
    low: float | None
    high: float | None


class DialWeek(Shape):
    """A week from `first` on: suggestions by dial, and what came out of them."""

    first: date
    suggested: dict[str, int]
    came_out: dict[str, Share]


class CategoryDial(Shape):
    """A category's dial; `line` is empty where nothing is sure enough."""

    category: str
    line: float | None
    closed: str | None
    sure: Share
    breaks: bool


class Fared(Shape):
    """How people of one district or channel fared."""

    kind: str = Field(description="district | channel")
    name: str
    received: int
    came_out: Share
    on_time: float | None
    satisfaction: float | None
    worse: bool


class Moved(Shape):
    """A category's share of what comes in, before and now."""

    category: str
    before: float
    now: float


class CurvePoint(Shape):
    """Held out: how much would be dispatched unseen from a confidence on, and how rightly."""

    coverage: float
    accuracy: float
    confidence: float


class DialWatch(Shape):
    """The dispatching machine over the last 90 days."""

    day: date
    promise: float
    on: bool
    why: str
    model: str | None
    held_out_accuracy: float | None
    held_out_coverage: float | None
    held_out_rows: int | None
    auto_line: float | None
    one_click_line: float | None
    curve: list[CurvePoint]
    suggested: dict[str, int]
    came_out: dict[str, Share]
    weeks: list[DialWeek]
    categories: list[CategoryDial]
    fared: list[Fared]
    stability: float | None
    moved: list[Moved]
    as_of: datetime
    demo: bool
