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
