"""Sentence vectors: the shipped static model, or any SentenceTransformer by name or path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu import ngrams
from nlu.folding import batches, fold
from nlu.model_folder import CARD, read_model
from nlu.ngrams import Floats, Keys

KIND = "ngram-embedding/1"
SHIPPED = Path(__file__).resolve().parent.parent / "models" / "embedding"


class Embedder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def name(self) -> str:
        """Which model this is, for the ledger and reports."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return (n, dimension) float32 vectors of length one; a text without a known part is 0."""
        ...


class NgramEmbedder:
    """The shipped model: a text's vector is the sum of those of its words, characters and pairs.

    Rows are 8-bit whole numbers with a scale each. No network runs: thousands of messages a
    second on one core. Safe to share between threads.
    """

    def __init__(self, keys: Keys, rows: NDArray[np.int8], scale: Floats, name: str) -> None:
        """Take the model's arrays: `keys` (v,), `rows` (v, d), `scale` (v,)."""
        self.name = name
        self.dimension = int(rows.shape[1])
        self._rows = rows
        self._scale = scale
        bits = int(np.ceil(np.log2(len(keys) * 2)))
        self._slots, self._positions = ngrams.build_table(keys, bits)

    @classmethod
    def load(cls, folder: Path) -> NgramEmbedder:
        """Return the model of a folder; raises ModelError when it is damaged."""
        arrays, card = read_model(folder, KIND)
        name = f"{folder.name}@{card['digest'][:12]}"
        return cls(arrays["keys"], arrays["rows"], arrays["scale"].astype(np.float32), name)

    def parts(self, keys: Keys) -> tuple[NDArray[np.int64], Floats]:
        """Return which of the keys (m,) are known, as positions, and their vectors (known, d)."""
        found = ngrams.find_all(keys, self._slots, self._positions)
        known = np.flatnonzero(found >= 0)
        vectors: Floats = self._rows[found[known]] * self._scale[found[known], None]
        return known, vectors

    def encode(self, texts: Sequence[str], size: int | None = None) -> Floats:
        """Return (n, d) unit vectors; `size` keeps only the first numbers of each (Matryoshka)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start, batch in batches(texts):
            folded = fold(batch)
            ngrams.embed(
                folded.codes,
                folded.bounds,
                folded.ends_of_words,
                folded.word_bounds,
                self._slots,
                self._positions,
                self._rows,
                self._scale,
                vectors[start : start + len(batch)],
            )
        vectors = vectors[:, :size]
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Floats = vectors / np.maximum(length, np.float32(1e-9))
        return unit


class SentenceTransformerEmbedder:
    """Any sentence-transformers model by hub name or folder."""

    def __init__(self, name_or_path: str) -> None:
        """Load the model; raises what sentence-transformers raises when it is not there."""
        from sentence_transformers import SentenceTransformer  # takes seconds; only when asked for

        self._model = SentenceTransformer(name_or_path)
        self.name = name_or_path
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return (n, d) unit vectors."""
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


@lru_cache(maxsize=4)
def load_embedder(name_or_path: str | None = None) -> Embedder:
    """Return the embedder of that name or folder; without one `SUISHENG_EMBEDDER`, else the shipped.

    A folder of ours is read without torch; everything else goes through sentence-transformers,
    for example `BAAI/bge-small-zh-v1.5` where a hub or a local copy can be reached.
    """
    name = name_or_path or os.environ.get("SUISHENG_EMBEDDER") or str(SHIPPED)
    if (Path(name) / CARD).is_file():
        return NgramEmbedder.load(Path(name))
    return SentenceTransformerEmbedder(name)
