"""Which of today's groups is which of yesterday's, and what happened to the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

BORN, GREW, MERGED, SPLIT = "born", "grew", "merged", "split"
DORMANT, REVIVED, RENAMED = "dormant", "revived", "renamed"
ANSWERED, DISPATCHED = "answered", "dispatched"
ACTIVE = "active"
STATES = (ACTIVE, DORMANT, MERGED)
EVENT_TEXT: Mapping[str, str] = {
    BORN: "形成",
    GREW: "增长",
    MERGED: "并入",
    SPLIT: "拆出",
    DORMANT: "沉寂",
    REVIVED: "复燃",
    RENAMED: "改名",
    ANSWERED: "一并答复",
    DISPATCHED: "一并派单",
}
DORMANT_DAYS = 30


@dataclass(frozen=True)
class Kept:
    """The outcome of matching: for every new cluster its id, and what happened.

    `ids[i]` is the id of cluster i; `events` are (event, group id, other id or None).
    """

    ids: list[str]
    events: list[tuple[str, str, str | None]]


def keep_ids(old: Mapping[str, Set[int]], new: list[frozenset[int]], fresh_ids: list[str]) -> Kept:
    """Match clusters of tickets with the groups of the last run by overlap.

    The pairs with the largest overlap come first; a cluster takes an old id when it holds more
    than half of the tickets of that group still looked at, or that group made up more than half
    of it. `fresh_ids[i]` is used for a cluster that matches none. Deterministic.
    """
    owner = {ticket: name for name, tickets in old.items() for ticket in tickets}
    looked_at = frozenset().union(*new) if new else frozenset()
    overlaps: list[tuple[int, str, int]] = []
    for number, tickets in enumerate(new):
        for name, shared in Counter(owner[t] for t in tickets if t in owner).items():
            overlaps.append((-shared, name, number))
    ids: dict[int, str] = {}
    taken: dict[str, int] = {}
    for negative, name, number in sorted(overlaps):
        there = len(old[name] & looked_at)
        if number in ids or name in taken:
            continue
        if 2 * -negative > min(there, len(new[number])):
            ids[number] = name
            taken[name] = number
    events: list[tuple[str, str, str | None]] = []
    used = set(old) | set(taken)
    for number, tickets in enumerate(new):
        if number in ids:
            if len(tickets - old[ids[number]]):
                events.append((GREW, ids[number], None))
            continue
        name = fresh_ids[number]
        while name in used:
            name += "x"
        used.add(name)
        ids[number] = name
        origin = Counter(owner[t] for t in tickets if t in owner)
        source = min(origin, key=lambda one: (-origin[one], one)) if origin else None
        split = source is not None and 2 * origin[source] > len(tickets) and source in taken
        events.append((SPLIT, name, source) if split else (BORN, name, None))
    where = {ticket: ids[number] for number, tickets in enumerate(new) for ticket in tickets}
    for name in sorted(set(old) - set(taken)):
        into = Counter(where[t] for t in old[name] if t in where)
        if into:
            target = min(into, key=lambda one: (-into[one], one))
            events.append((MERGED, name, target))
    return Kept([ids[number] for number in range(len(new))], events)
