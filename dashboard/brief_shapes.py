"""Briefs as the API gives them."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.shapes import Shape


class BriefSummary(Shape):
    """A brief in the list."""

    id: int
    period: str
    title: str
    number: str
    first: date
    last: date
    made_at: datetime
    made_by: str


class BriefFigure(Shape):
    """A figure with its meaning and query."""

    name: str
    text: str
    before: str
    change: str
    definition: str
    query: str


class Advice(Shape):
    """A suggestion with its reason."""

    text: str
    reason: str


class Brief(BriefSummary):
    """A whole brief as far as the page shows it."""

    summary: list[str]
    figures: list[BriefFigure]
    advice: list[Advice]


class BriefPage(Shape):
    """A page of briefs."""

    items: list[BriefSummary]
    total: int
