"""The feature space of a classifier: which n-grams and words count, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from nlu import ngrams
from nlu.folding import batches, fold
from nlu.ngrams import Floats, Ints, Keys

# Relative length of the four fields: title characters, title words, characters, words.
FIELD_WEIGHT = np.array([0.7, 0.7, 1.0, 1.0], dtype=np.float32)
MOST_COMMON_SHARE = 0.5


@dataclass(frozen=True)
class FeatureSpace:
    """Known features in a fixed order.

    `keys` (f,) hashes, `field_of` (f,) field of each, `idf` (f,) inverse document frequency.
    """

    keys: Keys
    field_of: NDArray[np.int8]
    idf: Floats

    @cached_property
    def table(self) -> tuple[Keys, NDArray[np.int32]]:
        """Hash table from key to position, at most half full."""
        bits = max(4, int(np.ceil(np.log2(max(1, len(self.keys)) * 2))))
        slots, positions = ngrams.build_table(self.keys, bits)
        return slots, positions

    def matrix(self, texts: Sequence[str]) -> scipy.sparse.csr_matrix:
        """Return the texts as a CSR matrix (n, f), fields normalised and weighted."""
        parts = []
        for _, batch in batches(texts):
            indptr, indices, data = ngrams.vectorise(
                *fold(batch).arrays, *self.table, self.field_of, self.idf, FIELD_WEIGHT
            )
            parts.append(
                scipy.sparse.csr_matrix((data, indices, indptr), (len(batch), len(self.keys)))
            )
        if not parts:
            return scipy.sparse.csr_matrix((0, len(self.keys)), dtype=np.float32)
        return scipy.sparse.vstack(parts, format="csr")

    def scores(self, texts: Sequence[str], weights: Floats, bias: Floats) -> Floats:
        """Return `matrix(texts) @ weights + bias` (n, k) without building the matrix."""
        scores = np.empty((len(texts), weights.shape[1]), dtype=np.float32)
        for start, batch in batches(texts):
            scores[start : start + len(batch)] = ngrams.score(
                *fold(batch).arrays,
                *self.table,
                self.field_of,
                self.idf,
                FIELD_WEIGHT,
                weights,
                bias,
            )
        return scores

    def find(self, keys: Keys) -> Ints:
        """Return the position of each key (n,), -1 where it is no feature."""
        found: Ints = ngrams.find_all(keys, *self.table)
        return found

    def subset(self, positions: NDArray[np.int64]) -> FeatureSpace:
        """Return a space of only these features, in this order."""
        return FeatureSpace(self.keys[positions], self.field_of[positions], self.idf[positions])


def fit_features(texts: Sequence[str], min_documents: int = 2) -> FeatureSpace:
    """Return the features that occur in at least `min_documents` of the texts.

    Smooth idf as scikit-learn's: ln((1 + n) / (1 + df)) + 1. N-grams in more than half of the
    texts carry no meaning and are left out, in small collections too few to judge by.
    """
    keys = np.empty(0, np.uint64)
    counts = np.empty(0, np.int64)
    fields = np.empty(0, np.int8)
    pending: list[tuple[Keys, NDArray[np.int8]]] = []
    pieces = batches(texts)
    for number, (_, batch) in enumerate(pieces):
        pending.append(ngrams.all_keys(*fold(batch).arrays))
        if len(pending) == 16 or number == len(pieces) - 1:
            keys, counts, fields = _merge(keys, counts, fields, pending)
            pending.clear()
    wanted = counts >= min(min_documents, max(1, len(texts) // 4))
    if len(texts) >= 200:
        wanted &= counts <= MOST_COMMON_SHARE * len(texts)
    idf = np.log((1 + len(texts)) / (1 + counts[wanted])) + 1
    return FeatureSpace(keys[wanted], fields[wanted], idf.astype(np.float32))


def _merge(
    keys: Keys,
    counts: NDArray[np.int64],
    fields: NDArray[np.int8],
    pending: list[tuple[Keys, NDArray[np.int8]]],
) -> tuple[Keys, NDArray[np.int64], NDArray[np.int8]]:
    """Return the document counts with those of more documents added, sorted by key."""
    every = np.concatenate([keys, *(piece for piece, _ in pending)])
    weights = np.concatenate([counts, np.ones(len(every) - len(keys), np.int64)])
    every_field = np.concatenate([fields, *(field for _, field in pending)])
    order = np.argsort(every, kind="stable")
    every, weights, every_field = every[order], weights[order], every_field[order]
    first = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1])))
    return every[first], np.add.reduceat(weights, first), every_field[first]
