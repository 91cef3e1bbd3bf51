"""How sure a suggestion is, and from where on it needs no person, measured on held-out rows.

A category model's probabilities say which unit is likelier, not yet how often that is right; a
logistic regression on three of their figures says that (D. Cox, The Regression Analysis of Binary
Sequences, 1958). The thresholds belong to one category model and are kept beside it in ``dial.json``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from nlu.ngrams import Floats
from nlu.reliability import calibration_error, coverage_curve, threshold_for

FILE = "dial.json"
PROMISE, LIKELY = 0.98, 0.80
NEVER = 1.01
FLOOR = 1e-4


@dataclass(frozen=True)
class Thresholds:
    """Confidences for the dial.

    ``auto`` keeps the ``promise`` (``NEVER`` where nothing does), ``one_click`` keeps ``LIKELY``.
    ``by_category`` raises ``auto`` where a category's own held-out decisions broke the promise.
    ``curve`` is (coverage, accuracy, confidence); ``model`` the digest of the category model;
    ``trust`` the intercept and the weights of ``signs``.
    """

    model: str
    trust: Sequence[float]
    auto: float
    one_click: float
    covered: float
    unit_accuracy: float
    calibration_error: float
    rows: int
    promise: float = PROMISE
    by_category: Mapping[str, float] = field(default_factory=dict)
    curve: Sequence[tuple[float, float, float]] = ()

    def confidence(self, unit: float, category: float, second: float) -> float:
        """How often a suggestion like this is right.

        :param unit: probability of the suggested unit, ``category`` of the likeliest category,
            ``second`` of the next unit.
        """
        score = self.trust[0] + sum(
            weight * sign
            for weight, sign in zip(self.trust[1:], signs(unit, category, second), strict=True)
        )
        return 1 / (1 + math.exp(-score))

    def auto_for(self, category: str) -> float:
        """The confidence from which a category may go without a person."""
        return self.by_category.get(category, self.auto)

    def save(self, folder: Path) -> None:
        """Write them beside the models."""
        (folder / FILE).write_text(self._content() + "\n", encoding="utf-8")

    @property
    def digest(self) -> str:
        """SHA-256 of what is written."""
        return hashlib.sha256(self._content().encode()).hexdigest()

    def _content(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def load(cls, folder: Path, model: str) -> Thresholds:
        """Read them.

        :raises ValueError: they are missing, unreadable or another model's.
        """
        path = folder / FILE
        try:
            kept = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, TypeError, ValueError) as error:
            raise ValueError(f"{path} 读不出来：请运行 python -m hotline train") from error
        if kept.model != model:
            raise ValueError(f"{path} 属于另一个分类模型：请运行 python -m hotline train")
        return kept


def signs(unit: float, category: float, second: float) -> tuple[float, float, float]:
    """What the confidence follows from: both log-odds and the log-ratio of the two units."""
    return _log_odds(unit), _log_odds(category), math.log((unit + FLOOR) / (second + FLOOR))


def fit_thresholds(
    model: str,
    figures: Sequence[tuple[float, float, float]],
    right: NDArray[np.bool_],
    categories: Sequence[str],
    authors: Sequence[str],
) -> Thresholds:
    """Choose weights and thresholds from held-out decisions.

    Each author's confidences come from weights fitted on the others.

    :param figures: n times (unit, category, second) as in ``Thresholds.confidence``;
        ``right`` (n,) whether the unit was the true one; ``categories`` the n suggested ones.
    """
    rows = np.array([signs(*one) for one in figures])
    names = np.array(authors)
    confidence = np.zeros(len(rows), dtype=np.float32)
    for name in sorted(set(authors)):
        mine = names == name
        others = ~mine if (~mine).any() else mine
        confidence[mine] = _fit(rows[others], right[others]).predict_proba(rows[mine])[:, 1]
    final = _fit(rows, right)
    auto = threshold_for(confidence, right, PROMISE)
    likely = threshold_for(confidence, right, LIKELY)
    level = NEVER if auto is None else auto
    raised = _raised(confidence, right, np.array(categories), level)
    lines = np.array([raised.get(name, level) for name in categories])
    return Thresholds(
        model=model,
        trust=[round(float(one), 6) for one in (final.intercept_[0], *final.coef_[0])],
        auto=level,
        one_click=min(level, 0.5 if likely is None else likely),
        covered=round(float((confidence >= lines).mean()), 4),
        unit_accuracy=round(float(right.mean()), 4),
        calibration_error=round(calibration_error(confidence, right)[0], 4),
        rows=len(right),
        by_category=raised,
        curve=[
            (round(a, 2), round(b, 4), round(c, 4)) for a, b, c in coverage_curve(confidence, right)
        ],
    )


def _raised(
    confidence: Floats, right: NDArray[np.bool_], categories: NDArray[np.str_], level: float
) -> dict[str, float]:
    """Higher lines for categories that broke the promise above the common one."""
    raised: dict[str, float] = {}
    for name in sorted(set(categories.tolist())):
        mine = (categories == name) & (confidence >= level)
        wrong = mine & ~right
        if wrong.any() and float(right[mine].mean()) < PROMISE:
            raised[name] = min(NEVER, float(confidence[wrong].max()) + 1e-6)
    return raised


def _fit(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> LogisticRegression:
    # One clear case of each kind, so that few examples that all go one way can be fitted too.
    clear = np.array([signs(0.99, 0.99, 0.01), signs(0.01, 0.01, 0.01)])
    return LogisticRegression(C=1.0).fit(
        np.vstack([rows, clear]), np.concatenate([right, [True, False]])
    )


def _log_odds(share: float) -> float:
    bounded = min(max(share, FLOOR), 1 - FLOOR)
    return math.log(bounded / (1 - bounded))
