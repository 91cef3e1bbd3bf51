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
from analytics.vectors import Vectors, in_parts, read_vectors, ticket_order

THRESHOLD = 0.03
CAUTION = 2.0
BATCH = 4096
# Archives with masked names call districts A3区, A7县.
MASKED_DISTRICT = re.compile(r"[A-Z]\d{1,2}[区县]")


@dataclass(frozen=True)
class Told:
    """What grouping reads of a ticket: its id, its words, the day (days since 1970), who wrote."""

    id: str
    title: str
    detail: str
    day: float
    person: str = ""


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


class DistrictMask:
    """Which districts a text names, as bits."""

    def __init__(self, districts: Sequence[str] = ()) -> None:
        pattern = "|".join(map(re.escape, sorted(districts, key=len, reverse=True)))
        self._pattern = re.compile(
            f"{MASKED_DISTRICT.pattern}|{pattern}" if pattern else MASKED_DISTRICT.pattern
        )
        self._bit: dict[str, int] = {name: i for i, name in enumerate(sorted(districts))}

    def of(self, title: str, detail: str) -> int:
        """Return the mask of the districts named in the title, else in the detail."""
        found = self._pattern.findall(title) or self._pattern.findall(detail)
        mask = 0
        for name in found:
            bit = self._bit.get(name)
            if bit is None:
                bit = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=2).digest(), "big")
            mask |= 1 << bit % 64
        return mask


def group(
    tickets: Sequence[Told], districts: Sequence[str] = (), threshold: float = THRESHOLD
) -> Grouped:
    """Return the groups of these tickets; the same for any order of the same tickets."""
    masks = DistrictMask(districts)
    days = np.array([told.day for told in tickets], dtype=np.float32)
    order = ticket_order(days, np.array([digest(told) for told in tickets], dtype=np.uint64))

    def batches() -> Iterator[list[str]]:
        for start in range(0, len(order), BATCH):
            yield [text_of(tickets[at]) for at in order[start : start + BATCH]]

    vectors = read_vectors(batches, len(tickets))
    mask = np.array(
        [masks.of(tickets[at].title, tickets[at].detail) for at in order], dtype=np.uint64
    )
    by_position = cluster(vectors, mask, days[order], threshold)
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = order[by_position]
    return Grouped(labels, order, vectors)


def text_of(told: Told) -> str:
    """Return title and detail as one text, the title its first line."""
    return told.title.replace("\n", " ") + "\n" + told.detail.replace("\n", " ")


def cluster(
    vectors: Vectors,
    districts: NDArray[np.uint64],
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
        districts,
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
