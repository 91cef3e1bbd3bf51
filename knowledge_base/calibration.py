"""How sure an answer is: a logistic curve fitted on judged questions, and its thresholds."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge_base.base import Found, KnowledgeBase

FILE = Path(__file__).with_name("calibration.json")
FEATURES = ("wording", "profile", "body", "lead", "agreement", "meaning", "coverage")
MIN_QUESTIONS = 60
EXACT = 0.99


@dataclass(frozen=True)
class Calibration:
    """Coefficients for `FEATURES` and from which confidence to answer or to offer choices."""

    intercept: float
    weights: dict[str, float]
    answer_from: float
    offer_from: float

    def confidence(self, found: list[Found]) -> float:
        """Return how likely the first entry is the right one, from 0 to 1."""
        if not found:
            return 0.0
        if found[0].exact:
            return EXACT
        if found[0].cited:
            return self.answer_from + (1 - self.answer_from) * found[0].score
        z = self.intercept + sum(
            self.weights.get(name, 0.0) * value for name, value in features(found).items()
        )
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, z))))


def features(found: list[Found]) -> dict[str, float]:
    """Return what confidence is judged by, for the first of the found entries.

    `lead` is the relative distance to the second entry, `agreement` tells whether all wordings of
    the entry support the match or one chance word in one of them.
    """
    best = found[0]
    second = found[1].score if len(found) > 1 else 0.0
    return {
        "wording": best.wording,
        "profile": best.profile,
        "body": best.body,
        "lead": (best.score - second) / max(best.score, 1e-9),
        "agreement": min(3.0, best.profile / max(best.wording, 0.05)),
        "meaning": best.meaning,
        "coverage": best.coverage,
    }


def mode_of(base: KnowledgeBase) -> str:
    """Return which set of coefficients fits a base: with or without an embedding model."""
    return "meaning" if base.has_meaning else "lexical"


@lru_cache(maxsize=4)
def load_calibration(mode: str) -> Calibration:
    """Read the coefficients of a mode; raises ValueError when the file lacks them."""
    sets = json.loads(FILE.read_text(encoding="utf-8"))
    if mode not in sets:
        raise ValueError(
            f"{FILE} has no set “{mode}”: run python -m knowledge_base calibrate --questions CSV"
        )
    return Calibration(**sets[mode])


def fit(base: KnowledgeBase, questions: list[tuple[str, frozenset[str]]]) -> Calibration:
    """Fit on judged questions.

    Args:
        base: the base that answers.
        questions: (question, ids of the right entries, none when the base has no answer).

    Returns:
        Coefficients; thresholds are where, in cross-validation, right answers outnumber wrong
        ones most when a wrong answer counts twice.

    Raises:
        ValueError: with fewer than `MIN_QUESTIONS` questions or only one kind of them.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    rows, right = [], []
    for question, accepted in questions:
        found = base.retrieve(question)
        if found:
            rows.append(list(features(found).values()))
            right.append(found[0].entry.id in accepted)
        # The same question, had the base no answer: what is left is wrong by construction.
        others = [f for f in found if f.entry.id not in accepted]
        if accepted and others:
            rows.append(list(features(others).values()))
            right.append(False)
    if len(rows) < MIN_QUESTIONS or len(set(right)) < 2:
        raise ValueError(
            f"need at least {MIN_QUESTIONS} questions, right and wrong; got {len(rows)}"
        )
    table, target = np.array(rows), np.array(right, dtype=int)
    model = LogisticRegression(C=3.0, max_iter=1000)
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    sure = cross_val_predict(model, table, target, cv=folds, method="predict_proba")[:, 1]
    grid = np.linspace(0.3, 0.9, 61)
    gain = [float(target[sure >= t].sum() - 2 * (1 - target[sure >= t]).sum()) for t in grid]
    answer_from = float(grid[int(np.argmax(gain))])
    model.fit(table, target)
    return Calibration(
        intercept=round(float(model.intercept_[0]), 4),
        weights={n: round(float(w), 4) for n, w in zip(FEATURES, model.coef_[0], strict=True)},
        answer_from=round(answer_from, 2),
        offer_from=round(answer_from / 2, 2),
    )


def save(mode: str, calibration: Calibration) -> None:
    """Write the coefficients of a mode, keeping the others."""
    sets = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    sets[mode] = asdict(calibration)
    FILE.write_text(json.dumps(sets, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    load_calibration.cache_clear()
