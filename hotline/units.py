"""Units that can be given a ticket, with their areas, lines and dated aliases."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

UnitKind = Literal["bureau", "district_bureau", "district", "street", "utility", "hotline"]
STREET_LINE = "街镇"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit, good from ``start`` to ``end`` (both days included)."""

    name: str
    start: dt.date | None = None
    end: dt.date | None = None

    def good_on(self, day: dt.date | None) -> bool:
        """Tell whether the alias was in use on ``day``; without a day every alias counts."""
        if day is None:
            return True
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; ``area`` is the city, a district, or ``天河区/石牌街道``."""

    code: str
    name: str
    kind: UnitKind
    line: str
    area: str
    also: tuple[str, ...] = ()
    aliases: tuple[Alias, ...] = ()
    phone: str = ""
    supervises_only: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines (条线) the unit carries, its own first."""
        return (self.line, *self.also)


@dataclass(frozen=True)
class District:
    """A district of the city with the names of its streets and towns."""

    name: str
    code: str
    streets: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name without 区."""
        return self.name.removesuffix("区")


@dataclass(frozen=True)
class UnitRegister:
    """All units, found by code, by name on a day, or by line and area."""

    city: str
    districts: tuple[District, ...]
    units: tuple[Unit, ...]

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        """Units by code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def by_line(self) -> dict[tuple[str, str], Unit]:
        """Units by (line, area); units that only supervise are left out."""
        return {
            (line, unit.area): unit
            for unit in self.units
            if not unit.supervises_only
            for line in unit.lines
        }

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line some unit carries and can be given tickets for."""
        return frozenset(line for line, _ in self.by_line)

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[Unit, Alias | None]]]:
        names: dict[str, list[tuple[Unit, Alias | None]]] = defaultdict(list)
        for unit in self.units:
            names[unit.name].append((unit, None))
            for alias in unit.aliases:
                names[alias.name].append((unit, alias))
        return dict(names)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name and alias, longest first."""
        return tuple(sorted(self._by_name, key=lambda name: (-len(name), name)))

    def at(self, line: str, *areas: str | None) -> Unit | None:
        """Return the unit carrying ``line`` in the first of ``areas`` that has one."""
        for area in areas:
            if area and (unit := self.by_line.get((line, area))):
                return unit
        return None

    def find(
        self, name: str, on: dt.date | None = None, district: str | None = None
    ) -> Unit | None:
        """Return the one unit called ``name`` on the day ``on``, else None.

        "市…" and "广州…" are read as "广州市…"; "区…" needs ``district``.
        """
        for spelling in self._spellings("".join(name.split()), district):
            hits = {
                unit.code: unit
                for unit, alias in self._by_name.get(spelling, [])
                if alias is None or alias.good_on(on)
            }
            if len(hits) == 1:
                return next(iter(hits.values()))
        return None

    def _spellings(self, name: str, district: str | None) -> Iterator[str]:
        short = self.city.removesuffix("市")
        yield name
        if name.startswith("市"):
            yield self.city + name[1:]
            yield short + name[1:]
        elif name.startswith(self.city):
            yield name.removeprefix(self.city)
            yield "市" + name.removeprefix(self.city)
        elif name.startswith(short):
            yield self.city + name.removeprefix(short)
        elif name.startswith("区") and district:
            yield district + name[1:]
            yield district.removesuffix("区") + name[1:]
