"""Fair comparison, closings in doubt, ratings and improvement items as the API gives them."""

from __future__ import annotations

import datetime as dt

from dashboard.shapes import Shape, TicketRow


class ComparedMeasure(Shape):
    """A unit against the others with the same mix of categories; shares of 1, None where too few."""

    exposed: int | None = None
    events: int | None = None
    rate: float | None = None
    expected: float | None = None
    standardised: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: str = "few"
    clear: bool = False


class MeasureMeaning(Shape):
    """What units are compared by."""

    code: str
    name: str
    better: str
    definition: str


class ComparedUnit(Shape):
    """A unit with its measures by code."""

    code: str
    name: str
    kind_text: str = ""
    received: int
    closed: int
    taken_over: int = 0
    measures: dict[str, ComparedMeasure]


class UnitComparison(Shape):
    """All units of a stretch of days, those with most tickets first."""

    first: dt.date
    last: dt.date
    measures: list[MeasureMeaning]
    units: list[ComparedUnit]
    method: str
    computed_at: dt.datetime


class DoubtfulReply(Shape):
    """A closed ticket whose closing is in doubt; the reply is masked."""

    ticket: TicketRow
    reply: str
    closed_at: dt.datetime
    explains: float
    on_topic: float | None = None
    reasons: list[str]
    signs: list[str]


class DoubtfulReplyPage(Shape):
    """A page of doubtful closings."""

    items: list[DoubtfulReply]
    total: int


class RatingWords(Shape):
    """One rating with words, masked."""

    number: str
    score: int
    words: str
    at: dt.datetime
    unit: str
    category: str


class RatingGroup(Shape):
    """Ratings that say the same of the same matter."""

    title: str
    count: int
    mean: float
    units: list[str]
    ratings: list[RatingWords]


class RatingBoard(Shape):
    """Ratings with words: in groups, and the newest single ones."""

    first: dt.date
    last: dt.date
    groups: list[RatingGroup]
    singles: list[RatingWords]
    singles_total: int


class ImprovementEffect(Shape):
    """Low ratings before and since, in a sentence."""

    text: str


class ImprovementEvent(Shape):
    """A step taken."""

    at: dt.datetime
    actor: str
    step_text: str
    text: str


class Improvement(Shape):
    """Something a unit is to do better in a category."""

    id: int
    unit: str
    category: str
    district: str
    state: str
    state_text: str
    tickets: list[str]
    measure: str
    opened_at: dt.datetime
    events: list[ImprovementEvent]
    effect: ImprovementEffect | None = None


class ImprovementPage(Shape):
    """A page of items, those with most low ratings first."""

    items: list[Improvement]
    total: int
