"""Training of a classifier: features, held-out scores, calibration, final weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from nlu.calibration import fit_calibration
from nlu.classifier import TextClassifier
from nlu.features import FeatureSpace, fit_features
from nlu.linear import Labels, fit_linear
from nlu.ngrams import Floats
from nlu.reliability import Reliability, measure

FEWEST_EXAMPLES = 3
FOLDS = 4
MOST_WEIGHTS = 2_400_000
LEAST_FEATURES = 60_000


class Aids(NamedTuple):
    """Rows every model learns from: texts and positions of their labels."""

    texts: list[str]
    labels: Labels


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
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    hints: Sequence[tuple[str, str]] = (),
) -> Trained:
    """Train on (text, label) rows; rows without a text or label are left out.

    `groups` keeps rows that belong together (near-duplicates, one author) on one side of every
    split. Labels with fewer than 3 examples are not learned but named in `too_small`. `hints` are
    further (text, label) pairs, typical phrases say: always learned from, never judged by.
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
    known = [(text, at[label]) for text, label in hints if label in at and text.strip()]
    aids = Aids([text for text, _ in known], np.array([one for _, one in known], dtype=np.int64))
    total = (_folds(truth, together) + 1) * len(names)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    scores = _held_out_scores(rows, truth, together, len(names), step, aids)
    calibration = fit_calibration(scores, truth)
    features, weights, bias = _fit(rows, truth, len(names), step, aids)
    held_out = calibration.probabilities(scores)
    reliability = measure(held_out, calibration.decide(held_out), truth, names)
    card = {"rows": len(rows), "too_small": too_small, "held_out": reliability.summary()}
    classifier = TextClassifier(names, features, weights, bias, calibration, card)
    return Trained(classifier, too_small, kept, truth, held_out, reliability)


def _group(groups: Sequence[str] | None, row: int) -> str:
    """Return the group of a row; a row without one stands alone."""
    group = groups[row] if groups is not None else ""
    return group or f"\x00{row}"


def _folds(truth: Labels, groups: np.ndarray) -> int:
    """Return in how many parts the rarest label and the groups can be split."""
    return max(2, min(FOLDS, int(np.bincount(truth).min()), len(np.unique(groups))))


def _held_out_scores(
    rows: Sequence[str],
    truth: Labels,
    groups: np.ndarray,
    count: int,
    step: Callable[[], None],
    aids: Aids,
) -> Floats:
    """Return scores (n, count) of every row from a model that had not seen its group."""
    scores = np.zeros((len(rows), count), dtype=np.float32)
    splitter = StratifiedGroupKFold(_folds(truth, groups), shuffle=True, random_state=0)
    for learn, test in splitter.split(rows, truth, groups):
        features, weights, bias = _fit([rows[i] for i in learn], truth[learn], count, step, aids)
        scores[test] = features.scores([rows[i] for i in test], weights, bias)
    return scores


def _fit(
    rows: Sequence[str], truth: Labels, count: int, step: Callable[[], None], aids: Aids
) -> tuple[FeatureSpace, Floats, Floats]:
    """Return features, weights and bias, unimportant features dropped to bound size and time."""
    rows, truth = [*rows, *aids.texts], np.concatenate([truth, aids.labels])
    features = fit_features(rows)
    weights, bias = fit_linear(features.matrix(rows), truth, count, step)
    room = max(LEAST_FEATURES, MOST_WEIGHTS // count)
    if len(features.keys) > room:
        spread = (weights.max(axis=1) - weights.min(axis=1)) * features.idf
        chosen = np.sort(np.argpartition(-spread, room)[:room])
        features, weights = features.subset(chosen), weights[chosen]
    return features, weights, bias
