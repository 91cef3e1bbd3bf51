"""Does a reply speak of what was asked (答非所问)? Learned from replies and messages mixed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from nlu.embeddings import Embedder, load_embedder
from nlu.features import FeatureSpace, fit_features
from nlu.model_folder import read_model, write_model

KIND = "reply-topic/1"
FOLDER = Path("models/reply_topic")
FOLDS = 5
# A shorter reply says too little to be about anything.
TALKS_FROM = 60
NAMES = ("词语相合", "意思相近", "问中有答", "长度")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TopicModel:
    """Weights of four likenesses of message and reply, standardised by `mean` and `spread`."""

    features: FeatureSpace
    mean: Floats
    spread: Floats
    weights: Floats
    bias: float
    embedder: Embedder
    card: dict[str, Any]

    def on_topic(self, messages: Sequence[str], replies: Sequence[str]) -> Floats:
        """Return the probability (n,) that each reply speaks of what its message asked."""
        seen = _likenesses(self.features, self.embedder, messages, replies)
        odds = ((seen - self.mean) / self.spread) @ self.weights + self.bias
        found: Floats = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
        return found

    def save(self, folder: Path = FOLDER) -> str:
        """Write the model; return its digest."""
        arrays: dict[str, NDArray[Any]] = {
            "keys": self.features.keys,
            "field_of": self.features.field_of,
            "idf": self.features.idf,
            "mean": self.mean,
            "spread": self.spread,
            "weights": self.weights,
            "bias": np.array([self.bias]),
        }
        card = {key: value for key, value in self.card.items() if key != "digest"}
        return write_model(folder, arrays, {**card, "kind": KIND, "likenesses": list(NAMES)})

    @classmethod
    def load(cls, folder: Path = FOLDER) -> TopicModel:
        """Return the model of a folder. Raises ModelError when it is missing or damaged."""
        arrays, card = read_model(folder, KIND)
        space = FeatureSpace(arrays["keys"], arrays["field_of"], arrays["idf"])
        return cls(
            space,
            arrays["mean"],
            arrays["spread"],
            arrays["weights"],
            float(arrays["bias"][0]),
            load_embedder(),
            card,
        )


def train_topic(messages: Sequence[str], replies: Sequence[str], seed: int = 0) -> TopicModel:
    """Learn from messages and their replies, which are mixed up to get wrong ones.

    Half of the wrong replies are any other's, half that to the message most like this one, which
    is what a unit in a hurry sends. The card tells the AUROC by cross-validation over messages.
    Raises ValueError with fewer than 50 replies that say anything.
    """
    kept = [at for at, reply in enumerate(replies) if len(reply.strip()) >= TALKS_FROM]
    if len(kept) < 10 * FOLDS:
        raise ValueError(f"expected at least {10 * FOLDS} replies of some length, got {len(kept)}")
    asked, told = [messages[at] for at in kept], [replies[at] for at in kept]
    embedder = load_embedder()
    features = fit_features([*asked, *told], min_documents=5)
    dice = np.random.default_rng(seed)
    number = np.arange(len(asked))
    other = (number + dice.integers(1, len(asked), len(asked))) % len(asked)
    vectors = embedder.encode(asked)
    alike = vectors @ vectors.T
    same = np.array([[mine == theirs for theirs in told] for mine in told])
    alike[same] = -2.0
    pairs_of = np.concatenate([number, number, number])
    reply_of = np.concatenate([number, other, alike.argmax(1)])
    right = np.concatenate([np.ones(len(asked)), np.zeros(2 * len(asked))])
    seen = _likenesses(
        features, embedder, [asked[at] for at in pairs_of], [told[at] for at in reply_of]
    )
    mean, spread = seen.mean(0), np.maximum(seen.std(0), 1e-6)
    values = (seen - mean) / spread
    held_out, fold = np.zeros(len(right)), pairs_of % FOLDS
    for part in range(FOLDS):
        learn = fold != part
        fitted = LogisticRegression(class_weight="balanced").fit(values[learn], right[learn])
        held_out[~learn] = fitted.decision_function(values[~learn])
    hard = np.concatenate([number, number + 2 * len(asked)])
    card = {
        "rows": len(asked),
        "auroc": round(float(roc_auc_score(right, held_out)), 4),
        "auroc_nearest": round(float(roc_auc_score(right[hard], held_out[hard])), 4),
        "embedding": embedder.name,
    }
    fitted = LogisticRegression(class_weight="balanced").fit(values, right)
    return TopicModel(
        features, mean, spread, fitted.coef_[0], float(fitted.intercept_[0]), embedder, card
    )


def _likenesses(
    features: FeatureSpace, embedder: Embedder, messages: Sequence[str], replies: Sequence[str]
) -> Floats:
    asked, told = features.matrix(messages), features.matrix(replies)
    both = np.asarray(asked.multiply(told).sum(1)).ravel()
    lengths = _length(asked) * _length(told)
    meaning = (embedder.encode(messages) * embedder.encode(replies)).sum(1)
    # How much of what the message says (by weight) occurs in the reply at all.
    present = asked.multiply(told > 0)
    covered = np.asarray(present.sum(1)).ravel() / np.maximum(
        np.asarray(asked.sum(1)).ravel(), 1e-9
    )
    size = np.log1p([len(reply) for reply in replies])
    return np.column_stack([both / np.maximum(lengths, 1e-9), meaning, covered, size])


def _length(matrix: scipy.sparse.csr_matrix) -> Floats:
    found: Floats = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    return found
