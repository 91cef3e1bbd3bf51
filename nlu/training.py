"""Training of a classifier: features, held-out scores, calibration, final weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from nlu.calibration import fit_calibration
from nlu.classifier import TextClassifier
from nlu.embeddings import SHIPPED, NgramEmbedder, load_embedder
from nlu.features import FeatureSpace, fit_features
from nlu.linear import Labels, Scorer, fit_linear, fit_meaning
from nlu.ngrams import WORDS, Floats
from nlu.reliability import Reliability, measure

FEWEST_EXAMPLES = 3
FOLDS, FEW_FOLDS = 5, 3
# Rows × labels from which fewer folds must do.
MUCH_TO_LEARN = 2_000_000
MOST_WEIGHTS = 2_400_000
LEAST_FEATURES = 60_000
# Beyond this many rows × labels the lasso takes long and adds nothing.
MOST_FOR_LASSO = 400_000


class Aids(NamedTuple):
    """What every model learns with: further texts, positions of their labels, whether to lasso."""

    texts: list[str]
    labels: Labels
    lasso: bool


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
    aids = Aids(
        [text for text, _ in known],
        np.array([one for _, one in known], dtype=np.int64),
        len(rows) * len(names) <= MOST_FOR_LASSO,
    )
    total = (_folds(truth, together) + 1) * len(names)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    scores = _held_out_scores(rows, truth, together, len(names), step, aids)
    calibration, shares = fit_calibration(scores, truth)
    features, scorers = _fit(rows, truth, len(names), step, aids)
    weights = _weighted([one.weights for one in scorers], shares)
    bias = _weighted([one.bias for one in scorers], shares)
    held_out = calibration.probabilities(_weighted(scores, shares))
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
    counts = np.bincount(truth)
    most = FOLDS if len(truth) * len(counts) < MUCH_TO_LEARN else FEW_FOLDS
    return max(2, min(most, int(counts.min()), len(np.unique(groups))))


def _weighted(parts: Sequence[Floats], shares: NDArray[np.float64]) -> Floats:
    """Return the sum of the parts, each times its share."""
    total = np.zeros_like(parts[0], dtype=np.float64)
    for share, part in zip(shares, parts, strict=True):
        total += share * part
    summed: Floats = total.astype(np.float32)
    return summed


def _held_out_scores(
    rows: Sequence[str],
    truth: Labels,
    groups: np.ndarray,
    count: int,
    step: Callable[[], None],
    aids: Aids,
) -> list[Floats]:
    """Return scores (n, count) of every row by each kind of model that had not seen its group."""
    scores: list[Floats] = []
    splitter = StratifiedGroupKFold(_folds(truth, groups), shuffle=True, random_state=0)
    for learn, test in splitter.split(rows, truth, groups):
        features, scorers = _fit([rows[i] for i in learn], truth[learn], count, step, aids)
        scores = scores or [np.zeros((len(rows), count), dtype=np.float32) for _ in scorers]
        matrix = features.matrix([rows[i] for i in test])
        for kind, scorer in zip(scores, scorers, strict=True):
            kind[test] = matrix @ scorer.weights + scorer.bias
    return scores


def _fit(
    rows: Sequence[str], truth: Labels, count: int, step: Callable[[], None], aids: Aids
) -> tuple[FeatureSpace, list[Scorer]]:
    """Return features and scorers, unimportant features dropped to bound size and time."""
    rows, truth = [*rows, *aids.texts], np.concatenate([truth, aids.labels])
    features = fit_features(rows)
    words = np.flatnonzero(features.field_of == WORDS) if aids.lasso else None
    matrix = features.matrix(rows)
    scorers = fit_linear(matrix, truth, count, words, step)
    embedder = load_embedder(str(SHIPPED))
    if isinstance(embedder, NgramEmbedder):
        known, vectors = embedder.parts(features.keys)
        vectors /= features.idf[known, None]
        scorers.append(fit_meaning(matrix, truth, count, known, vectors))
    room = max(LEAST_FEATURES, MOST_WEIGHTS // count)
    if len(features.keys) > room:
        spread = sum(np.ptp(one.weights, axis=1) for one in scorers) * features.idf
        chosen = np.sort(np.argpartition(-spread, room)[:room])
        features = features.subset(chosen)
        scorers = [Scorer(one.weights[chosen], one.bias) for one in scorers]
    return features, scorers
