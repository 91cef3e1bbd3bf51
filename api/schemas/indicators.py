"""Figures with their definitions."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Shape


class IndicatorEntry(Shape):
    """An entry of the dictionary: what a figure is called, means and comes from."""

    code: str
    name: str
    unit: str
    kind: str = Field(description="count | share | hours | mean")
    better: str = Field(description="up | down | none")
    source: str = Field(description="rollups | tickets | analytics | knowledge")
    definition: str
    target: int | None = Field(description="目标值；比例以百分数计")


class IndicatorFigure(IndicatorEntry):
    """A figure; shares lie between 0 and 1. `query` is the statement that gave it."""

    value: float | None = Field(description="没有可数的，或比例的分母不足 10，为空")
    before: float | None = Field(description="上一期的值")
    whole: int | None = Field(description="比例的分母")
    text: str
    change: str
    worse: bool
    missed: bool
    query: str
    computed_at: datetime


class IndicatorBoard(Shape):
    """The figures of a stretch of days (`first` to `last`) beside those of the one before."""

    first: date
    last: date
    before_first: date
    before_last: date
    district: str | None
    figures: list[IndicatorFigure]
