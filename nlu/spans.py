"""What reading a message yields: stretches of text with a kind and a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

PERSONAL_KINDS = frozenset(
    {"phone", "id_card", "bank_card", "plate", "email", "account", "passport", "home"}
)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `text == message[start:end]` of one kind; `value` is its canonical form."""

    kind: str
    start: int
    end: int
    text: str
    value: str


class Taken:
    """Which characters of a text are spoken for already."""

    def __init__(self, length: int) -> None:
        """Begin with nothing taken of `length` characters."""
        self._marks = bytearray(length)

    def free(self, start: int, end: int) -> bool:
        """Return whether nothing in the stretch is taken; an empty stretch is not free."""
        return start < end and not any(self._marks[start:end])

    def take(self, start: int, end: int) -> None:
        """Take the stretch."""
        self._marks[start:end] = b"\1" * (end - start)


@dataclass(frozen=True, slots=True)
class Place:
    """A place a message names. `candidates` are all (district, street) it may lie in."""

    text: str
    kind: str
    district: str | None
    street: str | None
    candidates: list[tuple[str, str]]
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time a message names; `start` ≤ `end`, both None where it cannot be dated.

    `note` keeps what dates alone lose: "每天" (it recurs) or "持续" (it lasted that long).
    """

    text: str
    start: datetime | None
    end: datetime | None
    at: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one message; spans are in text order and do not overlap."""

    spans: list[Span] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    times: list[TimeSpan] = field(default_factory=list)
    district: str | None = None
    street: str | None = None
