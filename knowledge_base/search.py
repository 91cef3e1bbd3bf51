"""Full-text search over any texts: BM25 on four fields, fused with embeddings if installed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.meaning import Embedder, VectorStore, default_embedder
from knowledge_base.postings import Floats, Postings, Weighting
from knowledge_base.terms import FIELDS, Keys, field_keys, fold

# Shares and parameters measured on question → answer pairs by `benchmarks/retrieval.py`.
WEIGHTINGS = {
    "words": Weighting(share=0.5, k1=1.2, b=0.75),
    "characters": Weighting(share=1.0, k1=1.2, b=1.0),
    "bigrams": Weighting(share=1.0, k1=1.2, b=0.75),
    "opening": Weighting(share=0.3, k1=1.2, b=0.3),
}
MEANING_SHARE = 0.6
BATCH = 20_000


@dataclass(frozen=True)
class Hit:
    """A found text: its id and how well it fits (1.0 ≈ every query term present once).

    `meaning` is the cosine of the embeddings, already part of `score`; 0 without a model.
    """

    id: str
    score: float
    meaning: float = 0.0


class SearchIndex:
    """An in-memory index; additions, changes and removals are searchable when the call returns.

    Safe for use from several threads.
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._lock = threading.RLock()
        self._embedder = embedder
        self._names: list[str] = []
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        self._alive: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._fields = [Postings(WEIGHTINGS[name]) for name in FIELDS]
        self._vectors = VectorStore(embedder) if embedder else None

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        ids: Sequence[object] | None = None,
        *,
        embedder: Embedder | None = None,
        lexical_only: bool = False,
    ) -> SearchIndex:
        """Index texts.

        Args:
            texts: what to search in.
            ids: one unique id per text, kept as strings; positions "0", "1"… by default.
            embedder: model for meaning; the installed one by default.
            lexical_only: use no model even if one is installed.

        Raises:
            ValueError: when ids and texts differ in number or an id repeats.
        """
        model = None if lexical_only else embedder or default_embedder()
        index = cls(model)
        names = [str(i) for i in (range(len(texts)) if ids is None else ids)]
        index.add(names, texts)
        return index

    @property
    def has_meaning(self) -> bool:
        """Whether an embedding model takes part."""
        return self._vectors is not None

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def add(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        """Add new texts; raises ValueError when an id is already there."""
        if len(ids) != len(texts):
            raise ValueError(f"{len(ids)} ids for {len(texts)} texts: give one id per text")
        with self._lock:
            taken = [name for name in ids if name in self._places]
            if taken or len(set(ids)) != len(ids):
                raise ValueError(f"id used twice: {(taken or sorted(ids))[0]}; ids must be unique")
            for at in range(0, len(ids), BATCH):
                self._append(ids[at : at + BATCH], texts[at : at + BATCH])

    def update(self, name: str, text: str) -> None:
        """Replace a text, or add it when the id is new."""
        with self._lock:
            if name in self._places:
                self.remove([name])
            self.add([name], [text])

    def remove(self, ids: Iterable[str]) -> None:
        """Remove texts; unknown ids are ignored."""
        with self._lock:
            for name in ids:
                place = self._places.pop(name, None)
                if place is None:
                    continue
                keys = field_keys(fold(self._texts[place]))
                for field, of_field in zip(self._fields, keys, strict=True):
                    field.remove(place, of_field)
                self._alive[place] = False
                self._texts[place] = ""
            if len(self._names) > 64 and len(self._places) * 2 < len(self._names):
                self._compact()

    def search(self, query: str, top: int = 10) -> list[Hit]:
        """Return up to `top` texts that share anything with the query, best first."""
        folded = fold(query)
        keys = field_keys(folded)
        with self._lock:
            scores, meaning = self._scores(folded, keys)
            names = self._names
            count = min(top, len(scores))
            if count <= 0:
                return []
            best = np.argpartition(-scores, count - 1)[:count]
            best = best[np.lexsort((best, -scores[best]))]
            return [
                Hit(names[i], float(scores[i]), float(meaning[i]) if len(meaning) else 0.0)
                for i in best.tolist()
                if scores[i] > 0
            ]

    def _scores(self, folded: str, keys: Sequence[Keys]) -> tuple[Floats, Floats]:
        """Return the fused scores and the cosines (empty without a model) of all places."""
        out = np.zeros(len(self._names), dtype=np.float32)
        ideal = sum(f.score(k, out) for f, k in zip(self._fields, keys, strict=True))
        if ideal > 0:
            out /= np.float32(ideal)
        meaning = np.zeros(0, dtype=np.float32)
        if self._vectors is not None and folded.strip():
            meaning = self._vectors.cosines(folded)
            out += np.float32(MEANING_SHARE) * meaning
        out[~self._alive] = -1.0
        return out, meaning

    def _append(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        first = len(self._names)
        folded = [fold(text) for text in texts]
        keys = [field_keys(text) for text in folded]
        for number, field in enumerate(self._fields):
            field.add(first, [of_text[number] for of_text in keys])
        if self._vectors is not None:
            self._vectors.add(folded)
        self._alive = np.concatenate([self._alive, np.ones(len(ids), dtype=np.bool_)])
        self._names.extend(ids)
        self._texts.extend(texts)
        self._places.update((name, first + i) for i, name in enumerate(ids))

    def _compact(self) -> None:
        """Drop what was removed by building afresh."""
        fresh = SearchIndex(self._embedder)
        fresh.add(list(self._places), [self._texts[place] for place in self._places.values()])
        self._names, self._texts, self._places = fresh._names, fresh._texts, fresh._places
        self._alive, self._fields, self._vectors = fresh._alive, fresh._fields, fresh._vectors
