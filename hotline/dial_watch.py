"""How the dispatching machine does: coverage, its promise against what came out, drift, fairness.

What came out is counted day by day in the roll-ups (``decided`` and ``right``, see ``rollups``); a
share's range is Wilson's (E. B. Wilson, 1927) at 95 %. Drift of what comes in is the population
stability index of the categories: below 0.1 is calm, above 0.25 calls for a look.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from hotline import tallies
from hotline.measuring import share
from hotline.promise import WINDOW, Audit
from hotline.rollups import CATEGORY, CHANNEL, DIAL, SURE
from hotline.store import clocks_of
from hotline.switches import Switches, load_switches
from hotline.tallies import DISTRICT, Place, Span, Sums
from hotline.thresholds import NEVER, Thresholds

Z = 1.96
RECENT_DAYS = 14
FLOOR = 1e-4
LEAST_DECIDED = 30


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``decided``, with the range the true share lies in (95 %)."""

    decided: int
    right: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return share(self.right, self.decided)

    @property
    def low(self) -> float | None:
        """Lower end of the range."""
        return self._end(-1)

    @property
    def high(self) -> float | None:
        """Upper end of the range."""
        return self._end(1)

    def _end(self, side: int) -> float | None:
        n = self.decided
        if not n:
            return None
        p = self.right / n
        middle = p + Z * Z / (2 * n)
        width = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return round(min(1.0, max(0.0, (middle + side * width) / (1 + Z * Z / n))), 4)


@dataclass(frozen=True, slots=True)
class Week:
    """A week (first day): suggestions by dial, and what came out of them by dial."""

    first: date
    suggested: Mapping[str, int]
    came_out: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class CategoryDial:
    """A category's dial: its line (None where nothing is sure enough), whether automatic dispatch
    of it is closed and why, and how its sure suggestions came out."""

    category: str
    line: float | None
    closed: str | None
    sure: Share
    breaks: bool


@dataclass(frozen=True, slots=True)
class Fared:
    """How people of one district or channel fared; ``worse`` where suggestions for them are right
    clearly less often than for all."""

    kind: str
    name: str
    received: int
    came_out: Share
    on_time: float | None
    satisfaction: float | None
    worse: bool


@dataclass(frozen=True)
class DialWatch:
    """Everything about the machine over the last 90 days."""

    promise: float
    thresholds: Thresholds | None
    switches: Switches
    suggested: Mapping[str, int]
    came_out: Mapping[str, Share]
    weeks: list[Week]
    categories: list[CategoryDial]
    fared: list[Fared]
    stability: float | None
    moved: list[tuple[str, float, float]]


def dial_watch(
    session: Session,
    thresholds: Thresholds | None,
    promise: float,
    now: datetime,
    district: str | None = None,
) -> DialWatch:
    """Watch the machine over the last 90 days, in a district or the whole city."""  # fmt: skip
    today = clocks_of(session).local_day(now)
    span, place = Span(today - WINDOW + timedelta(days=1), today), Place(district)
    days = tallies.by_day(session, place, span, DIAL)
    dials = {name: _total(by_day.values()) for name, by_day in days.items()}
    switches = load_switches(session)
    stability, moved = _drift(session, place, today)
    return DialWatch(
        promise=promise,
        thresholds=thresholds,
        switches=switches,
        suggested={name: sums["received"] for name, sums in dials.items()},
        came_out={name: _share(sums) for name, sums in dials.items()},
        weeks=_weeks(days, span),
        categories=_categories(session, place, span, thresholds, switches, promise),
        fared=_fared(session, place, span),
        stability=stability,
        moved=moved,
    )


def _weeks(days: Mapping[str, Mapping[str, Sums]], span: Span) -> list[Week]:
    found = []
    last = span.last
    while last - timedelta(days=6) >= span.first:
        week = {day.isoformat() for day in Span.back(last, 7).days}
        dials = {
            name: _total(sums for day, sums in by_day.items() if day in week)
            for name, by_day in days.items()
        }
        found.append(
            Week(
                last - timedelta(days=6),
                {name: sums["received"] for name, sums in dials.items()},
                {name: _share(sums) for name, sums in dials.items()},
            )
        )
        last -= timedelta(days=7)
    return found[::-1]


def _categories(
    session: Session,
    place: Place,
    span: Span,
    thresholds: Thresholds | None,
    switches: Switches,
    promise: float,
) -> list[CategoryDial]:
    sure = tallies.by_heading(session, place, span, SURE)
    every = tallies.by_heading(session, place, span, CATEGORY)
    found = []
    for name in sorted({*sure, *every, *switches.closed} - {""}):
        line = thresholds.auto_for(name) if thresholds else None
        outcome = _share(sure.get(name, {}))
        audit = Audit(name, outcome.decided, outcome.right)
        found.append(
            CategoryDial(
                name,
                None if line is None or line >= NEVER else line,
                switches.closed.get(name),
                outcome,
                audit.breaks(promise),
            )
        )
    return sorted(found, key=lambda one: (not one.breaks, -one.sure.decided, one.category))


def _fared(session: Session, place: Place, span: Span) -> list[Fared]:
    city = _share(tallies.sums(session, place, span))
    found = []
    for kind in (DISTRICT, CHANNEL):
        for name, sums in tallies.by_heading(session, place, span, kind).items():
            outcome = _share(sums)
            worse = outcome.decided >= LEAST_DECIDED and (outcome.high or 1) < (city.value or 0)
            found.append(
                Fared(
                    kind,
                    name,
                    sums["received"],
                    outcome,
                    share(sums["on_time"], sums["due"]),
                    share(sums["satisfied"], sums["rated"]),
                    worse,
                )
            )
    return sorted(found, key=lambda one: (one.kind, one.came_out.value or 2, one.name))


def _drift(
    session: Session, place: Place, today: date
) -> tuple[float | None, list[tuple[str, float, float]]]:
    """Stability index of the last two weeks against the ten weeks before, and what moved most as
    (category, share before, share now)."""
    recent = Span.back(today, RECENT_DAYS)
    base = Span(today - WINDOW + timedelta(days=1), recent.first - timedelta(days=1))
    now, before = (
        {name: sums["received"] for name, sums in
         tallies.by_heading(session, place, span, CATEGORY).items() if name}
        for span in (recent, base)
    )  # fmt: skip
    n, m = sum(now.values()), sum(before.values())
    if not n or not m:
        return None, []
    index, moved = 0.0, []
    for name in now.keys() | before.keys():
        a, b = max(before.get(name, 0) / m, FLOOR), max(now.get(name, 0) / n, FLOOR)
        index += (b - a) * math.log(b / a)
        moved.append((name, round(a, 4), round(b, 4)))
    moved.sort(key=lambda one: (-abs(one[2] - one[1]), one[0]))
    return round(index, 4), moved[:8]


def _total(rows: Iterable[Sums]) -> Sums:
    total: dict[str, int] = defaultdict(int)
    for row in rows:
        for name, value in row.items():
            total[name] += value
    return total


def _share(sums: Mapping[str, int]) -> Share:
    return Share(sums.get("decided", 0), sums.get("right", 0))
