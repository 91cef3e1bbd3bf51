"""Training of a classifier: features, held-out scores, calibration, final weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from nlu.classifier import TextClassifier
from nlu.features import FeatureSpace, fit_features
from nlu.calibration import Calibration, fit_calibration
from nlu.linear import Labels, fit_linear
from nlu.ngrams import Floats
from nlu.reliability import Reliability, measure

FEWEST_EXAMPLES = 3
FOLDS = 5
MOST_WEIGHTS = 6_000_000
LEAST_FEATURES = 60_000


class TrainingError(Exception):
    """The examples cannot be learned from; the message says what is missing."""


@dataclass(frozen=True)
class Trained:
    """A classifier, what it left out, and how it did on rows it had not seen.

    `held_out` (n, k) calibrated probabilities of the kept rows, `kept` their positions.
    """

    classifier: TextClassifier
    too_small: dict[str, int]
    kept: Labels
    truth: Labels
    held_out: Floats
    reliability: Reliability


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Trained:
    """Train on (text, label) rows; rows without a text or label are left out.

    `groups` keeps rows that belong together (near-duplicates, one author) on one side of every
    split. Labels with fewer than 3 examples are not learned but named in `too_small`.
    Deterministic: the same rows give the same model. Raises TrainingError when fewer than two
    labels remain.
    """
    counts = Counter(
        label for text, label in zip(texts, labels, strict=True) if text.strip() and label.strip()
    )
    too_small = {label: count for label, count in counts.items() if count < FEWEST_EXAMPLES}
    names = sorted(set(counts) - set(too_small))
    if len(names) < 2:
        raise TrainingError(
            f"expected at least 2 labels with {FEWEST_EXAMPLES} examples each, got {dict(counts)}"
        )
    at = {name: position for position, name in enumerate(names)}
    kept = np.array([i for i, label in enumerate(labels) if label in at and texts[i].strip()])
    rows = [texts[i] for i in kept]
    truth = np.array([at[labels[i]] for i in kept])
    together = np.array([_group(groups, i) for i in kept])
    total = (min(FOLDS, _folds(truth)) + 1) * len(names)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    scores = _held_out_scores(rows, truth, together, len(names), step)
    calibration = fit_calibration(scores, truth)
    features, weights, bias = _fit(rows, truth, len(names), step)
    held_out = calibration.probabilities(scores)
    reliability = measure(held_out, calibration.decide(held_out), truth, names)
    card = {"rows": len(rows), "too_small": too_small, "held_out": reliability.summary()}
    classifier = TextClassifier(names, features, weights, bias, calibration, card)
    return Trained(classifier, too_small, kept, truth, held_out, reliability)


def _group(groups: Sequence[str] | None, row: int) -> str:
    """Return the group of a row; a row without one stands alone."""
    group = groups[row] if groups is not None else ""
    return group or f"\x00{row}"


def _folds(truth: Labels) -> int:
    """Return in how many parts the rarest label can be split."""
    return max(2, min(FOLDS, int(np.bincount(truth).min())))


def _held_out_scores(
    rows: Sequence[str], truth: Labels, groups: np.ndarray, count: int, step: Callable[[], None]
) -> Floats:
    """Return scores (n, count) of every row from a model that had not seen its group."""
    scores = np.zeros((len(rows), count), dtype=np.float32)
    splitter = StratifiedGroupKFold(_folds(truth), shuffle=True, random_state=0)
    for learn, test in splitter.split(rows, truth, groups):
        features, weights, bias = _fit([rows[i] for i in learn], truth[learn], count, step)
        scores[test] = features.scores([rows[i] for i in test], weights, bias)
    return scores


def _fit(
    rows: Sequence[str], truth: Labels, count: int, step: Callable[[], None]
) -> tuple[FeatureSpace, Floats, Floats]:
    """Return features, weights and bias, unimportant features dropped to bound size and time."""
    features = fit_features(rows)
    weights, bias = fit_linear(features.matrix(rows), truth, count, step)
    room = max(LEAST_FEATURES, MOST_WEIGHTS // count)
    if len(features.keys) > room:
        spread = (weights.max(axis=1) - weights.min(axis=1)) * features.idf
        chosen = np.sort(np.argpartition(-spread, room)[:room])
        features, weights = features.subset(chosen), weights[chosen]
    return features, weights, bias
