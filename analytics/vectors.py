"""Tickets as sparse vectors of what is rare and telling in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analytics import coherence, grams
from analytics.coherence import Features, Floats, Ints
from nlu.folding import fold_characters

# Share of the squared length that names have where company is judged.
NAMES_SHARE = 0.2
MOST_SEEN_SHARE = 0.05
MOST_SEEN_NAME_SHARE = 0.01
SMALLEST_LIMIT = 100
TERMS_KEPT, NAMES_KEPT = 90, 24
WORKERS = 2
# What no other ticket says counts this much of its squared weight against likeness.
UNSHARED_WEIGHT = 4.0
# What the same place with the same category adds to the likeness of two tickets, where no more
# than ANCHOR_FULL tickets have them; with more it says less.
ANCHOR_LIKENESS, ANCHOR_FULL = 0.08, 40
# Factor of a term without company: taken for telling, since new matters come with new names.
NEW_TERM = float(np.sqrt(0.05))


def limits(tickets: int) -> tuple[int, int]:
    """Return in how many tickets a term, and a name, may occur and still tell something."""
    return (
        max(SMALLEST_LIMIT, int(MOST_SEEN_SHARE * tickets)),
        max(SMALLEST_LIMIT, int(MOST_SEEN_NAME_SHARE * tickets)),
    )


Batches = Callable[[], Iterable[Sequence[str]]]


@dataclass(frozen=True)
class Vectors:
    """`features` (n, k) ascending, `weights` (n, k), 0 where empty; the terms of
    a row have length 1, and so have its names, less what no other ticket shares.

    `hashes` (f,) is the term of each feature (see `grams`), `factor` (f,) what its company adds to
    its rarity, `seen` (2^bits,) how many tickets hold a term, `named` (n,) 1 where a ticket names
    a place. Features from `first_name` on are names.
    """

    features: Features
    weights: Floats
    hashes: grams.Terms
    starts: Ints
    holders: Features
    factor: Floats
    seen: Features
    first_name: int
    named: Floats


def anchor_weight(held: NDArray[np.int64]) -> Floats:
    """Return the weights of anchors (same place, same category) that so many tickets have."""
    share = np.minimum(1.0, ANCHOR_FULL / np.maximum(held, 1))
    return np.where(held > 1, np.sqrt(ANCHOR_LIKENESS * share), 0.0).astype(np.float32)


def anchored(vectors: Vectors, anchors: NDArray[np.int32]) -> Vectors:
    """Return the vectors with one more feature: `anchors` (n,) numbers of place and category.

    Tickets of -1 have none. The new features come before all others.
    """
    count = int(anchors.max(initial=-1)) + 1
    if not count:
        return vectors
    held = np.bincount(anchors[anchors >= 0], minlength=count)
    weight = np.where(anchors >= 0, anchor_weight(held)[anchors], 0.0).astype(np.float32)
    features = np.concatenate([np.maximum(anchors, 0)[:, None], vectors.features + count], axis=1)
    weights = np.concatenate([weight[:, None], vectors.weights], axis=1)
    starts, holders = coherence.postings(features, weights, count + len(vectors.hashes))
    return replace(
        vectors,
        features=features,
        weights=weights,
        starts=starts,
        holders=holders,
        first_name=vectors.first_name + count,
    )


def hash_bits(tickets: int) -> int:
    """Return how many bits of hash keep collisions rare among that many tickets."""
    return 22 if tickets < 100_000 else 25


def read_vectors(batches: Batches, tickets: int) -> Vectors:
    """Return the vectors of `tickets` texts (title, line break, detail), given twice in batches.

    `batches()` is called twice and must give the same texts in the same order.
    """
    bits = hash_bits(tickets)
    seen = np.zeros(1 << bits, dtype=np.int32)
    for texts in batches():
        codes, bounds, heads = fold_characters(texts)
        grams.count_documents(codes, bounds, heads, bits, grams.LETTER, grams.ENDING, seen)
    most_seen, most_seen_name = limits(tickets)
    terms = np.zeros((tickets, TERMS_KEPT + NAMES_KEPT), dtype=np.uint32)
    weights = np.zeros(terms.shape, dtype=np.float32)
    unshared = np.zeros((tickets, 2), dtype=np.float32)

    def read(start: int, texts: Sequence[str]) -> None:
        codes, bounds, heads = fold_characters(texts)
        grams.strongest_terms(
            codes,
            bounds,
            heads,
            bits,
            grams.LETTER,
            grams.ENDING,
            seen,
            tickets,
            most_seen,
            most_seen_name,
            TERMS_KEPT,
            NAMES_KEPT,
            terms[start : start + len(texts)],
            weights[start : start + len(texts)],
            unshared[start : start + len(texts)],
        )

    start = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = []
        for texts in batches():
            waiting.append(pool.submit(read, start, texts))
            start += len(texts)
            if len(waiting) > 2 * WORKERS:
                waiting.pop(0).result()
        for job in waiting:
            job.result()
    return _weighed(*_compact(terms, weights, bits), seen, unshared)


def _compact(
    terms: grams.Terms, weights: Floats, bits: int
) -> tuple[Features, Floats, grams.Terms]:
    """Number the terms that occur 0, 1, … in order of hash; names come after all others."""
    # In place: of a million tickets each copy takes half a gigabyte.
    of_names = terms >= grams.NAME
    terms &= ~grams.NAME
    terms[of_names] += np.uint32(1 << bits)
    present = np.zeros(2 << bits, dtype=np.bool_)
    present[terms[weights > 0]] = True
    number = np.cumsum(present, dtype=np.int32) - 1
    hashes = np.flatnonzero(present).astype(np.uint32)
    named = hashes >= (1 << bits)
    hashes[named] = (hashes[named] - np.uint32(1 << bits)) | grams.NAME
    return number[terms], weights, hashes


def _weighed(
    features: Features, weights: Floats, hashes: grams.Terms, seen: Features, unshared: Floats
) -> Vectors:
    """Weigh every term by the company it keeps and bring the rows to length 1."""
    first_name = int(np.searchsorted(hashes >= grams.NAME, True))
    count = len(hashes)
    named = unshared[:, 1] > 0
    for place in range(features.shape[1]):
        named |= (features[:, place] >= first_name) & (weights[:, place] > 0)
    _scale(features, weights, first_name, unshared, False)
    starts, holders = coherence.postings(features, weights, count)
    kept = np.zeros(count, dtype=np.float32)
    in_parts(count, lambda a, b: coherence.company(features, weights, starts, holders, a, b, kept))
    factor = np.sqrt(np.clip(kept, coherence.LEAST, coherence.MOST)).astype(np.float32)
    if count:
        weights *= factor[features]
    unshared *= NEW_TERM**2
    _scale(features, weights, first_name, unshared, True)
    return Vectors(
        features,
        weights,
        hashes,
        starts,
        holders,
        factor,
        seen,
        first_name,
        named.astype(np.float32),
    )


def _scale(
    features: Features, weights: Floats, first_name: int, unshared: Floats, final: bool
) -> None:
    """Scale the terms and the names of every row.

    `final`: each to length 1, what no other ticket holds (`unshared` (n, 2), squared lengths)
    counted in. Otherwise both together to length 1 by their shared part alone.
    """
    block = 65536
    for start in range(0, len(features), block):
        part = weights[start : start + block]
        names = features[start : start + block] >= first_name
        squares = part * part
        alone = unshared[start : start + block]
        counted = UNSHARED_WEIGHT if final else 0.0
        of_names = np.where(names, squares, 0).sum(1) + counted * alone[:, 1]
        of_terms = np.where(names, 0, squares).sum(1) + counted * alone[:, 0]
        share = np.where(of_names > 0, np.where(of_terms > 0, NAMES_SHARE, 1.0), 0.0)
        scale_names = np.sqrt((1.0 if final else share) / np.maximum(of_names, 1e-12))
        scale_terms = np.sqrt((1.0 if final else 1.0 - share) / np.maximum(of_terms, 1e-12))
        part *= np.where(names, scale_names[:, None], scale_terms[:, None]).astype(np.float32)
        alone *= np.stack([scale_terms, scale_names], axis=1).astype(np.float32) ** 2


def in_parts(count: int, work: Callable[[int, int], None]) -> None:
    """Run `work(first, last)` over 0…count in pieces, on all workers."""
    step = max(1, -(-count // (8 * WORKERS)))
    with ThreadPoolExecutor(WORKERS) as pool:
        for job in [
            pool.submit(work, first, min(count, first + step)) for first in range(0, count, step)
        ]:
            job.result()


def ticket_order(days: NDArray[np.float32], digests: NDArray[np.uint64]) -> Ints:
    """Return the order of tickets that depends on their content alone: time, then digest."""
    order: Ints = np.lexsort((digests, days)).astype(np.int64)
    return order
