"""The city's names the desk chooses from."""

from __future__ import annotations

from api.schemas.base import Shape


class UnitChoice(Shape):
    """A unit that can be given a ticket."""

    code: str
    name: str
    line: str
    area: str


class CategoryChoice(Shape):
    """A category and what belongs into it."""

    name: str
    definition: str


class Reference(Shape):
    """Names of the city, the reasons to choose from, and two limits the desk has to tell people."""

    city: str
    units: list[UnitChoice]
    categories: list[CategoryChoice]
    districts: list[str]
    reasons: dict[str, list[str]]
    bounces_to_review: int
    extension_workdays: int
