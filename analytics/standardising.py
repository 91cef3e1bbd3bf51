"""Fair comparison of shares: what each unit would have had with everybody's rates (indirect
standardisation), and how far it lies from that.

With category k, unit u, n tickets and x events (Breslow & Day, *Statistical Methods in Cancer
Research* II, IARC 1987, §2.3)::

    p_k = Σ_u x_uk / Σ_u n_uk          the rate of all units in the category
    E_u = Σ_k n_uk · p_k               expected with the unit's own mix of categories
    SR_u = x_u / E_u                   standardised ratio
    rate_u = SR_u · Σx / Σn            standardised rate, cut to 0…1

and from the spread expected by chance (Spiegelhalter, *Statistics in Medicine* 24, 2005: funnel
limits of 95 % and 99.8 %)::

    V_u = Σ_k n_uk · p_k · (1 - p_k),  z_u = (x_u - E_u) / √V_u

Indirect, not direct, because most units have no tickets at all in most categories. Where others
have fewer than `FEWEST` tickets in a category, p_k is that of its first level (公用事业 for
公用事业/供水); where even that is nearly the unit's own, its tickets there say nothing and are left
out, and a unit that consists mostly of such gets no verdict.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 10
NOTABLE, CLEAR = 1.96, 3.09
BETTER, WORSE, LIKE, FEW = "better", "worse", "like", "few"
_ALL = ""


@dataclass(frozen=True)
class Stratum:
    """`events` of `exposed` tickets of one unit in one category (two levels, parted by /)."""

    unit: str
    category: str
    events: int
    exposed: int


@dataclass(frozen=True)
class Compared:
    """A unit against the others.

    `verdict` is better, worse, like or few; with few (`exposed` under `FEWEST`, or hardly anybody
    to compare with) the figures are None. `rate` is as counted, `standardised` fair, with a 95 %
    interval `low` to `high`; `comparable` is the share of its tickets that others have the like of.
    """

    exposed: int | None
    events: int | None
    rate: float | None
    expected: float | None
    standardised: float | None
    low: float | None
    high: float | None
    z: float | None
    comparable: float | None
    verdict: str

    @property
    def clear(self) -> bool:
        """Whether it lies beyond the 99.8 % limits."""
        return self.z is not None and abs(self.z) >= CLEAR


NOTHING = Compared(None, None, None, None, None, None, None, None, None, FEW)


def standardise(strata: Iterable[Stratum], better: str) -> dict[str, Compared]:
    """Compare every unit with all; `better` is up or down."""
    rates = _Rates()
    mine: dict[str, list[Stratum]] = defaultdict(list)
    for one in strata:
        if one.exposed > 0:
            rates.add(one)
            mine[one.unit].append(one)
    return {unit: _compared(own, rates, better) for unit, own in mine.items()}


class _Rates:
    """Events and exposed tickets by category, by first level, and of all."""

    def __init__(self) -> None:
        self._events: dict[str, int] = defaultdict(int)
        self._exposed: dict[str, int] = defaultdict(int)
        self._own: dict[tuple[str, str], int] = defaultdict(int)

    def add(self, one: Stratum) -> None:
        for key in (one.category, _first(one.category), _ALL):
            self._events[key] += one.events
            self._exposed[key] += one.exposed
            self._own[one.unit, key] += one.exposed

    def of(self, one: Stratum) -> float | None:
        """The rate to expect, None where nobody else has the like."""
        for key in (one.category, _first(one.category)):
            if self._exposed[key] - self._own[one.unit, key] >= FEWEST:
                return self._events[key] / self._exposed[key]
        return None

    @property
    def overall(self) -> float:
        return self._events[_ALL] / self._exposed[_ALL]


def _first(category: str) -> str:
    return category.split("/", 1)[0] + "/"


def _compared(own: list[Stratum], rates: _Rates, better: str) -> Compared:
    total = sum(one.exposed for one in own)
    if total < FEWEST:
        return NOTHING
    events = sum(one.events for one in own)
    found = [(one, rate) for one in own if (rate := rates.of(one)) is not None]
    shared = sum(one.exposed for one, _ in found)
    expected = sum(one.exposed * rate for one, rate in found)
    variance = sum(one.exposed * rate * (1 - rate) for one, rate in found)
    if 2 * shared < total or not variance:
        return Compared(
            total, events, events / total, None, None, None, None, None, shared / total, FEW
        )
    seen = sum(one.events for one, _ in found)
    overall, spread = rates.overall, math.sqrt(variance)
    z = (seen - expected) / spread
    verdict = LIKE if abs(z) < NOTABLE else (BETTER if (z > 0) == (better == "up") else WORSE)

    def fair(count: float) -> float:
        return min(1.0, max(0.0, count / expected * overall))

    return Compared(
        total,
        events,
        events / total,
        expected,
        fair(seen),
        fair(seen - NOTABLE * spread),
        fair(seen + NOTABLE * spread),
        z,
        shared / total,
        verdict,
    )
