"""The part of a question that says what it is about."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from nlu.normalise import normalise

_FILE = Path(__file__).with_name("fillers.txt")


@lru_cache(maxsize=1)
def _fillers() -> re.Pattern[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))


def gist(text: str) -> str:
    """Return a question without politeness and question words; the text itself if all are."""
    plain = normalise(text).text
    rest = _fillers().sub(" ", plain)
    return rest if rest.strip() else plain
