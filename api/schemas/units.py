"""Units compared."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Shape


class ComparedMeasure(Shape):
    """A unit against the others with the same mix of categories; None where too few."""

    exposed: int | None = Field(description="分母；不足 10 不显示")
    events: int | None = Field(description="分子")
    rate: float | None = Field(description="实际的比例")
    expected: float | None = Field(description="按各单位的一般水平，应有多少（分子）")
    standardised: float | None = Field(description="换成同样事项构成后的比例")
    low: float | None
    high: float | None
    z: float | None = Field(description="偏离多少个标准差；1.96 值得注意，3.09 明显")
    comparable: float | None = Field(description="有多大部分的工单别的单位也办同类事项")
    verdict: str = Field(description="better | worse | like | few")
    clear: bool


class UnitMeasureMeaning(Shape):
    """What a measure means; `query` is the statement that gave it."""

    code: str
    name: str
    better: str
    definition: str
    query: str


class ComparedUnit(Shape):
    """A unit with its measures by code."""

    code: str
    name: str
    kind: str
    kind_text: str
    received: int
    closed: int
    taken_over: int = Field(description="接收的别单位退单件数")
    measures: dict[str, ComparedMeasure]


class UnitComparison(Shape):
    """All units of a stretch of days, those with most tickets first."""

    first: date
    last: date
    district: str | None
    measures: list[UnitMeasureMeaning]
    units: list[ComparedUnit]
    method: str
    computed_at: datetime
