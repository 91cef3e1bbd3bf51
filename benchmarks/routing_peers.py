"""The classifiers ours is measured beside, each as its authors publish or recommend it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import jieba
import numpy as np
from scipy.special import softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from nlu.training import Trained, train


class Contender(Protocol):
    """A classifier of texts."""

    def fit(self, texts: Sequence[str], labels: Sequence[str], groups: Sequence[str]) -> None:
        """Learn."""

    def probabilities(self, texts: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Return labels, probabilities (n, k) and the chosen positions (n,)."""
        ...


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Return jieba's words; remembered while a grid is searched, never while speed is measured."""
    return tuple(word for word in jieba.lcut(text) if not word.isspace())


class Pipelined:
    """A scikit-learn pipeline; margins become shares by softmax where it has no probabilities."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline

    def fit(self, texts: Sequence[str], labels: Sequence[str], _groups: Sequence[str]) -> None:
        """Learn; rows that belong together are not known to it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.pipeline.fit(list(texts), list(labels))

    def probabilities(self, texts: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Return labels, probabilities and the likeliest positions."""
        if hasattr(self.pipeline, "predict_proba"):
            shares = self.pipeline.predict_proba(list(texts))
        else:
            margins = self.pipeline.decision_function(list(texts))
            if margins.ndim == 1:
                margins = np.stack([-margins, margins], axis=1)
            shares = softmax(margins, axis=1)
        return list(self.pipeline.classes_), shares, shares.argmax(axis=1)


class Ours:
    """`nlu.training.train`, as `python -m nlu train` calls it."""

    trained: Trained

    def fit(self, texts: Sequence[str], labels: Sequence[str], groups: Sequence[str]) -> None:
        """Learn."""
        self.trained = train(texts, labels, groups)

    def probabilities(self, texts: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Return labels, probabilities and the decisions."""
        model = self.trained.classifier
        shares = model.predict_proba(texts)
        return model.labels, shares, model.decide(shares)


def _lasso() -> OneVsRestClassifier:
    # liblinear's own way with several labels is one against the rest, too.
    return OneVsRestClassifier(LogisticRegression(solver="liblinear", l1_ratio=1.0, random_state=0))


def signalen(folds: int = 5) -> Pipelined:
    """Signalen/classification, `app/engine.py`, with its slow grid; jieba instead of Dutch stems.

    CountVectorizer → TfidfTransformer(use_idf=False) → LogisticRegression (L1, liblinear).
    """
    pipeline = Pipeline(
        [
            ("vect", CountVectorizer(tokenizer=words, token_pattern=None, lowercase=True)),
            ("tfidf", TfidfTransformer(norm="l2", use_idf=False)),
            ("clf", _lasso()),
        ]
    )
    grid = {
        "clf__estimator__class_weight": [None, "balanced"],
        "clf__estimator__max_iter": [300, 500],
        "vect__ngram_range": [(1, 1), (1, 2)],
    }
    return Pipelined(GridSearchCV(pipeline, grid, cv=folds))


def tuned_logistic(folds: int = 5) -> Pipelined:
    """The same parts, tuned: inverse document frequency, ridge penalty, strength by grid."""
    pipeline = Pipeline(
        [
            ("vect", TfidfVectorizer(
                tokenizer=words, token_pattern=None, ngram_range=(1, 2), min_df=2,
                sublinear_tf=True)),
            ("clf", LogisticRegression(max_iter=1000)),
        ]
    )  # fmt: skip
    grid = {"clf__C": [3.0, 10.0, 30.0], "clf__class_weight": [None, "balanced"]}
    return Pipelined(GridSearchCV(pipeline, grid, cv=folds))


def _characters() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)


def character_svm() -> Pipelined:
    """TF-IDF of characters 1–3 and a linear support vector machine; softmax of its margins."""
    return Pipelined(Pipeline([("vect", _characters()), ("clf", LinearSVC(
        class_weight="balanced", random_state=0))]))  # fmt: skip


def calibrated_union(folds: int = 5) -> Pipelined:
    """Words and characters side by side, support vector machines, Platt-calibrated."""
    both = FeatureUnion(
        [
            ("words", TfidfVectorizer(
                tokenizer=words, token_pattern=None, ngram_range=(1, 2), min_df=2,
                sublinear_tf=True)),
            ("characters", _characters()),
        ]
    )  # fmt: skip
    machine = CalibratedClassifierCV(LinearSVC(random_state=0), cv=folds)
    return Pipelined(Pipeline([("vect", both), ("clf", machine)]))
