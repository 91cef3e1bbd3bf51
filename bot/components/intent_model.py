"""A linear intent model over character n-grams and words: small, quick, calibrated.

Features are TF-IDF (sublinear counts, L2 norm) of character 1–3-grams and of words. A
multinomial logistic regression scores them; its scores are divided by one temperature, fitted
on a held-out fifth, so that a stated 0.8 is right in about 8 cases of 10
(Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2).
The model is stored as JSON and plain NumPy arrays: nothing in it is executed on loading.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Dict, Iterable, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

Document = Tuple[str, Sequence[str]]
"""A text and its words."""

LONGEST_TEXT = 300
"""Characters that are read: an intent shows at the beginning."""

HELD_OUT = 0.2
"""Share of the examples on which the temperature is fitted."""

FEWEST_TEXTS = 3
"""A feature must occur in this many texts: rarer ones cost time and tell nothing new."""

_TICKET = re.compile(r"[a-z]{2}\d{8}-?\d+")
_NUMBER = re.compile(r"\d[\d*-]{2,}")
_BLANKS = re.compile(r"\s+")


def grams(text: str, words: Sequence[str], largest: int = 3) -> Counter:
    """Count the character n-grams (1..``largest``) and words of one text.

    A ticket number is one sign, any other long number, masked or not, another: no phone or
    ticket number becomes a feature.
    """
    plain = _TICKET.sub("№", text[:LONGEST_TEXT].lower())
    tidy = _BLANKS.sub(" ", _NUMBER.sub("0", plain)).strip()
    framed = f"\x02{tidy}\x03"
    found: Counter = Counter()
    for size in range(1, largest + 1):
        for start in range(len(framed) - size + 1):
            found[framed[start : start + size]] += 1
    for word in words:
        if len(word) > 1:
            found["w:" + _NUMBER.sub("0", word.lower())] += 1
    found.update(shape(tidy))
    return found


def shape(text: str) -> List[str]:
    """Return what can be seen of a text without reading it: length, kinds of letters, repeats."""
    letters = [letter for letter in text if letter.isalnum()]
    length = len(letters)
    signs = [f"s:length {min(length, 4) if length < 5 else 5 + min(length // 6, 6)}"]
    if not letters:
        signs.append("s:no letters")
    elif all(letter.isascii() for letter in letters):
        signs.append("s:digits" if all(map(str.isdigit, letters)) else "s:latin")
    if length > 2 and len(set(letters)) <= 2:
        signs.append("s:repeated")
    return signs


class IntentModel:
    """Texts in, probabilities out.

    Args:
        strength: inverse regularisation C of the logistic regression.
        largest_gram: longest character n-gram.
        calibrate: fit the temperature; False leaves the scores as they are.
    """

    def __init__(
        self, strength: float = 5.0, largest_gram: int = 3, calibrate: bool = True
    ) -> None:
        self.strength = strength
        self.largest_gram = largest_gram
        self.calibrate = calibrate
        self.labels: List[str] = []
        self.vocabulary: Dict[str, int] = {}
        self.idf = np.zeros(0, dtype=np.float32)
        self.weights = np.zeros((0, 0), dtype=np.float32)
        self.bias = np.zeros(0, dtype=np.float32)
        self.temperature = 1.0

    def fit(self, documents: Sequence[Document], labels: Sequence[str]) -> IntentModel:
        """Learn from texts and their labels; returns self."""
        counts = [grams(text, words, self.largest_gram) for text, words in documents]
        self.labels = sorted(set(labels))
        seen = Counter(name for count in counts for name in count)
        names = sorted(name for name, texts in seen.items() if texts >= FEWEST_TEXTS)
        self.vocabulary = {name: number for number, name in enumerate(names)}
        frequency = np.array([seen[name] for name in names], dtype=np.float64)
        self.idf = (np.log((1 + len(counts)) / (1 + frequency)) + 1).astype(np.float32)
        matrix = self._matrix(counts)
        answers = np.array([self.labels.index(label) for label in labels])
        self.temperature = self._fitted_temperature(matrix, answers)
        self.weights, self.bias = self._regression(matrix, answers)
        return self

    def predict_proba(self, documents: Iterable[Document]) -> np.ndarray:
        """Return probabilities of shape (texts, labels), columns in the order of ``labels``."""
        rows = [self._scores(grams(text, words, self.largest_gram)) for text, words in documents]
        return _softmax(np.stack(rows) / self.temperature)

    def save(self, folder: Path) -> None:
        """Write ``intents.json`` and ``intents.npz`` into ``folder``."""
        facts = {
            "labels": self.labels,
            "vocabulary": sorted(self.vocabulary, key=self.vocabulary.__getitem__),
            "temperature": self.temperature,
            "largest_gram": self.largest_gram,
        }
        text = json.dumps(facts, ensure_ascii=False)
        (folder / "intents.json").write_text(text, encoding="utf-8")
        np.savez(folder / "intents.npz", idf=self.idf, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what ``save`` wrote.

        Raises:
            ValueError: the two files do not fit each other.
        """
        facts = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        model = cls(largest_gram=facts["largest_gram"])
        model.labels = facts["labels"]
        model.vocabulary = {name: number for number, name in enumerate(facts["vocabulary"])}
        model.temperature = facts["temperature"]
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            model.idf, model.weights, model.bias = (
                arrays[name] for name in ("idf", "weights", "bias")
            )
        if model.weights.shape != (len(model.vocabulary), len(model.labels)):
            raise ValueError(f"intents.json and intents.npz in {folder} do not belong together")
        return model

    def _entries(self, count: Counter) -> Tuple[List[int], np.ndarray]:
        known = [
            (self.vocabulary[name], times)
            for name, times in count.items()
            if name in self.vocabulary
        ]
        columns = [column for column, _ in known]
        values = np.array([1 + math.log(times) for _, times in known], dtype=np.float32)
        values *= self.idf[columns]
        norm = float(np.linalg.norm(values))
        return columns, values / norm if norm else values

    def _scores(self, count: Counter) -> np.ndarray:
        columns, values = self._entries(count)
        return values @ self.weights[columns] + self.bias

    def _matrix(self, counts: Sequence[Counter]) -> csr_matrix:
        entries = [self._entries(count) for count in counts]
        ends = np.cumsum([0] + [len(columns) for columns, _ in entries])
        columns = np.concatenate([np.array(names, dtype=np.int64) for names, _ in entries])
        values = np.concatenate([numbers for _, numbers in entries])
        return csr_matrix((values, columns, ends), shape=(len(counts), len(self.vocabulary)))

    def _regression(self, matrix: csr_matrix, answers: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(
            C=self.strength, class_weight="balanced", max_iter=60, tol=1e-3
        ).fit(matrix, answers)
        weights, bias = model.coef_.T, model.intercept_
        if len(self.labels) == 2:
            weights, bias = np.hstack([-weights, weights]), np.array([-bias[0], bias[0]])
        return weights.astype(np.float32), bias.astype(np.float32)

    def _fitted_temperature(self, matrix: csr_matrix, answers: np.ndarray) -> float:
        from scipy.optimize import minimize_scalar
        from sklearn.model_selection import StratifiedShuffleSplit

        labels, size = len(self.labels), len(answers)
        if not self.calibrate or np.bincount(answers).min() < 2 or size * HELD_OUT < labels:
            return 1.0
        splitter = StratifiedShuffleSplit(1, test_size=HELD_OUT, random_state=0)
        train, held_out = next(splitter.split(matrix, answers))
        weights, bias = self._regression(matrix[train], answers[train])
        scores = matrix[held_out] @ weights + bias

        def loss(temperature: float) -> float:
            likelihood = _softmax(scores / temperature)
            return float(-np.log(likelihood[np.arange(len(held_out)), answers[held_out]]).mean())

        return float(minimize_scalar(loss, bounds=(0.1, 5.0), method="bounded").x)


def _softmax(scores: np.ndarray) -> np.ndarray:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)
