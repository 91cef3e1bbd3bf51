"""How well groups agree with silver groups (must-link recall, precision among these messages)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Agreement:
    """B-cubed (A. Bagga, B. Baldwin, 1998) and pair figures, each 0 to 1."""

    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    pair_precision: float
    pair_recall: float
    pair_f1: float


def read_silver(path: Path) -> dict[str, str]:
    """Return message id → silver group."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["message_id"]: row["consensus_cluster"] for row in csv.DictReader(file)}


def measure(silver: Mapping[str, str], found: Mapping[str, str]) -> Agreement:
    """Compare the groups of the messages in `silver`; an empty or missing id is a single."""
    mine = {name: found.get(name) or f"\x00{name}" for name in silver}
    both = Counter((mine[name], silver[name]) for name in silver)
    in_mine, in_silver = Counter(mine.values()), Counter(silver.values())
    count = max(1, len(silver))
    precision = sum(both[mine[n], silver[n]] / in_mine[mine[n]] for n in silver) / count
    recall = sum(both[mine[n], silver[n]] / in_silver[silver[n]] for n in silver) / count
    together = _pairs(both)
    pair_precision = together / max(1, _pairs(in_mine))
    pair_recall = together / max(1, _pairs(in_silver))
    return Agreement(
        precision,
        recall,
        _f1(precision, recall),
        pair_precision,
        pair_recall,
        _f1(pair_precision, pair_recall),
    )


def _pairs(counts: Mapping[Any, int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
