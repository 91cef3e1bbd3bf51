"""Figures and ledger entries held back and written together, for transactions of many steps.

A long transaction (an archive played through the real steps) need not touch the same daily figure
a hundred times or read the ledger's end for each entry: what it holds back is the same in the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

KEY = "held_back"


@dataclass
class HeldBack:
    """What a session has not written yet: rollup figures, and decisions with their moments."""

    figures: Counter[Any] = field(default_factory=Counter)
    decisions: list[tuple[Any, datetime]] = field(default_factory=list)


def held_back(session: Session) -> HeldBack | None:
    """What the session holds back, or ``None`` where it writes at once."""
    found: HeldBack | None = session.info.get(KEY)
    return found


@contextmanager
def released(session: Session) -> Iterator[HeldBack]:
    """Give out what was held back, to be written; inside the session writes at once."""
    kept: HeldBack = session.info.pop(KEY, None) or HeldBack()
    yield kept
    session.info[KEY] = HeldBack()
