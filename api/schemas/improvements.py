"""Ratings with words, and what is improved because of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Paragraph, Shape, Storable


class RatingWords(Shape):
    """One rating with words, masked."""

    number: str
    score: int
    words: str
    at: datetime
    unit_code: str
    unit: str
    category: str


class RatingGroup(Shape):
    """Ratings that say the same of the same matter."""

    title: str
    count: int
    mean: float
    units: list[str]
    shared_words: list[str]
    ratings: list[RatingWords]


class RatingBoard(Shape):
    """The ratings with words of a stretch of days: in groups, and the newest single ones."""

    first: date
    last: date
    groups: list[RatingGroup]
    singles: list[RatingWords]
    singles_total: int


class ImprovementEffect(Shape):
    """Before and after; shares are None with fewer than 5 ratings."""

    low_before: int
    rated_before: int
    before: float | None
    low_after: int
    rated_after: int
    after: float | None
    days_after: int
    text: str


class ImprovementEvent(Shape):
    """A step taken."""

    at: datetime
    actor: str
    step: str
    step_text: str
    text: str


class Improvement(Shape):
    """Something a unit is to do better in a category."""

    id: int
    unit_code: str
    unit: str
    category: str
    district: str
    state: str = Field(description="open | planned | done | closed")
    state_text: str
    tickets: list[str] = Field(description="差评的工单号")
    measure: str
    opened_at: datetime
    changed_at: datetime
    done_at: datetime | None
    events: list[ImprovementEvent]
    effect: ImprovementEffect | None


class ImprovementPage(Shape):
    """A page of items, those with most low ratings first."""

    items: list[Improvement]
    total: int
    page: int
    size: int


class ImprovementStep(Shape):
    """What is to be done, was done, or why it goes back."""

    text: Paragraph


class ImprovementClose(Shape):
    """A word at the closing, if any."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), Storable] = ""
