"""Dense vectors of texts: used when an embedding model is installed, never required."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.embeddings import SHIPPED, load_embedder

Matrix = NDArray[np.float32]


class Embedder(Protocol):
    """What a model must offer; `nlu.embeddings.load_embedder` returns one."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: list[str]) -> Matrix:
        """Return L2-normalised vectors, shape (len(texts), dimension)."""


@lru_cache(maxsize=1)
def default_embedder() -> Embedder | None:
    """Return the installed embedding model, or None when there is none."""
    if not os.environ.get("SUISHENG_EMBEDDER") and not SHIPPED.is_dir():
        return None
    return load_embedder()


class VectorStore:
    """A growing matrix of unit vectors, one row per document."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._rows: Matrix = np.zeros((64, embedder.dimension), dtype=np.float32)
        self._size = 0

    def add(self, texts: list[str]) -> None:
        """Encode and append texts."""
        new = self.embedder.encode(texts)
        need = self._size + len(texts)
        if need > len(self._rows):
            grown = np.zeros((max(need, 2 * len(self._rows)), new.shape[1]), dtype=np.float32)
            grown[: self._size] = self._rows[: self._size]
            self._rows = grown
        self._rows[self._size : need] = new
        self._size = need

    def cosines(self, text: str) -> Matrix:
        """Return the cosine of a text with every row, shape (rows,)."""
        similar: Matrix = self._rows[: self._size] @ self.embedder.encode([text])[0]
        return similar
