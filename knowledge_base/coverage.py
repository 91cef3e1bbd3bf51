"""How much of a question an entry speaks about at all."""

from __future__ import annotations

import math
import re
from collections import Counter

from knowledge_base.gist import gist
from knowledge_base.terms import fold


class Coverage:
    """Character bigrams of entries; a question's rare bigrams that an entry lacks count most."""

    def __init__(self) -> None:
        self._held: dict[str, frozenset[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, name: str, text: str) -> None:
        """Take in an entry's whole text."""
        grams = frozenset(_bigrams(fold(text)))
        self._held[name] = grams
        self._counts.update(grams)

    def remove(self, name: str) -> None:
        """Forget an entry; unknown names are ignored."""
        self._counts.subtract(self._held.pop(name, frozenset()))

    def share(self, question: str, name: str) -> float:
        """Return the share, weighted by rarity, of a question's bigrams an entry has; 0 to 1."""
        held = self._held.get(name, frozenset())
        entries = len(self._held)
        total = found = 0.0
        for gram in _bigrams(fold(gist(question))):
            weight = math.log((entries + 1) / (self._counts[gram] + 0.5))
            total += weight
            found += weight * (gram in held)
        return found / total if total else 0.0


def _bigrams(text: str) -> set[str]:
    return {part[i : i + 2] for part in re.split(r"\W+", text) for i in range(len(part) - 1)}
