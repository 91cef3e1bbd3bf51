"""BM25 over term keys: immutable posting segments that appear, shrink and merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.terms import Keys

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Weighting:
    """BM25 parameters of one field (Robertson & Zaragoza 2009) and its share in the sum."""

    share: float
    k1: float
    b: float


@dataclass
class Segment:
    """Postings of the documents `first .. first + size`, sorted by term key."""

    first: int
    size: int
    keys: Keys
    starts: NDArray[np.int64]
    documents: Ints
    counts: Floats

    def span(self, key: np.uint64) -> tuple[int, int]:
        """Return the slice of postings of one term; empty when the term is unknown."""
        at = int(np.searchsorted(self.keys, key))
        if at == len(self.keys) or self.keys[at] != key:
            return 0, 0
        return int(self.starts[at]), int(self.starts[at + 1])


def build_segment(first: int, documents: Sequence[Keys]) -> Segment:
    """Build a segment from the term keys (with repeats) of consecutive documents."""
    lengths = np.array([len(keys) for keys in documents], dtype=np.int64)
    owners = np.repeat(np.arange(len(documents), dtype=np.int64), lengths)
    terms = np.concatenate(documents) if documents else np.zeros(0, dtype=np.uint64)
    keys, which = np.unique(terms, return_inverse=True)
    cells, counts = np.unique(which * max(1, len(documents)) + owners, return_counts=True)
    rows = cells // max(1, len(documents))
    return Segment(
        first=first,
        size=len(documents),
        keys=keys,
        starts=np.searchsorted(rows, np.arange(len(keys) + 1)).astype(np.int64),
        documents=(cells % max(1, len(documents)) + first).astype(np.int32),
        counts=counts.astype(np.float32),
    )


class Postings:
    """One field's inverted index with exact statistics under additions and removals.

    Scores are the same whether documents came at once or one by one: document frequencies
    count living documents only and length normalisation is done at query time.
    """

    MERGE = 8
    LARGEST = 20_000

    def __init__(self, weighting: Weighting) -> None:
        self.weighting = weighting
        self.segments: list[Segment] = []
        self.lengths: Floats = np.zeros(0, dtype=np.float32)
        self._gone: dict[int, int] = {}
        self._living = 0
        self._total = 0.0

    def add(self, first: int, documents: Sequence[Keys]) -> None:
        """Append documents numbered from `first`; they are searchable on return."""
        for at in range(0, len(documents), self.LARGEST):
            part = documents[at : at + self.LARGEST]
            self.segments.append(build_segment(first + at, part))
        lengths = np.array([len(keys) for keys in documents], dtype=np.float32)
        self.lengths = np.concatenate([self.lengths, lengths])
        self._living += len(documents)
        self._total += float(lengths.sum())
        self._merge_small()

    def remove(self, document: int, keys: Keys) -> None:
        """Take a document's terms out of the statistics; the caller hides it from results."""
        for key in np.unique(keys).tolist():
            self._gone[key] = self._gone.get(key, 0) + 1
        self._living -= 1
        self._total -= float(self.lengths[document])

    def score(self, keys: Keys, out: Floats) -> float:
        """Add this field's weighted BM25 scores of a query to `out` (one cell per document).

        Returns:
            The score a document holding every query term once at average length would get:
            the yardstick that makes scores of different queries comparable.
        """
        if not self._living or not len(keys):
            return 0.0
        k1, b = self.weighting.k1, self.weighting.b
        mean = max(self._total / self._living, 1.0)
        ideal = 0.0
        for key in np.unique(keys):
            spans = [(s, *s.span(key)) for s in self.segments]
            found = sum(stop - start for _, start, stop in spans) - self._gone.get(int(key), 0)
            idf = np.log1p((self._living - found + 0.5) / (found + 0.5))
            ideal += float(idf)
            if not found:
                continue
            gain = np.float32(self.weighting.share * idf * (k1 + 1))
            for segment, start, stop in spans:
                if start == stop:
                    continue
                documents = segment.documents[start:stop]
                counts = segment.counts[start:stop]
                damp = self.lengths[documents]
                damp *= np.float32(k1 * b / mean)
                damp += np.float32(k1 * (1 - b))
                damp += counts
                out[documents] += gain * counts / damp
        return ideal * self.weighting.share

    def _merge_small(self) -> None:
        """Join the last segments when many small ones pile up (as log-structured trees do)."""
        tail = self.segments[-self.MERGE :]
        if len(tail) < self.MERGE or sum(s.size for s in tail) > self.LARGEST:
            return
        if tail[0].size > 4 * sum(s.size for s in tail[1:]) and len(self.segments) < 64:
            return
        self.segments[-self.MERGE :] = [_join(tail)]


def _join(parts: Sequence[Segment]) -> Segment:
    terms = np.concatenate([np.repeat(p.keys, np.diff(p.starts)) for p in parts])
    documents = np.concatenate([p.documents for p in parts])
    counts = np.concatenate([p.counts for p in parts])
    order = np.lexsort((documents, terms))
    terms, documents, counts = terms[order], documents[order], counts[order]
    keys, starts = np.unique(terms, return_index=True)
    return Segment(
        first=parts[0].first,
        size=sum(p.size for p in parts),
        keys=keys,
        starts=np.append(starts, len(terms)).astype(np.int64),
        documents=documents,
        counts=counts,
    )
