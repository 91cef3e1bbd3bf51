"""Indicators worked out from the sums of a period, for every unit, district or heading at once.

Each function has the code of its entry in ``city/indicators.yml``; what an indicator is for a whole
span is said once, in ``analytics/measures.py``, and both must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tally:
    """Sums of a period.

    ``sums`` are all measures over the whole period, ``due`` the same without its last day (what
    falls due today may still be done in time), ``still_open`` the open tickets at its end,
    ``spread`` the handling hours of those closed as (middle of the bucket, tickets), ascending.
    """

    sums: Mapping[str, int]
    due: Mapping[str, int] = field(default_factory=dict)
    still_open: int | None = None
    spread: tuple[tuple[float, int], ...] = ()


Measure = Callable[[Tally], float | None]
MEASURED: dict[str, Measure] = {}


def measure(function: Measure) -> Measure:
    """Register an indicator's function under its own name."""
    MEASURED[function.__name__] = function
    return function


def measured(tally: Tally) -> dict[str, float | None]:
    """Every indicator of a period; ``None`` where there is nothing to measure."""
    return {name: function(tally) for name, function in MEASURED.items()}


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole``, to four places; ``None`` of nothing."""
    return round(part / whole, 4) if whole else None


@measure
def received(tally: Tally) -> float | None:
    """Tickets received."""
    return tally.sums["received"]


@measure
def closed(tally: Tally) -> float | None:
    """Tickets closed."""
    return tally.sums["closed"]


@measure
def unfinished(tally: Tally) -> float | None:
    """Tickets still open at the end."""
    return tally.still_open


@measure
def on_time(tally: Tally) -> float | None:
    """Share of those due that were closed in time."""
    return share(tally.due.get("on_time", 0), tally.due.get("due", 0))


@measure
def overdue(tally: Tally) -> float | None:
    """Tickets that fell due and were not closed by then."""
    return tally.due.get("due", 0) - tally.due.get("on_time", 0)


@measure
def returned(tally: Tally) -> float | None:
    """Returns."""
    return tally.sums["returned"]


@measure
def return_rate(tally: Tally) -> float | None:
    """Returns for each ticket received."""
    return share(tally.sums["returned"], tally.sums["received"])


@measure
def reopened(tally: Tally) -> float | None:
    """Tickets that are a reopening."""
    return tally.sums["reopened"]


@measure
def satisfaction(tally: Tally) -> float | None:
    """Share of ratings of four or five stars."""
    return share(tally.sums["satisfied"], tally.sums["rated"])


@measure
def in_air(tally: Tally) -> float | None:
    """Mean hours from receipt to the sign that held."""
    landed = tally.sums.get("landed", 0)
    return round(tally.sums.get("air_minutes", 0) / landed / 60, 1) if landed else None


@measure
def passed_on(tally: Tally) -> float | None:
    """Share of those signed that had been returned before."""
    return share(tally.sums.get("bounced", 0), tally.sums.get("landed", 0))


@measure
def handling(tally: Tally) -> float | None:
    """The middle of the bucket that holds the median handling time."""
    half, seen = sum(count for _, count in tally.spread) / 2, 0
    for middle, count in tally.spread:
        seen += count
        if seen >= half and count > 0:
            return middle
    return None


@measure
def suggested_right(tally: Tally) -> float | None:
    """Share of decided suggestions that named the unit that closed the ticket."""
    return share(tally.sums.get("right", 0), tally.sums.get("decided", 0))
