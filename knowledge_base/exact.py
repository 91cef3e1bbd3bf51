"""Questions asked in the very words of an entry."""

from __future__ import annotations

import re

from knowledge_base.entry import Entry
from knowledge_base.gist import gist
from knowledge_base.terms import fold

_MARKS = re.compile(r"[\W_]+")


class ExactWordings:
    """Looks up questions that are worded, but for marks and politeness, like an entry's."""

    def __init__(self) -> None:
        self._literal: dict[str, list[tuple[str, bool]]] = {}
        self._about: dict[str, list[tuple[str, bool]]] = {}

    def add(self, entry: Entry) -> None:
        """Take in an entry's wordings and its ambiguous ones."""
        for text, ambiguous in _wordings(entry):
            for table, key in ((self._literal, _plain(text)), (self._about, _plain(gist(text)))):
                pair = (entry.id, ambiguous)
                if pair not in table.setdefault(key, []):
                    table[key].append(pair)

    def remove(self, entry: Entry) -> None:
        """Forget an entry's wordings."""
        for text, ambiguous in _wordings(entry):
            for table, key in ((self._literal, _plain(text)), (self._about, _plain(gist(text)))):
                pairs = [p for p in table.get(key, []) if p != (entry.id, ambiguous)]
                if pairs:
                    table[key] = pairs
                else:
                    table.pop(key, None)

    def find(self, question: str) -> tuple[str | None, bool]:
        """Return (entry id, whether to ask back); (None, False) when no one entry is meant."""
        pairs = self._literal.get(_plain(question)) or self._about.get(_plain(gist(question)), [])
        asks = {name for name, ambiguous in pairs if ambiguous}
        # What one entry lists as ambiguous stays so, though others have it among their words.
        names = asks or {name for name, _ in pairs}
        return (min(names), bool(asks)) if len(names) == 1 else (None, False)


def _wordings(entry: Entry) -> list[tuple[str, bool]]:
    asked = entry.clarify.wordings if entry.clarify else []
    return [(text, False) for text in entry.wordings()] + [(text, True) for text in asked]


def _plain(text: str) -> str:
    return _MARKS.sub("", fold(text))
