"""Linear scores for labels, one label against the rest, by three kinds of models.

The dense kind is a support vector machine and its naive-Bayes-weighted twin, which scales each
feature by how much more often it occurs with a label than without (S. Wang and C. Manning,
Baselines and Bigrams, ACL 2012). The sparse kind is a logistic regression with the lasso penalty
on words alone (R. Tibshirani, 1996): where examples are few, a handful of telling words says more
than all the others together. The third kind is a ridge regression on the sum of the embedding's
vectors of the words and characters: what is alike in meaning shares its weight. All are linear in
the same features, so that their weighted sum is one weight matrix and costs one look-up a feature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlu.ngrams import Floats

Labels = NDArray[np.int64]
Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix, which has no types

PLAIN_COST = 0.2
TWIN_COST = 0.1
LASSO_COST = 2.0
MEANING_RIDGE = 0.33
# How far rare labels weigh more in the third kind: 0 not at all, 1 as much as frequent ones.
MEANING_BALANCE = 0.75
# A label that no example shows must never win.
NEVER = np.float32(-1e3)


class Scorer(NamedTuple):
    """Weights (f, k) and bias (k,) of one kind of model."""

    weights: Floats
    bias: Floats


def fit_linear(
    matrix: Matrix,
    labels: Labels,
    count: int,
    words: NDArray[np.int64] | None,
    step: Callable[[], None] = lambda: None,
) -> list[Scorer]:
    """Return the dense kind and, where `words` are given, the sparse kind.

    `labels` (n,) positions below `count`; `words` columns of single words and word pairs; `step`
    is called after each label. Classes are balanced, so that rare labels are heard.
    """
    scorers = [
        Scorer(
            np.zeros((matrix.shape[1], count), dtype=np.float32),
            np.full(count, NEVER, dtype=np.float32),
        )
        for _ in range(1 if words is None else 2)
    ]
    present = np.asarray((matrix > 0).sum(axis=0), dtype=np.float64).ravel()
    telling = None if words is None else matrix[:, words]

    # One after the other: LIBLINEAR's random numbers are shared between threads, and the same
    # rows must give the same model.
    for label in np.unique(labels).tolist():
        target = labels == label
        if target.all():
            for scorer in scorers:
                scorer.bias[label] = 1
            continue
        plain, plain_bias, plain_spread = _fit_one(matrix, target, PLAIN_COST)
        ratio = _log_ratio(matrix, target, present)
        twin, twin_bias, twin_spread = _fit_one(
            matrix @ scipy.sparse.diags(ratio), target, TWIN_COST
        )
        scorers[0].weights[:, label] = plain / plain_spread + twin * ratio / twin_spread
        scorers[0].bias[label] = plain_bias / plain_spread + twin_bias / twin_spread
        if telling is not None:
            lasso = LogisticRegression(
                solver="liblinear",
                l1_ratio=1.0,
                C=LASSO_COST,
                class_weight="balanced",
                random_state=0,
            ).fit(telling, target)
            scorers[1].weights[words, label] = lasso.coef_[0]
            scorers[1].bias[label] = lasso.intercept_[0]
        step()

    return scorers


def fit_meaning(
    matrix: Matrix, labels: Labels, count: int, known: NDArray[np.int64], vectors: Floats
) -> Scorer:
    """Return the third kind.

    `known` (m,) columns that the embedding knows, `vectors` (m, d) theirs; the values of `matrix`
    count how often and how telling. A. Hoerl and R. Kennard, Ridge Regression, 1970.
    """
    sums: Floats = matrix[:, known] @ vectors
    length = float(np.sqrt((sums * sums).sum(axis=1)).mean()) or 1.0
    sums = np.hstack([sums / length, np.ones((len(sums), 1), dtype=np.float32)])
    shown = np.bincount(labels, minlength=count)
    importance = (len(labels) / count / shown[labels]) ** MEANING_BALANCE
    target = np.where(labels[:, None] == np.arange(count), 1.0, -1.0)
    weighted = sums * importance[:, None]
    inner = weighted.T @ sums + MEANING_RIDGE * np.eye(sums.shape[1])
    found = np.linalg.solve(inner, weighted.T @ target)
    weights = np.zeros((matrix.shape[1], count), dtype=np.float32)
    weights[known] = vectors @ (found[:-1] / length).astype(np.float32)
    bias = np.where(shown > 0, found[-1], NEVER).astype(np.float32)
    return Scorer(weights, bias)


def _fit_one(matrix: Matrix, target: NDArray[np.bool_], cost: float) -> tuple[Floats, float, float]:
    """Return weights, bias and the spread of the scores of one label against the rest."""
    model = LinearSVC(C=cost, class_weight="balanced", random_state=0)
    model.fit(matrix, target)
    weights = model.coef_[0].astype(np.float32)
    bias = float(model.intercept_[0])
    spread = float(np.sqrt(np.mean((matrix @ weights + bias) ** 2)))
    return weights, bias, max(spread, 1e-6)


def _log_ratio(matrix: Matrix, target: NDArray[np.bool_], present: NDArray[np.float64]) -> Floats:
    """Return ln of how much likelier each feature is with the label than without, smoothed by 1."""
    inside = np.asarray((matrix[target] > 0).sum(axis=0), dtype=np.float64).ravel()
    outside = present - inside
    with_label = (inside + 1) / (inside + 1).sum()
    without = (outside + 1) / (outside + 1).sum()
    ratio: Floats = np.log(with_label / without).astype(np.float32)
    return ratio
