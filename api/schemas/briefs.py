"""Weekly and monthly briefs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas.base import Shape, Storable


class BriefWish(Shape):
    """Which brief to make; without `until` up to yesterday."""

    period: Literal["week", "month"] = "week"
    until: date | None = Field(default=None, ge=date(2000, 1, 1), le=date(2100, 1, 1))
    district: Annotated[str, StringConstraints(max_length=40), Storable] | None = None


class BriefSummary(Shape):
    """A brief in the list."""

    id: int
    period: str
    title: str
    number: str = Field(description="期号，如 2026年第10周")
    first: date
    last: date
    district: str | None
    made_at: datetime
    made_by: str
    digest: str


class Brief(BriefSummary):
    """A brief with all it says; every figure has its definition and query."""

    summary: list[str]
    figures: list[dict[str, Any]]
    advice: list[dict[str, str]]
    parts: dict[str, Any]


class BriefPage(Shape):
    """A page of briefs."""

    items: list[BriefSummary]
    total: int
    page: int
    size: int
