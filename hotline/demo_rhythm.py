"""When the demo archive's messages arrive: the week, the day, and how recurring matters spread."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hotline.clocks import Clocks
from hotline.demo_data import DemoMessage, PlantedMatter

DAYS = 92
WEEK = (1.25, 1.12, 1.05, 1.0, 1.02, 0.66, 0.55)
DAY_OFF = 0.5
PHONE_HOURS = (
    5, 3, 2, 2, 2, 4, 9, 24, 55, 92, 96, 78, 48, 44, 68, 82, 80, 62, 44, 40, 38, 30, 18, 10,
)  # fmt: skip
WEB_HOURS = (
    14, 8, 5, 3, 3, 4, 10, 26, 44, 56, 58, 52, 56, 50, 48, 52, 54, 52, 50, 62, 74, 80, 62, 34,
)  # fmt: skip
CHANNELS = (("phone", 62), ("mini_program", 16), ("h5", 12), ("official_account", 7), ("widget", 3))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message with its moment (UTC) and its channel."""

    at: datetime
    channel: str
    message: DemoMessage


def arrivals(
    messages: Sequence[DemoMessage],
    matters: Sequence[PlantedMatter],
    now: datetime,
    clocks: Clocks,
    dice: random.Random,
) -> list[Arrival]:
    """Spread all messages over the three months up to ``now``, in order of arrival."""
    today = clocks.local_day(now)
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    weights = [_weight(day, clocks, position) for position, day in enumerate(days)]
    # Today is not over yet.
    weights[-1] *= (clocks.local(now).hour + 1) / 24
    found = [_arrival(one, dice.choices(days, weights)[0], now, clocks, dice) for one in messages]
    for matter in matters:
        for one, back in zip(matter.messages, _days_back(matter, dice), strict=True):
            found.append(_arrival(one, today - timedelta(days=back), now, clocks, dice))
    return sorted(found, key=lambda one: one.at)


def _weight(day: date, clocks: Clocks, position: int) -> float:
    off = day.weekday() < 5 and not clocks.calendar.is_workday(day)
    return WEEK[day.weekday()] * (DAY_OFF if off else 1.0) * (0.94 + 0.12 * position / DAYS)


def _arrival(
    message: DemoMessage, day: date, now: datetime, clocks: Clocks, dice: random.Random
) -> Arrival:
    channel = dice.choices([name for name, _ in CHANNELS], [share for _, share in CHANNELS])[0]
    hours = PHONE_HOURS if channel == "phone" else WEB_HOURS
    zone = clocks.rules.timezone
    for _ in range(50):
        clock = time(dice.choices(range(24), hours)[0], dice.randrange(60), dice.randrange(60))
        at = datetime.combine(day, clock, zone).astimezone(UTC)
        if at < now:
            return Arrival(at, channel, message)
    return Arrival(now - timedelta(minutes=dice.randrange(5, 55)), channel, message)


def _days_back(matter: PlantedMatter, dice: random.Random) -> list[int]:
    """For each message how many days ago it came, earliest first."""
    length = matter.first - matter.last
    places = []
    for _ in matter.messages:
        share = dice.random()
        if matter.shape == "growing":
            share = share**0.45
        elif matter.shape == "fading":
            share = share**2.0
        elif matter.shape == "sudden":
            share = share**2.5
        elif matter.shape == "back":
            # A first wave, quiet while the unit kept at it, and a second one.
            share = dice.uniform(0, 0.25) if share < 0.45 else dice.uniform(0.72, 1)
        places.append(matter.first - round(share * length))
    return sorted(places, reverse=True)
