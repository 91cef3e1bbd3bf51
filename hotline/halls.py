"""Service halls that citizens can book."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from hotline.datafile import Record, read_yaml
from hotline.problems import Problems, nearest
from hotline.units import UnitRegister

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening hours: ``days`` are weekday numbers, Monday 0."""

    days: tuple[int, ...]
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall; ``slots_per_half_hour`` is how many can be booked for one matter and half hour."""

    code: str
    name: str
    area: str
    address: str
    phone: str
    hours: tuple[Opening, ...]
    matters: tuple[str, ...]
    slots_per_half_hour: int

    def openings_on(self, weekday: int) -> tuple[Opening, ...]:
        """Return the hours of a weekday (Monday 0)."""
        return tuple(opening for opening in self.hours if weekday in opening.days)


def read_halls(path: Path, units: UnitRegister, problems: Problems) -> tuple[Hall, ...]:
    """Read ``halls.yml``."""
    top = read_yaml(path, problems)
    top.only("hours", "halls")
    usual = _openings(top)
    areas = [units.city, *(district.name for district in units.districts)]
    halls: dict[str, Hall] = {}
    for item in top.records("halls", required=True):
        item.only(
            "code", "name", "area", "address", "phone", "hours", "matters", "slots_per_half_hour"
        )
        area = item.text("area")
        if area and area not in areas:
            item.wrong("area", f"辖区“{area}”不存在", nearest(area, areas))
        hall = Hall(
            item.text("code"), item.text("name"), area, item.text("address", required=False),
            item.text("phone", required=False),
            _openings(item) if "hours" in item.values else usual,
            item.texts("matters", required=True), item.integer("slots_per_half_hour", 1, 200),
        )  # fmt: skip
        if hall.code and not _CODE.fullmatch(hall.code):
            item.wrong("code", f"代码“{hall.code}”不合写法", "只用小写字母、数字和短横")
        if hall.code in halls:
            item.wrong("code", f"代码“{hall.code}”已用于“{halls[hall.code].name}”", "请换一个代码")
        halls[hall.code] = hall
    return tuple(halls.values())


def _openings(record: Record) -> tuple[Opening, ...]:
    openings = []
    for item in record.records("hours", required=True):
        item.only("days", "from", "to")
        days = item.texts("days", required=True)
        for day in days:
            if day not in WEEKDAYS:
                item.wrong("days", f"“{day}”不是星期", f"只能写：{'、'.join(WEEKDAYS)}")
        opens, closes = item.time("from"), item.time("to")
        if opens >= closes:
            item.wrong("from", f"开门 {opens:%H:%M} 不早于关门 {closes:%H:%M}", "请核对")
        numbers = tuple(WEEKDAYS.index(day) for day in days if day in WEEKDAYS)
        openings.append(Opening(numbers, opens, closes))
    return tuple(openings)
