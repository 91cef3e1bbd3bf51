"""What people decided about groups, applied to whatever the machine finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TOGETHER, APART = "together", "apart"


@dataclass(frozen=True)
class Wish:
    """`tickets` belong together, or (`kind` apart) do not belong with `others`.

    `newest` is the newest ticket the person knew: what came later is judged by its company.
    """

    kind: str
    tickets: frozenset[int]
    others: frozenset[int] = frozenset()
    newest: int = 0


def apply(
    clusters: Sequence[frozenset[int]],
    wishes: Sequence[Wish],
    nearer: Callable[[int, frozenset[int], frozenset[int]], bool],
) -> list[frozenset[int]]:
    """Return the clusters with people's wishes carried out, in the order they were made.

    Together: the named tickets become one cluster; a cluster joins whole when they are half or more
    of what it held at the time, from others only the named tickets are taken. Apart: a cluster that holds both sides is cut in two;
    tickets nobody named go where `nearer(ticket, tickets, others)` says (True: to `tickets`).
    """
    found = [set(cluster) for cluster in clusters]
    for wish in wishes:
        found = _together(found, wish) if wish.kind == TOGETHER else _apart(found, wish, nearer)
    return [frozenset(cluster) for cluster in found if len(cluster) > 1]


def _together(clusters: list[set[int]], wish: Wish) -> list[set[int]]:
    joined: set[int] = set()
    kept: list[set[int]] = []
    present: Counter[int] = Counter()
    for cluster in clusters:
        named = cluster & wish.tickets
        present.update(named)
        known = sum(ticket <= wish.newest or ticket in named for ticket in cluster)
        if named and 2 * len(named) >= known:
            joined |= cluster
        else:
            joined |= named
            if cluster - named:
                kept.append(cluster - named)
    # Named tickets that the machine left single.
    joined |= wish.tickets - present.keys()
    return [*kept, joined] if joined else kept


def _apart(
    clusters: list[set[int]],
    wish: Wish,
    nearer: Callable[[int, frozenset[int], frozenset[int]], bool],
) -> list[set[int]]:
    kept: list[set[int]] = []
    for cluster in clusters:
        here, there = frozenset(cluster & wish.tickets), frozenset(cluster & wish.others)
        if not (here and there):
            kept.append(cluster)
            continue
        free = cluster - here - there
        to_here = {ticket for ticket in free if nearer(ticket, here, there)}
        kept.append(set(here) | to_here)
        kept.append(cluster - here - to_here)
    return kept
