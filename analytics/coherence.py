"""How much a term says about the matter, judged by the company it keeps.

Salton's term discrimination: tickets that share “丽发新城” share much else, tickets that share
“加快力度” share nothing else. Rarity alone cannot tell the two apart.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Features = NDArray[np.int32]

# Tickets looked at per term; enough for a mean, and it keeps the cost linear.
MOST_LOOKED_AT = 24
LEAST, MOST = 0.002, 0.3


@njit(cache=True, nogil=True)
def postings(features: Features, weights: Floats, count: int) -> tuple[Ints, Features]:
    """Return (starts (count + 1,), tickets): for every feature the tickets that hold it."""
    starts = np.zeros(count + 1, dtype=np.int64)
    for ticket in range(features.shape[0]):
        for place in range(features.shape[1]):
            if weights[ticket, place] > 0:
                starts[features[ticket, place] + 1] += 1
    for feature in range(count):
        starts[feature + 1] += starts[feature]
    holders = np.empty(starts[count], dtype=np.int32)
    used = starts[:-1].copy()
    for ticket in range(features.shape[0]):
        for place in range(features.shape[1]):
            if weights[ticket, place] > 0:
                feature = features[ticket, place]
                holders[used[feature]] = ticket
                used[feature] += 1
    return starts, holders


@njit(cache=True, nogil=True)
def company(
    features: Features,
    weights: Floats,
    starts: Ints,
    holders: Features,
    first: int,
    last: int,
    out: Floats,
) -> None:
    """Fill `out[first:last]` with the mean cosine of two tickets that hold the feature.

    The feature's own part is left out. `weights` rows have length 1. A feature that one ticket
    holds gets 0.
    """
    total = np.zeros(len(starts) - 1, dtype=np.float32)
    touched = np.empty(MOST_LOOKED_AT * features.shape[1], dtype=np.int64)
    for feature in range(first, last):
        held = starts[feature + 1] - starts[feature]
        if held < 2:
            out[feature] = 0.0
            continue
        looked_at = min(held, MOST_LOOKED_AT)
        used = 0
        squares = np.float32(0.0)
        own = np.float32(0.0)
        for nth in range(looked_at):
            ticket = holders[starts[feature] + nth * held // looked_at]
            for place in range(features.shape[1]):
                weight = weights[ticket, place]
                if weight <= 0:
                    continue
                other = features[ticket, place]
                if other == feature:
                    own += weight * weight
                squares += weight * weight
                if total[other] == 0:
                    touched[used] = other
                    used += 1
                total[other] += weight
        together = np.float32(0.0)
        alone = total[feature] * total[feature]
        for at in range(used):
            together += total[touched[at]] * total[touched[at]]
            total[touched[at]] = 0
        pairs = (together - squares) - (alone - own)
        out[feature] = max(np.float32(0.0), pairs / (looked_at * (looked_at - 1)))
