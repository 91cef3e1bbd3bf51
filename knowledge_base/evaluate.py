"""Hit tests: how often the right text comes first, or among the first ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Score:
    """Result of a hit test; all shares are of `questions`."""

    questions: int
    recall_1: float
    recall_3: float
    recall_10: float
    reciprocal_rank: float

    def line(self, name: str) -> str:
        """Return one row of a table."""
        return (
            f"{name:<34}{self.questions:>7}{self.recall_1:>9.4f}{self.recall_3:>9.4f}"
            f"{self.recall_10:>10.4f}{self.reciprocal_rank:>8.4f}"
        )


def accepted(cell: str) -> frozenset[str]:
    """Return the entry ids a table's cell accepts, separated by ";"; empty when there are none."""
    return frozenset(name.strip() for name in cell.split(";") if name.strip())


HEADER = f"{'method':<34}{'n':>7}{'recall@1':>9}{'recall@3':>9}{'recall@10':>10}{'MRR@10':>8}"


def hit_test(rank: Ranking, questions: Sequence[str], right: Sequence[frozenset[str]]) -> Score:
    """Ask every question and look where a right id stands.

    Args:
        rank: question → ids, best first; ten are looked at.
        questions: what is asked.
        right: for each question the ids that count as right.
    """
    places = []
    for question, good in zip(questions, right, strict=True):
        ids = list(rank(question))[:10]
        places.append(next((n for n, name in enumerate(ids, 1) if name in good), 0))
    total = max(1, len(places))
    return Score(
        questions=len(places),
        recall_1=sum(p == 1 for p in places) / total,
        recall_3=sum(0 < p <= 3 for p in places) / total,
        recall_10=sum(p > 0 for p in places) / total,
        reciprocal_rank=sum(1 / p for p in places if p) / total,
    )
