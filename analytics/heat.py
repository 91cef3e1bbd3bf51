"""How hot a matter is."""

from __future__ import annotations

import math
from collections.abc import Sequence

HALF_LIFE_DAYS = 14.0
FORMULA = "热度 = 反映人数 × Σ 0.5^(距今天数 ÷ 14) 的平方根，再取一位小数；同一人多次反映不加人数"


def heat(days: Sequence[float], people: int, today: float) -> float:
    """Return √(people · Σ 0.5^(age / 14 days)).

    `days` when each ticket came in and `today`, days since 1970; ages below 0 count as 0. Grows
    with different people and with recent tickets; one person calling daily cannot inflate it,
    an old matter cools by a factor of √2 every 14 days.
    """
    recent = sum(0.5 ** (max(0.0, today - day) / HALF_LIFE_DAYS) for day in days)
    return round(math.sqrt(people * recent), 1)
