"""Recurring groups of a whole archive: many tickets, one matter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics import linkage
from analytics.coherence import Ints
from analytics.vectors import Vectors, anchored, in_parts, read_vectors, ticket_order

THRESHOLD = 0.03
CAUTION = 2.0
BATCH = 4096
# Archives with masked names call districts A3区, A7县.
MASKED_DISTRICT = re.compile(r"[A-Z]\d{1,2}[区县]")


@dataclass(frozen=True)
class Told:
    """What grouping reads of a ticket: its id, its words, the day (days since 1970), who wrote.

    `district`, `place` (nearer than the district) and `category` (first/second level) where they
    are known from elsewhere.
    """

    id: str
    title: str
    detail: str
    day: float
    person: str = ""
    district: str = ""
    place: str = ""
    category: str = ""

    @property
    def anchor(self) -> str:
        """The place with the category, where both are known."""
        return f"{self.place}|{self.category}" if self.place and self.category else ""

    @property
    def field(self) -> str:
        """The first level of the category."""
        return self.category.partition("/")[0]


@dataclass(frozen=True)
class Grouped:
    """`labels` (n,): position of the first ticket of the group each ticket belongs to.

    `order` (n,): tickets by time. `vectors` rows are in that order.
    """

    labels: Ints
    order: Ints
    vectors: Vectors

    def members(self) -> dict[int, list[int]]:
        """Return first ticket → tickets by time, of groups of two or more."""
        found: dict[int, list[int]] = {}
        for ticket in self.order:
            found.setdefault(int(self.labels[ticket]), []).append(int(ticket))
        return {first: tickets for first, tickets in found.items() if len(tickets) > 1}


def digest(told: Told) -> int:
    """Return 64 bits that depend on the ticket's content alone."""
    text = "\x1f".join((told.id, told.title, told.detail))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def group_id(told: Told) -> str:
    """Return the id of the group that this ticket, its earliest, founds."""
    return f"g{digest(told):016x}"[:13]


class DistrictReader:
    """Which one district a ticket is about."""

    def __init__(self, districts: Sequence[str] = ()) -> None:
        names = "|".join(map(re.escape, sorted(districts, key=len, reverse=True)))
        masked = MASKED_DISTRICT.pattern
        self._pattern = re.compile(f"{masked}|{names}" if names else masked)

    def of(self, told: Told) -> str:
        """Return the known district, else the only one that the title, or the detail, names."""
        if told.district:
            return told.district
        for text in (told.title, told.detail):
            found = set(self._pattern.findall(text))
            if found:
                return found.pop() if len(found) == 1 else ""
        return ""


def numbered(values: Sequence[str]) -> NDArray[np.int32]:
    """Return a number for each value (n,), the same for the same, -1 for an empty one."""
    number: dict[str, int] = {}
    found = [number.setdefault(value, len(number)) if value else -1 for value in values]
    return np.array(found, dtype=np.int32)


def group(
    tickets: Sequence[Told], districts: Sequence[str] = (), threshold: float = THRESHOLD
) -> Grouped:
    """Return the groups of these tickets; the same for any order of the same tickets."""
    reader = DistrictReader(districts)
    days = np.array([told.day for told in tickets], dtype=np.float32)
    order = ticket_order(days, np.array([digest(told) for told in tickets], dtype=np.uint64))

    def batches() -> Iterator[list[str]]:
        for start in range(0, len(order), BATCH):
            yield [text_of(tickets[at]) for at in order[start : start + BATCH]]

    vectors = read_vectors(batches, len(tickets))
    in_order = [tickets[at] for at in order]
    kinds = np.stack(
        [
            numbered([reader.of(told) for told in in_order]),
            numbered([told.field for told in in_order]),
        ],
        axis=1,
    )
    vectors = anchored(vectors, numbered([told.anchor for told in in_order]))
    by_position = cluster(vectors, kinds, days[order], threshold)
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = order[by_position]
    return Grouped(labels, order, vectors)


def text_of(told: Told) -> str:
    """Return title and detail as one text, the title its first line."""
    return told.title.replace("\n", " ") + "\n" + told.detail.replace("\n", " ")


def cluster(
    vectors: Vectors,
    kinds: linkage.Kinds,
    days: NDArray[np.float32],
    threshold: float = THRESHOLD,
    caution: float = CAUTION,
) -> Ints:
    """Return the lowest row of the cluster of each row (n,)."""
    tickets = len(days)
    neighbours = np.full((tickets, linkage.NEAREST), -1, dtype=np.int32)
    similarities = np.zeros(neighbours.shape, dtype=np.float32)
    in_parts(
        tickets,
        lambda first, last: linkage.near_tickets(
            vectors.features,
            vectors.weights,
            vectors.starts,
            vectors.holders,
            vectors.first_name,
            vectors.named,
            first,
            last,
            neighbours,
            similarities,
        ),
    )
    labels: Ints = linkage.link(
        vectors.features,
        vectors.weights,
        neighbours,
        similarities,
        vectors.first_name,
        vectors.named,
        kinds,
        days,
        threshold,
        caution,
    )
    return labels


def group_ids(tickets: Sequence[Told], grouped: Grouped) -> list[str]:
    """Return the group id of each ticket, "" for singles."""
    ids = [""] * len(tickets)
    for first, members in grouped.members().items():
        name = group_id(tickets[first])
        for ticket in members:
            ids[ticket] = name
    return ids
