"""How hot a matter is."""

from __future__ import annotations

import math
from collections.abc import Sequence

HALF_LIFE_DAYS = 14.0
FORMULA = "热度 = √（反映人数 × Σ 0.5^(距今天数 ÷ 14)）；同一人多次反映只算一人。最高热度是历史上任何一天的最大值"


def heat(days: Sequence[float], people: int, today: float) -> float:
    """Return √(people · Σ 0.5^(age / 14 days)).

    `days` when each ticket came in and `today`, days since 1970; ages below 0 count as 0. Grows
    with different people and with recent tickets; one person calling daily cannot inflate it,
    an old matter cools by a factor of √2 every 14 days.
    """
    recent = sum(0.5 ** (max(0.0, today - day) / HALF_LIFE_DAYS) for day in days)
    return round(math.sqrt(people * recent), 1)


def peak_heat(days: Sequence[float], people: Sequence[str]) -> float:
    """Return the greatest heat the matter ever had: that of its hottest moment.

    `days` (n,) in any order with the person of each ticket.
    """
    recent, peak, last = 0.0, 0.0, -math.inf
    seen: set[str] = set()
    for day, person in sorted(zip(days, people, strict=True)):
        recent = (recent * 0.5 ** ((day - last) / HALF_LIFE_DAYS) if seen else 0.0) + 1.0
        last = day
        seen.add(person)
        peak = max(peak, math.sqrt(len(seen) * recent))
    return round(peak, 1)
