"""What is rare and telling, frozen from an archive, for reading one new ticket at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics import grams
from analytics.coherence import Floats
from analytics.vectors import (
    NAMES_KEPT,
    NAMES_SHARE,
    NEW_TERM,
    TERMS_KEPT,
    UNSHARED_WEIGHT,
    Vectors,
    hash_bits,
    limits,
)
from nlu.folding import fold_characters


@dataclass(frozen=True)
class Reading:
    """A ticket as a sparse vector: `terms` (k,) ascending, `weights` (k,), length 1 or empty."""

    terms: grams.Terms
    weights: Floats

    def likeness(self, other: Reading) -> float:
        """Return the cosine of two readings, 0 to 1."""
        _, mine, theirs = np.intersect1d(
            self.terms, other.terms, assume_unique=True, return_indices=True
        )
        return float(self.weights[mine] @ other.weights[theirs])


class Frame:
    """Document counts and weights of terms; counts grow with every ticket that is added."""

    def __init__(self, tickets: int, vectors: Vectors | None = None) -> None:
        self.tickets = tickets
        self._bits = hash_bits(tickets) if vectors is None else len(vectors.seen).bit_length() - 1
        self._seen = (
            np.zeros(1 << self._bits, dtype=np.int32) if vectors is None else vectors.seen.copy()
        )
        self._known = np.empty(0, np.uint32) if vectors is None else vectors.hashes
        self._factor = np.empty(0, np.float32) if vectors is None else vectors.factor

    def terms(self, text: str) -> tuple[grams.Terms, NDArray[np.int64]]:
        """Return (terms ascending, how often each) of a text (title, line break, detail)."""
        codes, bounds, heads = fold_characters([text])
        out = np.empty(12 * len(codes) + 16, dtype=np.uint32)
        end = int(bounds[1])
        written = grams.terms_of(
            codes, 0, int(heads[0]), end, self._bits, grams.LETTER, grams.ENDING, out
        )
        found, counts = np.unique(out[:written], return_counts=True)
        return found, counts

    def add(self, text: str) -> grams.Terms:
        """Count a new ticket in; return its terms."""
        terms, _ = self.terms(text)
        self._seen[terms[terms < grams.NAME]] += 1
        self.tickets += 1
        return terms

    def rarity(self, terms: grams.Terms) -> Floats:
        """Return ln((1 + n) / (1 + df)) + 1 of each term."""
        seen = self._seen[terms & ~grams.NAME]
        value: Floats = (np.log((1.0 + self.tickets) / (1.0 + seen)) + 1.0).astype(np.float32)
        return value

    def read(self, text: str) -> Reading:
        """Return a text's reading by the same weights as in the grouping of an archive."""
        terms, counts = self.terms(text)
        most, most_name = limits(self.tickets)
        names = terms >= grams.NAME
        seen = self._seen[terms & ~grams.NAME]
        wanted = (seen >= 2) & (seen <= np.where(names, most_name, most))
        terms, counts, names = terms[wanted], counts[wanted], names[wanted]
        weights = (1.0 + np.log(counts)) * self.rarity(terms)
        kept = np.sort(
            np.concatenate(
                [
                    np.flatnonzero(part)[np.argsort(-weights[part], kind="stable")[:room]]
                    for part, room in ((~names, TERMS_KEPT), (names, NAMES_KEPT))
                ]
            )
        )
        terms, weights, names = terms[kept], weights[kept], names[kept]
        at = np.minimum(np.searchsorted(self._known, terms), max(0, len(self._known) - 1))
        factor = np.full(len(terms), NEW_TERM)
        if len(self._known):
            same = self._known[at] == terms
            factor[same] = self._factor[at[same]]
        weights = weights * factor
        shares = (1.0 - NAMES_SHARE, NAMES_SHARE) if 0 < names.sum() < len(names) else (1.0, 1.0)
        for part, share in ((~names, shares[0]), (names, shares[1])):
            length = float(weights[part] @ weights[part])
            if length > 0:
                weights[part] *= np.sqrt(share / length)
        return Reading(terms, weights.astype(np.float32))
