"""From pairs of near tickets to groups: average linkage on a sparse graph.

Two clusters merge while the mean similarity of all their pairs, worked out exactly from the sums
of their vectors, stays above the threshold. A chain of near misses therefore cannot melt into one
group, and the cost grows with the number of near pairs, not of all pairs.
"""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics.coherence import Features, Floats, Ints

Kinds = NDArray[np.int32]

NEAREST = 24
KEPT_NEIGHBOURS = 48
WINDOW = 128
MOST_VISITED = 4096
LONGEST_VECTOR = 512
KEPT_FEATURES = 384
# Both name a place and not the same one: the similarity of the rest counts this much. Cosine of
# the names from which on they are the same.
OTHER_PLACE, SAME_PLACE = 0.2, 0.1
# Wholly in different districts, wholly of different categories: the similarity counts this much.
OTHER_DISTRICT, OTHER_CATEGORY = 0.4, 0.2
# Days apart that cost nothing, and the least a later year still counts.
FREE_DAYS, LEAST_TIME = 90.0, 0.7


@njit(cache=True, nogil=True)
def near_tickets(
    features: Features,
    weights: Floats,
    starts: Ints,
    holders: Features,
    first_name: int,
    named: Floats,
    first: int,
    last: int,
    neighbours: Features,
    similarities: Floats,
) -> None:
    """Fill rows `first:last` of `neighbours` (n, NEAREST) with the most similar tickets.

    -1 where there are fewer. Rarest terms are looked up first; of a term that many tickets hold
    only the WINDOW nearest in order (tickets are in order of time) are visited.
    """
    tickets, places = features.shape
    gathered = np.zeros(tickets, dtype=np.float32)
    touched = np.empty(MOST_VISITED + WINDOW, dtype=np.int32)
    held = np.empty(places, dtype=np.int64)
    for ticket in range(first, last):
        for place in range(places):
            feature = features[ticket, place]
            held[place] = (
                starts[feature + 1] - starts[feature]
                if weights[ticket, place] > 0
                else np.int64(1 << 40)
            )
        used = 0
        visited = 0
        for place in np.argsort(held, kind="mergesort"):
            weight = weights[ticket, place]
            if weight <= 0 or visited >= MOST_VISITED:
                break
            feature = features[ticket, place]
            low, high = starts[feature], starts[feature + 1]
            if high - low > WINDOW:
                middle = low + np.searchsorted(holders[low:high], ticket)
                low = min(max(low, middle - WINDOW // 2), high - WINDOW)
                high = low + WINDOW
            for at in range(low, high):
                other = holders[at]
                if gathered[other] == 0:
                    touched[used] = other
                    used += 1
                gathered[other] += weight
            visited += high - low
        gathered[ticket] = -1.0
        scores = gathered[touched[:used]]
        order = np.argsort(-scores, kind="mergesort")[:NEAREST]
        for nth in range(NEAREST):
            neighbours[ticket, nth] = -1
            if nth < len(order) and scores[order[nth]] > 0:
                other = touched[order[nth]]
                neighbours[ticket, nth] = other
                terms, names = _dot(
                    features[ticket],
                    weights[ticket],
                    features[other],
                    weights[other],
                    first_name,
                )
                similarities[ticket, nth] = placed(
                    terms, names, float(named[ticket]), float(named[other])
                )
        for at in range(used):
            gathered[touched[at]] = 0


@njit(cache=True, nogil=True)
def _dot(
    left: Features, left_value: Floats, right: Features, right_value: Floats, first_name: int
) -> tuple[float, float]:
    """Return the dot products of the terms and of the names of two vectors.

    Features ascend, names from `first_name` on.
    """
    total = 0.0
    names = 0.0
    one = 0
    two = 0
    while one < len(left) and two < len(right):
        if left[one] == right[two]:
            if left[one] < first_name:
                total += left_value[one] * right_value[two]
            else:
                names += left_value[one] * right_value[two]
            one += 1
            two += 1
        elif left[one] < right[two]:
            one += 1
        else:
            two += 1
    return total, names


@njit(cache=True, nogil=True, inline="always")
def placed(terms: float, names: float, named: float, others_named: float) -> float:
    """Return the mean similarity of two clusters by their terms, less where their places differ.

    `names` is the mean cosine of their names over all pairs, `named` and `others_named` the share
    of their tickets that name a place at all.
    """
    pairs = named * others_named
    if pairs <= 0.0:
        return terms
    same = names / (pairs * SAME_PLACE)
    conflict = pairs * (1.0 - same) if same < 1.0 else 0.0
    return terms * (1.0 - (1.0 - OTHER_PLACE) * conflict)


@njit(cache=True, nogil=True)
def _tempered(
    mean: float,
    one: int,
    two: int,
    kinds: Kinds,
    held: Floats,
    size: Floats,
    earliest: Floats,
    latest: Floats,
) -> float:
    """Return the mean similarity of two clusters, less where place, category or time speak
    against it: by the share of their pairs that is known to differ."""
    for part in range(kinds.shape[1]):
        if kinds[one, part] >= 0 and kinds[two, part] >= 0 and kinds[one, part] != kinds[two, part]:
            differ = held[one, part] / size[one] * held[two, part] / size[two]
            mean *= 1.0 - (1.0 - (OTHER_DISTRICT if part == 0 else OTHER_CATEGORY)) * differ
    gap = max(earliest[one] - latest[two], earliest[two] - latest[one])
    if gap > FREE_DAYS:
        mean *= max(LEAST_TIME, 1.0 - (gap - FREE_DAYS) / 365.0 * (1.0 - LEAST_TIME))
    return float(mean)


@njit(cache=True, nogil=True, inline="always")
def enough(one: float, two: float, threshold: float, caution: float) -> float:
    """Return the mean similarity that two clusters of these sizes need to be one.

    A mean over few pairs is chancy: two single tickets need (1 + caution) times the threshold,
    two big clusters hardly more than the threshold.
    """
    return float(threshold * (1.0 + caution / np.sqrt(one * two)))


@njit(cache=True, nogil=True)
def _joined(
    left: Features, left_value: Floats, right: Features, right_value: Floats
) -> tuple[Features, Floats]:
    """Return the sum of two sparse vectors, of its strongest features when it grows long."""
    out = np.empty(len(left) + len(right), dtype=np.int32)
    value = np.empty(len(out), dtype=np.float32)
    one = 0
    two = 0
    used = 0
    while one < len(left) or two < len(right):
        if two >= len(right) or (one < len(left) and left[one] < right[two]):
            out[used], value[used] = left[one], left_value[one]
            one += 1
        elif one >= len(left) or right[two] < left[one]:
            out[used], value[used] = right[two], right_value[two]
            two += 1
        else:
            out[used], value[used] = left[one], left_value[one] + right_value[two]
            one += 1
            two += 1
        used += 1
    if used > LONGEST_VECTOR:
        keep = np.argsort(-value[:used], kind="mergesort")[:KEPT_FEATURES]
        keep.sort()
        return out[keep], value[keep]
    return out[:used], value[:used]


@njit(cache=True, nogil=True)
def link(
    features: Features,
    weights: Floats,
    neighbours: Features,
    similarities: Floats,
    first_name: int,
    named: Floats,
    kinds: Kinds,
    days: Floats,
    threshold: float,
    caution: float,
) -> Ints:
    """Return the cluster number of every ticket (n,): the lowest ticket of the cluster.

    `features` rows ascend where `weights` > 0 (empty places last), `kinds` (n, 2) the numbers of
    district and category, -1 unknown; `days` (n,) when it came in; `named` (n,) 1 where it names a
    place; features from `first_name` on are names.
    """
    tickets, places = features.shape
    most = 2 * tickets
    start = np.zeros(most, dtype=np.int64)
    length = np.zeros(most, dtype=np.int64)
    size = np.ones(most, dtype=np.float32)
    alive = np.zeros(most, dtype=np.bool_)
    parent = np.arange(most)
    lowest = np.arange(most)
    # The most frequent district and category of a cluster, and how many of its tickets have it.
    kind = np.full((most, kinds.shape[1]), -1, dtype=np.int32)
    held = np.zeros(kind.shape, dtype=np.float32)
    kind[:tickets] = kinds
    held[:tickets] = 1.0
    share_named = np.zeros(most, dtype=np.float32)
    share_named[:tickets] = named
    earliest = np.zeros(most, dtype=np.float32)
    latest = np.zeros(most, dtype=np.float32)
    arena = np.empty(tickets * places + 1024, dtype=np.int32)
    arena_value = np.empty(len(arena), dtype=np.float32)
    used = 0
    for ticket in range(tickets):
        start[ticket] = used
        for place in range(places):
            if weights[ticket, place] > 0:
                arena[used] = features[ticket, place]
                arena_value[used] = weights[ticket, place]
                used += 1
        length[ticket] = used - start[ticket]
        alive[ticket] = True
        earliest[ticket] = latest[ticket] = days[ticket]
    near_start = np.zeros(most, dtype=np.int64)
    near_length = np.zeros(most, dtype=np.int64)
    for ticket in range(tickets):
        for nth in range(neighbours.shape[1]):
            if neighbours[ticket, nth] >= 0:
                near_length[ticket] += 1
                near_length[neighbours[ticket, nth]] += 1
    total = 0
    for ticket in range(tickets):
        near_start[ticket] = total
        total += near_length[ticket]
        near_length[ticket] = 0
    near = np.empty(total + 1024, dtype=np.int32)
    heap = [(-2.0, 0, 0)]
    for ticket in range(tickets):
        for nth in range(neighbours.shape[1]):
            other = int(neighbours[ticket, nth])
            if other < 0:
                continue
            near[near_start[ticket] + near_length[ticket]] = other
            near_length[ticket] += 1
            near[near_start[other] + near_length[other]] = ticket
            near_length[other] += 1
            low = ticket if ticket < other else other
            high = ticket + other - low
            mean = _tempered(
                float(similarities[ticket, nth]), low, high, kind, held, size, earliest, latest
            )
            if mean >= enough(1.0, 1.0, threshold, caution):
                heap.append((-mean, low, high))
    near_used = total
    heapq.heapify(heap)
    heapq.heappop(heap)
    seen = np.zeros(most, dtype=np.int64)
    clusters = tickets
    candidate = np.empty(1024, dtype=np.int64)
    candidate_score = np.empty(1024, dtype=np.float32)
    while len(heap):
        _, one, two = heapq.heappop(heap)
        if not (alive[one] and alive[two]):
            continue
        merged = clusters
        clusters += 1
        sums, value = _joined(
            arena[start[one] : start[one] + length[one]],
            arena_value[start[one] : start[one] + length[one]],
            arena[start[two] : start[two] + length[two]],
            arena_value[start[two] : start[two] + length[two]],
        )
        if used + len(sums) > len(arena):
            arena = np.concatenate((arena, np.empty(len(arena) // 2 + 1024, np.int32)))
            arena_value = np.concatenate(
                (arena_value, np.empty(len(arena) - len(arena_value), np.float32))
            )
        arena[used : used + len(sums)] = sums
        arena_value[used : used + len(sums)] = value
        start[merged], length[merged] = used, len(sums)
        used += len(sums)
        size[merged] = size[one] + size[two]
        share_named[merged] = share_named[one] + share_named[two]
        for part in range(kinds.shape[1]):
            more, less = (one, two) if held[one, part] >= held[two, part] else (two, one)
            if kind[more, part] < 0:
                more, less = less, more
            kind[merged, part] = kind[more, part]
            held[merged, part] = held[more, part]
            if kind[less, part] == kind[more, part]:
                held[merged, part] += held[less, part]
        earliest[merged] = min(earliest[one], earliest[two])
        latest[merged] = max(latest[one], latest[two])
        lowest[merged] = min(lowest[one], lowest[two])
        alive[one] = alive[two] = False
        alive[merged] = True
        parent[one] = parent[two] = merged
        found = 0
        for part in (one, two):
            for at in range(near_start[part], near_start[part] + near_length[part]):
                other = int(near[at])
                while parent[other] != other:
                    parent[other] = parent[parent[other]]
                    other = parent[other]
                if other == merged or seen[other] == merged:
                    continue
                seen[other] = merged
                terms, names = _dot(
                    sums,
                    value,
                    arena[start[other] : start[other] + length[other]],
                    arena_value[start[other] : start[other] + length[other]],
                    first_name,
                )
                pairs = float(size[merged] * size[other])
                mean = placed(
                    terms / pairs,
                    names / pairs,
                    float(share_named[merged] / size[merged]),
                    float(share_named[other] / size[other]),
                )
                if found == len(candidate):
                    candidate = np.concatenate((candidate, np.empty_like(candidate)))
                    candidate_score = np.concatenate(
                        (candidate_score, np.empty_like(candidate_score))
                    )
                candidate[found] = other
                candidate_score[found] = _tempered(
                    float(mean), merged, other, kind, held, size, earliest, latest
                )
                found += 1
        order = np.argsort(-candidate_score[:found], kind="mergesort")[:KEPT_NEIGHBOURS]
        if near_used + len(order) > len(near):
            near = np.concatenate((near, np.empty(len(near) // 2 + 1024, np.int32)))
        near_start[merged], near_length[merged] = near_used, len(order)
        for nth in order:
            near[near_used] = candidate[nth]
            near_used += 1
            needed = enough(float(size[merged]), float(size[candidate[nth]]), threshold, caution)
            if candidate_score[nth] >= needed:
                heapq.heappush(
                    heap, (-np.float64(candidate_score[nth]), int(candidate[nth]), int(merged))
                )
    labels = np.empty(tickets, dtype=np.int64)
    for ticket in range(tickets):
        at = ticket
        while parent[at] != at:
            at = parent[at]
        labels[ticket] = lowest[at]
    return labels
