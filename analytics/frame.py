"""What is rare and telling, frozen from an archive, for reading one new ticket at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics import grams
from analytics.coherence import Floats
from analytics.grouping import Told, text_of
from analytics.vectors import (
    NAMES_KEPT,
    NEW_TERM,
    TERMS_KEPT,
    UNSHARED_WEIGHT,
    Vectors,
    anchor_weight,
    hash_bits,
    limits,
)
from nlu.folding import fold_characters


@dataclass(frozen=True)
class Reading:
    """A ticket as a sparse vector: `terms` (k,) ascending, `weights` (k,); `named`: has a place."""

    terms: grams.Terms
    weights: Floats
    named: bool

    def likeness(self, other: Reading) -> tuple[float, float]:
        """Return the cosines (of the terms, of the names) of two readings, each 0 to 1."""
        both, mine, theirs = np.intersect1d(
            self.terms, other.terms, assume_unique=True, return_indices=True
        )
        products = self.weights[mine] * other.weights[theirs]
        names = both >= grams.NAME
        return float(products[~names].sum()), float(products[names].sum())


def anchor_term(told: Told) -> int:
    """Return the term that stands for a ticket's place with its category."""
    code = int.from_bytes(hashlib.blake2b(told.anchor.encode(), digest_size=4).digest(), "big")
    return int(grams.ANCHOR) | code & int(grams.ANCHOR) - 1


class Frame:
    """Document counts and weights of terms; counts grow with every ticket that is added."""

    def __init__(
        self, tickets: int, vectors: Vectors | None = None, told: Iterable[Told] = ()
    ) -> None:
        self.tickets = tickets
        self._anchors = Counter(anchor_term(one) for one in told if one.anchor)
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

    def lookups(self, told: Told) -> list[int]:
        """Return what a ticket may be found by: its terms, and its place with its category."""
        terms, _ = self.terms(text_of(told))
        anchor = [anchor_term(told)] if told.anchor else []
        return [*terms[terms < grams.NAME].tolist(), *anchor]

    def add(self, told: Told) -> None:
        """Count a new ticket in."""
        terms, _ = self.terms(text_of(told))
        self._seen[terms[terms < grams.NAME]] += 1
        self.tickets += 1
        if told.anchor:
            self._anchors[anchor_term(told)] += 1

    def rarity(self, terms: grams.Terms) -> Floats:
        """Return ln((1 + n) / (1 + df)) + 1 of each term."""
        seen = self._seen[terms & ~grams.NAME]
        value: Floats = (np.log((1.0 + self.tickets) / (1.0 + seen)) + 1.0).astype(np.float32)
        return value

    def read(self, told: Told) -> Reading:
        """Return a ticket's reading by the same weights as in the grouping of an archive."""
        terms, counts = self.terms(text_of(told))
        most, most_name = limits(self.tickets)
        names = terms >= grams.NAME
        seen = self._seen[terms & ~grams.NAME]
        weights = (1.0 + np.log(counts)) * self.rarity(terms)
        stressed = (seen < 2) & (counts >= grams.STRESSED)
        unshared = [float((weights[stressed & part] ** 2).sum()) for part in (~names, names)]
        kept = np.sort(
            np.concatenate(
                [
                    part[np.argsort(-weights[part], kind="stable")[:room]]
                    for part, room in (
                        (np.flatnonzero(~names & (seen >= 2) & (seen <= most)), TERMS_KEPT),
                        (np.flatnonzero(names & (seen >= 2) & (seen <= most_name)), NAMES_KEPT),
                    )
                ]
            )
        )
        terms, weights, names = terms[kept], weights[kept], names[kept]
        factor = self._company(terms)
        for part, alone in zip((~names, names), unshared, strict=True):
            length = float(weights[part] @ weights[part])
            if length > 0:
                mine = weights[part] / np.sqrt(length) * factor[part]
                whole = float(mine @ mine) + UNSHARED_WEIGHT * NEW_TERM**2 * alone / length
                weights[part] = mine / np.sqrt(whole)
        named = bool(names.any()) or unshared[1] > 0
        if told.anchor:
            anchor = anchor_term(told)
            at = int(np.searchsorted(terms, anchor))
            terms = np.insert(terms, at, anchor)
            held = np.array([self._anchors[anchor]])
            weights = np.insert(weights, at, anchor_weight(held)[0])
        return Reading(terms, weights.astype(np.float32), named)

    def _company(self, terms: grams.Terms) -> Floats:
        """Return what the company of each term adds to its rarity."""
        factor = np.full(len(terms), NEW_TERM, dtype=np.float32)
        if len(self._known):
            at = np.minimum(np.searchsorted(self._known, terms), len(self._known) - 1)
            same = self._known[at] == terms
            factor[same] = self._factor[at[same]]
        return factor
