"""The classifier of tickets: words and character n-grams in, calibrated labels out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from nlu.calibration import Calibration
from nlu.features import FeatureSpace
from nlu.folding import fold
from nlu.linear import Labels
from nlu.model_folder import read_model, write_model
from nlu.ngrams import Floats, Keys, word_keys

KIND = "text-classifier/2"


@dataclass(frozen=True)
class TextClassifier:
    """Labels for texts, with probabilities that can be believed.

    A text is one string; where there is a title it is the first line. Safe to share between
    threads. `card` says what it was trained on and how it scored on held-out rows.
    """

    labels: list[str]
    features: FeatureSpace
    weights: Floats
    bias: Floats
    calibration: Calibration
    card: dict[str, Any]

    @classmethod
    def load(cls, folder: str | Path) -> TextClassifier:
        """Return the model of a folder; raises ModelError when it is damaged."""
        arrays, card = read_model(Path(folder), KIND)
        return cls(
            labels=list(card["labels"]),
            features=FeatureSpace(
                arrays["keys"], arrays["field_of"], arrays["idf"].astype(np.float32)
            ),
            weights=arrays["weights"].astype(np.float32),
            bias=arrays["bias"],
            calibration=Calibration(
                card["strength"],
                card["shift"],
                arrays["offset"],
                arrays["log_prior"],
                card["balance"],
            ),
            card=card,
        )

    def save(self, folder: str | Path) -> str:
        """Write the model; return its digest."""
        arrays: dict[str, np.ndarray[Any, Any]] = {
            "keys": self.features.keys,
            "field_of": self.features.field_of,
            "idf": self.features.idf,
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
            "offset": self.calibration.offset,
            "log_prior": self.calibration.log_prior,
        }
        card = {
            **{key: value for key, value in self.card.items() if key != "digest"},
            "kind": KIND,
            "labels": self.labels,
            "strength": self.calibration.strength,
            "shift": self.calibration.shift,
            "balance": self.calibration.balance,
        }
        return write_model(Path(folder), arrays, card)

    @property
    def digest(self) -> str:
        """SHA-256 of the saved model; empty before it was saved."""
        return str(self.card.get("digest", ""))

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return calibrated probabilities (n, k) in the order of `labels`."""
        return self.calibration.probabilities(self.features.scores(texts, self.weights, self.bias))

    def decide(self, probabilities: Floats) -> Labels:
        """Return the position of the chosen label for each row of probabilities."""
        return self.calibration.decide(probabilities)

    def predict(self, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        """Return all labels of each text with their probability, the chosen one first."""
        probabilities = self.predict_proba(texts)
        chosen = self.decide(probabilities)
        ranked = []
        for row, first in zip(probabilities, chosen, strict=True):
            order = [int(first), *(int(at) for at in np.argsort(-row) if at != first)]
            ranked.append([(self.labels[at], float(row[at])) for at in order])
        return ranked

    @cached_property
    def _mean_weights(self) -> Floats:
        mean: Floats = self.weights.mean(axis=1)
        return mean

    def _shares(self, keys: Keys, label: int) -> Floats:
        """Return what each key adds to a label's score above the average label; 0 if unknown."""
        found = self.features.find(keys)
        known = np.maximum(found, 0)
        above = self.weights[known, label] - self._mean_weights[known]
        return np.where(found >= 0, above * self.features.idf[known], np.float32(0))

    def explain(self, text: str, label: str, top: int = 8) -> list[tuple[str, float]]:
        """Return the words that spoke most for (positive) or against (negative) a label.

        A word's weight is what it and the word pairs it begins add to the label's score above
        the average label. Only words of the text itself are returned. Raises ValueError for an
        unknown label.
        """
        at = self.labels.index(label)
        batch = fold([text])
        words, pairs = word_keys(batch.codes, 0, batch.ends_of_words, 0, batch.word_bounds[1])
        values = self._shares(words, at) + self._shares(pairs, at)
        begins = np.concatenate(([0], batch.ends_of_words[:-1]))
        total: dict[str, float] = {}
        for begin, end, value in zip(begins, batch.ends_of_words, values, strict=False):
            word = "".join(map(chr, batch.codes[begin:end]))
            if any(char.isalnum() for char in word):
                total[word] = total.get(word, 0.0) + float(value)
        return sorted(total.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:top]
