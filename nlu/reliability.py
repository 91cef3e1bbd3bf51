"""How far a classifier can be trusted: per label, calibration, coverage against accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from nlu.linear import Labels
from nlu.ngrams import Floats

BINS = 15
PROMISES = (0.95, 0.98, 0.99)


@dataclass(frozen=True)
class Reliability:
    """Measures on rows the model had not learned from.

    `coverage` and `accuracy` (n,) are the curve: deciding the surest share of rows, how many of
    them are right. `thresholds` maps a promised accuracy to the confidence that keeps it (None
    where no confidence does).
    """

    labels: list[str]
    per_label: list[dict[str, Any]]
    confusion: list[list[int]]
    macro_f1: float
    accuracy: float
    top3: float
    calibration_error: float
    bins: list[dict[str, float]]
    thresholds: dict[str, float | None]
    covered: dict[str, float]
    curve: list[tuple[float, float, float]]

    def summary(self) -> dict[str, Any]:
        """Return the figures worth keeping beside a model."""
        return {
            "macro_f1": round(self.macro_f1, 4),
            "accuracy": round(self.accuracy, 4),
            "top3": round(self.top3, 4),
            "calibration_error": round(self.calibration_error, 4),
            "thresholds": self.thresholds,
            "covered": {promise: round(share, 4) for promise, share in self.covered.items()},
        }


def measure(
    probabilities: Floats, decided: Labels, truth: Labels, labels: Sequence[str]
) -> Reliability:
    """Return the measures for (n, k) probabilities, (n,) decisions and (n,) true positions."""
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, decided, labels=range(len(labels)), zero_division=0
    )
    confidence = probabilities[np.arange(len(decided)), decided]
    right = decided == truth
    seen = support > 0
    # The chosen label and the two likeliest others: what `predict` lists.
    others = probabilities.copy()
    others[np.arange(len(decided)), decided] = -1
    in_top3 = right | (np.argsort(-others, axis=1)[:, :2] == truth[:, None]).any(axis=1)
    error, bins = calibration_error(confidence, right)
    thresholds, covered = {}, {}
    for promise in PROMISES:
        threshold = threshold_for(confidence, right, promise)
        thresholds[str(promise)] = threshold
        covered[str(promise)] = (
            0.0 if threshold is None else float((confidence >= threshold).mean())
        )
    return Reliability(
        labels=list(labels),
        per_label=[
            {
                "label": name,
                "precision": round(float(p), 4),
                "recall": round(float(r), 4),
                "f1": round(float(f), 4),
                "examples": int(s),
            }
            for name, p, r, f, s in zip(labels, precision, recall, f1, support, strict=True)
        ],
        confusion=confusion_matrix(truth, decided, labels=range(len(labels))).tolist(),
        macro_f1=float(f1[seen].mean()) if seen.any() else 0.0,
        accuracy=float(right.mean()) if len(right) else 0.0,
        top3=float(in_top3.mean()) if len(right) else 0.0,
        calibration_error=error,
        bins=bins,
        thresholds=thresholds,
        covered=covered,
        curve=coverage_curve(confidence, right),
    )


def calibration_error(
    confidence: Floats, right: np.ndarray
) -> tuple[float, list[dict[str, float]]]:
    """Return the expected calibration error (15 equal-width bins) and the bins.

    M. Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.
    """
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    error, bins = 0.0, []
    for at in np.unique(which):
        inside = which == at
        mean, hit, share = confidence[inside].mean(), right[inside].mean(), inside.mean()
        error += share * abs(mean - hit)
        bins.append({"confidence": float(mean), "accuracy": float(hit), "share": float(share)})
    return float(error), bins


def coverage_curve(confidence: Floats, right: np.ndarray) -> list[tuple[float, float, float]]:
    """Return (coverage, accuracy, threshold) for the surest 1 %, 2 % … 100 % of rows."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    curve = []
    for percent in range(1, 101):
        at = max(1, round(len(order) * percent / 100)) - 1
        if at < len(order):
            curve.append((percent / 100, float(running[at]), float(confidence[order[at]])))
    return curve


def threshold_for(confidence: Floats, right: np.ndarray, promise: float) -> float | None:
    """Return the lowest confidence at and above which `promise` of the decisions are right.

    At least 30 decisions must stand above it; None when no threshold keeps the promise.
    """
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(running >= promise)
    if not len(kept) or kept[-1] + 1 < min(30, len(order)):
        return None
    return float(confidence[order[kept[-1]]])
