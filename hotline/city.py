"""One city's data: categories, units, duties, places, clocks, holidays, watch-words and halls.

``load_city()`` reads and checks the whole folder; see ``python -m hotline.city --help``.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from hotline.alarm_rules import AlarmRules, read_alarm_rules
from hotline.calendar import HolidayCalendar
from hotline.clocks import ClockRules
from hotline.duties import LEVEL_NAMES, LEVELS, Duty, DutyTable, Level, read_duties
from hotline.halls import Hall, read_halls
from hotline.places import PlaceIndex, read_places
from hotline.problems import CityError, Problems, nearest
from hotline.reasons import read_reasons
from hotline.taxonomy import Category, read_taxonomy
from hotline.timetable import SpecialLane, read_clocks, read_holidays
from hotline.unit_file import read_units
from hotline.units import District, Unit, UnitRegister
from hotline.watchwords import WatchWord, read_watchwords
from nlu.city_files import city_file

__all__ = ["City", "CityError", "DutyMatch", "UnknownName", "load_city"]

FILES = (
    "taxonomy.yml", "units.yml", "duties.csv", "places.csv",
    "clocks.yml", "holidays.csv", "watchwords.yml", "alarms.yml", "halls.yml", "reasons.yml",
)  # fmt: skip


class UnknownName(LookupError):  # noqa: N818
    """A category, district, street or unit code that the city does not have."""


@dataclass(frozen=True, slots=True)
class DutyMatch:
    """Who leads a category in an area, with whom, by which duty, and why, in one sentence."""

    unit: Unit
    co_units: tuple[Unit, ...]
    duty: Duty
    level: Level
    explanation: str


@dataclass(frozen=True)
class City:
    """Everything a city's folder says, checked."""

    folder: Path
    categories: Mapping[str, Category]
    register: UnitRegister
    duties: DutyTable
    place_index: PlaceIndex
    clocks: ClockRules
    special_lanes: tuple[SpecialLane, ...]
    holidays: HolidayCalendar
    watchwords: tuple[WatchWord, ...]
    halls: tuple[Hall, ...]
    reasons: Mapping[str, tuple[str, ...]]
    alarm_rules: AlarmRules

    @property
    def name(self) -> str:
        """The city's name, e.g. ``广州市``."""
        return self.register.city

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units in file order."""
        return self.register.units

    @property
    def districts(self) -> tuple[District, ...]:
        """All districts in file order."""
        return self.register.districts

    def unit(self, code: str) -> Unit:
        """Return the unit with ``code``.

        :raises UnknownName: there is none.
        """
        try:
            return self.register.by_code[code]
        except KeyError:
            remedy = nearest(code, self.register.by_code)
            raise UnknownName(f"没有代码为“{code}”的单位；{remedy}") from None

    def find_unit(
        self, name: str, on: dt.date | None = None, district: str | None = None
    ) -> Unit | None:
        """Return the one unit called ``name`` on the day ``on`` (any day when None), else None.

        Official names, aliases, and the short forms "市…" and, with ``district``, "区…" count.
        """
        return self.register.find(name, on, district)

    def locate(self, district: str | None, street: str | None = None) -> tuple[str, str]:
        """Return (district, street), "" where unknown; a street in one district gives the district.

        ``district`` may be written ``天河区/石牌街道``.

        :raises UnknownName: the city has no such district or street.
        """
        district, street = district or "", street or ""
        if "/" in district:
            district, street = district.split("/", 1)
        if district in ("", self.name):
            homes = [each.name for each in self.districts if street and street in each.streets]
            if street and not homes:
                streets = [name for each in self.districts for name in each.streets]
                raise UnknownName(f"{self.name}没有“{street}”；{nearest(street, streets)}")
            return (homes[0], street) if len(homes) == 1 else ("", "")
        for each in self.districts:
            if each.name == district:
                if street and street not in each.streets:
                    remedy = nearest(street, each.streets)
                    raise UnknownName(f"{district}没有“{street}”；{remedy}")
                return district, street
        known = [each.name for each in self.districts]
        raise UnknownName(f"{self.name}没有“{district}”；{nearest(district, known)}")

    def lead_unit(
        self, category: str, district: str | None = None, street: str | None = None
    ) -> DutyMatch:
        """Return who leads ``category`` at the most specific level that has a duty and a unit.

        The street's duty goes before the district's, the district's before the city's. Where a
        district has no unit of the line (no transport bureau, say) the city's takes the ticket.

        :raises UnknownName: the city has no such category, district or street.
        """
        if category not in self.categories:
            raise UnknownName(f"没有事项分类“{category}”；{nearest(category, self.categories)}")
        district, street = self.locate(district, street)
        areas: dict[Level, str] = {
            "street": f"{district}/{street}" if street else "",
            "district": district,
            "city": self.name,
        }
        without = ""
        for level in LEVELS:
            duty = self.duties.at(category, level)
            if not areas[level] or duty is None:
                continue
            unit = self.register.at(duty.lead_line, areas[level])
            if unit is None:
                without = f"{areas[level]}没有单设{duty.lead_line}条线的单位，"
                continue
            co_units = self._co_units(duty, unit, areas)
            reason = without
            if level == "city" and not district:
                reason = "没有写明所在区，先交市级单位，"
            return DutyMatch(unit, co_units, duty, level, _explain(reason, duty, unit, co_units))
        raise UnknownName(f"“{category}”没有市级单位承接")  # load_city refuses such a table

    def _co_units(self, duty: Duty, lead: Unit, areas: Mapping[Level, str]) -> tuple[Unit, ...]:
        found = {
            unit.code: unit
            for line in duty.co_lines
            if (unit := self.register.at(line, *(areas[level] for level in LEVELS)))
            and unit.code != lead.code
        }
        return tuple(found.values())


def _explain(reason: str, duty: Duty, unit: Unit, co_units: Iterable[Unit]) -> str:
    together = "、".join(each.name for each in co_units)
    with_whom = f"，{together}协办" if together else ""
    name = duty.category.split("/", 1)[1]
    basis = duty.basis or "部门三定职责"
    return (
        f"{reason}“{name}”由{unit.name}主办{with_whom}"
        f"（{LEVEL_NAMES[duty.level]}级职责，依据：{basis}）"
    )


_cache: dict[Path, tuple[tuple[int, ...], City]] = {}
_lock = Lock()


def load_city(path: Path | str | None = None) -> City:
    """Read the city folder (default: ``SUISHENG_CITY``, else the shipped one).

    The result is kept until a file changes. The folder must hold every file of ``FILES``.

    :raises CityError: one line per mistake: file, line, what is wrong, what to do.
    """
    folder = Path(path) if path is not None else city_file("taxonomy.yml").parent
    folder = folder.resolve()
    stamp = tuple(_modified(folder / name) for name in FILES)
    with _lock:
        kept = _cache.get(folder)
        if kept and kept[0] == stamp:
            return kept[1]
        city = read_city(folder)
        _cache[folder] = (stamp, city)
        return city


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def read_city(folder: Path) -> City:
    """Read the files as they stand; nothing is kept.

    :raises CityError: see ``load_city``.
    """
    problems = Problems()
    categories = read_taxonomy(folder / "taxonomy.yml", problems)
    register = read_units(folder / "units.yml", problems)
    if not categories or not register.districts:
        problems.raise_if_any()  # everything below would only repeat what is missing here
    duties = read_duties(folder / "duties.csv", categories, register, problems)
    places = read_places(folder / "places.csv", register, problems)
    clocks, lanes = read_clocks(folder / "clocks.yml", categories, problems)
    holidays = read_holidays(folder / "holidays.csv", problems)
    words = read_watchwords(folder / "watchwords.yml", categories, problems)
    halls = read_halls(folder / "halls.yml", register, problems)
    reasons = read_reasons(folder / "reasons.yml", problems)
    alarm_rules = read_alarm_rules(folder / "alarms.yml", problems)
    problems.raise_if_any()
    return City(
        folder, categories, register, duties, places, clocks, lanes, holidays, words, halls, reasons,
        alarm_rules,
    )  # fmt: skip


if __name__ == "__main__":
    from hotline.city_command import main

    sys.exit(main())
