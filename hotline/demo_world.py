"""The demo archive's clock, people and chances: who writes, who refuses what, when offices act."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hotline.city import City
from hotline.clocks import Clocks
from hotline.demo_rhythm import Arrival
from hotline.reading import plain
from hotline.units import Unit
from hotline.units_for import UnitFinder

PHONES = 10_000
STUBBORN = {
    ("生态环境/社会生活噪音", "天河区"): "城管",
    ("生态环境/社会生活噪音", "番禺区"): "城管",
    ("城市管理/道路井盖与市政设施", "白云区"): "水务",
    ("公用事业/排水与内涝", "海珠区"): "街镇",
    ("教育/校外培训", "增城区"): "市场监管",
    ("交通运输/公交服务", "黄埔区"): "公交",
}
"""Kinds of tickets whose leader by the duty table tends to refuse, and the line that ends up with
them: what returns can teach in this archive."""


class People:
    """Invented citizens with invented numbers; some write again about the same matter."""

    def __init__(self, dice: random.Random, names: tuple[str, ...]) -> None:
        self._dice = dice
        self._names = names
        self._numbers = dice.sample(range(PHONES), PHONES)
        self._of_matter: dict[str, list[tuple[str, str, str]]] = {}

    def writer(self, arrival: Arrival) -> tuple[str, str, str]:
        """(citizen id, phone, name) of who sends a message."""
        matter = arrival.message.matter
        known = self._of_matter.setdefault(matter, [])
        if matter and known and self._dice.random() < 0.12:
            return self._dice.choice(known)
        number = self._numbers.pop()
        person = (f"demo-{number:04d}", f"1380000{number:04d}", self._dice.choice(self._names))
        known.append(person)
        return person


class OfficeClock:
    """Moments moved to when offices work."""

    def __init__(self, clocks: Clocks, dice: random.Random) -> None:
        self._clocks = clocks
        self._dice = dice

    def after(self, start: datetime, least: timedelta, most: timedelta) -> datetime:
        """A moment between ``least`` and ``most`` after ``start``, in working hours."""
        return self.open_at(start + least + self._dice.random() * (most - least))

    def open_at(self, moment: datetime) -> datetime:
        """The moment itself if offices are open, else early the next time they are."""
        local = self._clocks.local(moment)
        day = local.date()
        opens, closes = self._clocks.opens, self._clocks.closes
        if self._clocks.calendar.is_workday(day):
            if opens <= local.time() < closes:
                return moment
            if local.time() < opens:
                return self._morning(local.replace(hour=opens.hour, minute=0))
        following = self._clocks.calendar.next_workday(day)
        return self._morning(datetime.combine(following, opens, self._clocks.rules.timezone))

    def desk(self, moment: datetime) -> datetime:
        """The moment itself, but after midnight the desk waits for the morning shift."""
        local = self._clocks.local(moment)
        if local.hour >= 7:
            return moment
        start = local.replace(hour=7, minute=0, second=0)
        return (start + timedelta(minutes=self._dice.randrange(1, 75))).astimezone(UTC)

    def _morning(self, start: datetime) -> datetime:
        later = start + timedelta(seconds=self._dice.randrange(120, 6600))
        return later.astimezone(UTC)


def true_unit(
    city: City, category: str, district: str | None, street: str | None, text: str
) -> Unit:
    """Who really handles it in this archive: the operator the text names, else the duty table,
    but for the stubborn kinds."""
    match = city.lead_unit(category, district, street)
    line = STUBBORN.get((category, district or ""))
    if line and (found := city.register.at(line, f"{district}/{street}", district, city.name)):
        return found
    named = UnitFinder(city, ()).named_unit(match, plain(text))
    return named[0] if named else match.unit


def is_stubborn(category: str, district: str | None) -> bool:
    """Whether the duty table's leader tends to refuse this kind."""
    return (category, district or "") in STUBBORN
