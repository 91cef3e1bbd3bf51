"""Counting of character n-grams and words at compiled speed.

A feature is a 64-bit key: FNV-1a over the code points of an n-gram or word, salted by its
field. Keys are looked up in an open-addressing table, so that a text costs a few dozen
microseconds and no n-gram is ever a Python string.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# Fields: where in a ticket a feature was seen. Each is weighted and normalised by itself.
HEAD_CHARACTERS, HEAD_WORDS, CHARACTERS, WORDS = 0, 1, 2, 3
FIELDS = 4
LONGEST_NGRAM = np.array([3, 0, 4, 0])
LOG_COUNT = (1.0 + np.log(np.arange(1, 257))).astype(np.float32)

_OFFSET = np.uint64(14695981039346656037)
_PRIME = np.uint64(1099511628211)
_SPACE = np.uint32(32)
_SHIFT = np.uint64(32)
_PAIR = np.uint64(0x9E3779B97F4A7C15)


@njit(cache=True, nogil=True, inline="always")
def _salt(field: int) -> np.uint64:
    """Return where the hash of a field starts; fields differ in all bits, characters in the low."""
    return _OFFSET ^ (np.uint64(field + 1) * _PAIR)


@njit(cache=True, nogil=True, inline="always")
def _mix(key: np.uint64) -> np.uint64:
    """Return the key with high bits folded down; never 0, which marks an empty slot."""
    mixed = (key ^ (key >> _SHIFT)) * _PAIR
    mixed ^= mixed >> _SHIFT
    return mixed if mixed != np.uint64(0) else np.uint64(1)


@njit(cache=True, nogil=True)
def document_keys(
    codes: Codes,
    start: int,
    end: int,
    ends_of_words: Ints,
    first: int,
    last: int,
    characters_field: int,
    words_field: int,
    keys: Keys,
    fields: NDArray[np.int8],
) -> int:
    """Write the keys of one stretch of text; return how many were written.

    `codes[start:end]` is the text, `ends_of_words[first:last]` where its words end. `keys` and
    `fields` need room for 6 entries a character. Blanks are no feature and break word pairs.
    """
    written = 0
    longest = LONGEST_NGRAM[characters_field]
    for begin in range(start, end):
        key = _salt(characters_field)
        for at in range(begin, min(begin + longest, end)):
            key = (key ^ np.uint64(codes[at])) * _PRIME
            if at == begin and codes[at] == _SPACE:
                continue
            keys[written] = _mix(key)
            fields[written] = characters_field
            written += 1
    begin = start
    previous = np.uint64(0)
    for word in range(first, last):
        if codes[begin] == _SPACE:
            begin = ends_of_words[word]
            previous = np.uint64(0)
            continue
        key = _salt(words_field)
        for at in range(begin, ends_of_words[word]):
            key = (key ^ np.uint64(codes[at])) * _PRIME
        keys[written] = _mix(key)
        fields[written] = words_field
        written += 1
        if words_field == WORDS and previous != np.uint64(0):
            keys[written] = _mix(previous * _PAIR ^ key)
            fields[written] = words_field
            written += 1
        previous = key
        begin = ends_of_words[word]
    return written


@njit(cache=True, nogil=True)
def word_keys(
    codes: Codes, start: int, ends_of_words: Ints, first: int, last: int
) -> tuple[Keys, Keys]:
    """Return for each word its key in the field WORDS and the key of the pair it begins.

    0, which is no key, stands for a blank and for a pair that does not exist.
    """
    words = np.zeros(last - first, dtype=np.uint64)
    pairs = np.zeros(last - first, dtype=np.uint64)
    previous = np.uint64(0)
    begin = start
    for word in range(first, last):
        key = np.uint64(0)
        if codes[begin] != _SPACE:
            key = _salt(WORDS)
            for at in range(begin, ends_of_words[word]):
                key = (key ^ np.uint64(codes[at])) * _PRIME
            words[word - first] = _mix(key)
            if previous != np.uint64(0):
                pairs[word - first - 1] = _mix(previous * _PAIR ^ key)
        previous = key
        begin = ends_of_words[word]
    return words, pairs


@njit(cache=True, nogil=True)
def build_table(keys: Keys, bits: int) -> tuple[Keys, NDArray[np.int32]]:
    """Return (slots, positions): an open-addressing table of 2^bits slots over `keys`."""
    mask = np.uint64((1 << bits) - 1)
    slots = np.zeros(1 << bits, dtype=np.uint64)
    positions = np.full(1 << bits, -1, dtype=np.int32)
    for position in range(len(keys)):
        slot = keys[position] & mask
        while slots[slot] != np.uint64(0):
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = keys[position]
        positions[slot] = position
    return slots, positions


@njit(cache=True, nogil=True, inline="always")
def _find(key: np.uint64, slots: Keys, positions: NDArray[np.int32], mask: np.uint64) -> int:
    """Return the position of a key, or -1."""
    slot = key & mask
    while slots[slot] != np.uint64(0):
        if slots[slot] == key:
            return int(positions[slot])
        slot = (slot + np.uint64(1)) & mask
    return -1


@njit(cache=True, nogil=True)
def find_all(keys: Keys, slots: Keys, positions: NDArray[np.int32]) -> Ints:
    """Return the position of each key (n,), -1 where it is unknown."""
    found = np.empty(len(keys), dtype=np.int64)
    mask = np.uint64(len(slots) - 1)
    for at in range(len(keys)):
        found[at] = _find(keys[at], slots, positions, mask)
    return found


@njit(cache=True, nogil=True)
def _count(
    codes: Codes,
    start: int,
    head_end: int,
    end: int,
    ends_of_words: Ints,
    first: int,
    head_last: int,
    last: int,
    slots: Keys,
    positions: NDArray[np.int32],
    counts: NDArray[np.int32],
    touched: NDArray[np.int32],
    keys: Keys,
    fields: NDArray[np.int8],
) -> int:
    """Count the known features of one document; return how many distinct ones there are."""
    mask = np.uint64(len(slots) - 1)
    distinct = 0
    for part in range(2):
        if part == 0:
            if head_end == start:
                continue
            written = document_keys(
                codes,
                start,
                head_end,
                ends_of_words,
                first,
                head_last,
                HEAD_CHARACTERS,
                HEAD_WORDS,
                keys,
                fields,
            )
        else:
            written = document_keys(
                codes, start, end, ends_of_words, first, last, CHARACTERS, WORDS, keys, fields
            )
        for at in range(written):
            position = _find(keys[at], slots, positions, mask)
            if position >= 0:
                if counts[position] == 0:
                    touched[distinct] = position
                    distinct += 1
                counts[position] += 1
    return distinct


@njit(cache=True, nogil=True)
def vectorise(
    codes: Codes,
    bounds: Ints,
    head_ends: Ints,
    ends_of_words: Ints,
    word_bounds: Ints,
    head_word_ends: Ints,
    slots: Keys,
    positions: NDArray[np.int32],
    field_of: NDArray[np.int8],
    idf: Floats,
    field_weight: Floats,
) -> tuple[Ints, NDArray[np.int32], Floats]:
    """Return the documents as CSR parts (indptr, indices, data).

    Value of a feature: (1 + ln count) · idf, each field scaled to length `field_weight`.
    """
    documents = len(bounds) - 1
    counts = np.zeros(len(idf), dtype=np.int32)
    room = 0
    for document in range(documents):
        room = max(room, bounds[document + 1] - bounds[document])
    keys = np.empty(12 * room + 16, dtype=np.uint64)
    fields = np.empty(12 * room + 16, dtype=np.int8)
    touched = np.empty(12 * room + 16, dtype=np.int32)
    indptr = np.zeros(documents + 1, dtype=np.int64)
    capacity = 1 << 16
    indices = np.empty(capacity, dtype=np.int32)
    data = np.empty(capacity, dtype=np.float32)
    used = 0
    for document in range(documents):
        distinct = _count(
            codes,
            bounds[document],
            head_ends[document],
            bounds[document + 1],
            ends_of_words,
            word_bounds[document],
            head_word_ends[document],
            word_bounds[document + 1],
            slots,
            positions,
            counts,
            touched,
            keys,
            fields,
        )
        while used + distinct > capacity:
            capacity *= 2
            indices = np.concatenate((indices, np.empty(capacity - len(indices), np.int32)))
            data = np.concatenate((data, np.empty(capacity - len(data), np.float32)))
        length = np.zeros(FIELDS, dtype=np.float32)
        touched[:distinct].sort()
        for at in range(distinct):
            position = touched[at]
            value = LOG_COUNT[min(counts[position], 256) - 1] * idf[position]
            counts[position] = 0
            length[field_of[position]] += value * value
            indices[used + at] = position
            data[used + at] = value
        for at in range(used, used + distinct):
            field = field_of[indices[at]]
            data[at] *= field_weight[field] / np.sqrt(length[field])
        used += distinct
        indptr[document + 1] = used
    return indptr, indices[:used].copy(), data[:used].copy()


@njit(cache=True, nogil=True)
def score(
    codes: Codes,
    bounds: Ints,
    head_ends: Ints,
    ends_of_words: Ints,
    word_bounds: Ints,
    head_word_ends: Ints,
    slots: Keys,
    positions: NDArray[np.int32],
    field_of: NDArray[np.int8],
    idf: Floats,
    field_weight: Floats,
    weights: Floats,
    bias: Floats,
) -> Floats:
    """Return (documents, labels) linear scores without building a matrix.

    Same values as `vectorise(...) @ weights + bias`.
    """
    documents = len(bounds) - 1
    labels = weights.shape[1]
    room = 0
    for document in range(documents):
        room = max(room, bounds[document + 1] - bounds[document])
    keys = np.empty(12 * room + 16, dtype=np.uint64)
    fields = np.empty(12 * room + 16, dtype=np.int8)
    touched = np.empty(12 * room + 16, dtype=np.int32)
    counts = np.zeros(len(idf), dtype=np.int32)
    scores = np.empty((documents, labels), dtype=np.float32)
    by_field = np.empty((FIELDS, labels), dtype=np.float32)
    for document in range(documents):
        distinct = _count(
            codes,
            bounds[document],
            head_ends[document],
            bounds[document + 1],
            ends_of_words,
            word_bounds[document],
            head_word_ends[document],
            word_bounds[document + 1],
            slots,
            positions,
            counts,
            touched,
            keys,
            fields,
        )
        length = np.zeros(FIELDS, dtype=np.float32)
        by_field[:] = 0
        for at in range(distinct):
            position = touched[at]
            value = LOG_COUNT[min(counts[position], 256) - 1] * idf[position]
            counts[position] = 0
            field = field_of[position]
            length[field] += value * value
            for label in range(labels):
                by_field[field, label] += value * weights[position, label]
        scores[document] = bias
        for field in range(FIELDS):
            if length[field] > 0:
                scale = field_weight[field] / np.sqrt(length[field])
                for label in range(labels):
                    scores[document, label] += scale * by_field[field, label]
    return scores


@njit(cache=True, nogil=True)
def all_keys(
    codes: Codes,
    bounds: Ints,
    head_ends: Ints,
    ends_of_words: Ints,
    word_bounds: Ints,
    head_word_ends: Ints,
) -> tuple[Keys, NDArray[np.int8]]:
    """Return the distinct keys of every document, one document after the other, with fields."""
    documents = len(bounds) - 1
    total = 0
    for document in range(documents):
        total += 12 * (bounds[document + 1] - bounds[document])
    found = np.empty(total + 16, dtype=np.uint64)
    field_of = np.empty(total + 16, dtype=np.int8)
    used = 0
    for document in range(documents):
        first = used
        if head_ends[document] > bounds[document]:
            used += document_keys(
                codes,
                bounds[document],
                head_ends[document],
                ends_of_words,
                word_bounds[document],
                head_word_ends[document],
                HEAD_CHARACTERS,
                HEAD_WORDS,
                found[used:],
                field_of[used:],
            )
        used += document_keys(
            codes,
            bounds[document],
            bounds[document + 1],
            ends_of_words,
            word_bounds[document],
            word_bounds[document + 1],
            CHARACTERS,
            WORDS,
            found[used:],
            field_of[used:],
        )
        order = np.argsort(found[first:used])
        kept_keys = found[first:used][order]
        kept_fields = field_of[first:used][order]
        used = first
        for at in range(len(kept_keys)):
            if at == 0 or kept_keys[at] != kept_keys[at - 1]:
                found[used] = kept_keys[at]
                field_of[used] = kept_fields[at]
                used += 1
    return found[:used].copy(), field_of[:used].copy()


@njit(cache=True, nogil=True)
def embed(
    codes: Codes,
    bounds: Ints,
    ends_of_words: Ints,
    word_bounds: Ints,
    slots: Keys,
    positions: NDArray[np.int32],
    rows: NDArray[np.int8],
    scale: Floats,
    out: Floats,
) -> None:
    """Add up in `out` (documents, d) the scaled rows of every known key of each document."""
    room = 0
    for document in range(len(bounds) - 1):
        room = max(room, bounds[document + 1] - bounds[document])
    keys = np.empty(6 * room + 16, dtype=np.uint64)
    fields = np.empty(6 * room + 16, dtype=np.int8)
    mask = np.uint64(len(slots) - 1)
    for document in range(len(bounds) - 1):
        written = document_keys(
            codes,
            bounds[document],
            bounds[document + 1],
            ends_of_words,
            word_bounds[document],
            word_bounds[document + 1],
            CHARACTERS,
            WORDS,
            keys,
            fields,
        )
        total = out[document]
        for at in range(written):
            position = _find(keys[at], slots, positions, mask)
            if position >= 0:
                row, weight = rows[position], scale[position]
                for place in range(len(total)):
                    total[place] += weight * row[place]
