"""Which rare stretches of text a ticket holds, counted at compiled speed.

A term is a 2- or 3-gram of letters, figures and Chinese characters, known by a hash of `bits`
bits. A term that stands just before or in the ending of a place's name (…路, …苑) also counts as a name:
the same hash with `NAME` set.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Terms = NDArray[np.uint32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

NAME = np.uint32(1 << 31)
# Marks the hash of a place with a category (`Told.anchor`) among the terms.
ANCHOR = np.uint32(1 << 30)
_NAME_REACH = 4
# A term this often in a ticket is stressed; every term of a title is.
STRESSED = 3
_LONGEST = 6000
_JIE, _DAO, _ZHEN, _XIANG = ord("街"), ord("道"), ord("镇"), ord("乡")
_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
_ENDINGS = "路街巷村苑城府湾园寓厦校院桥港洲岛湖山江河郡墅庭轩居阁邸庄坊岭坪塘里"
ENDING = np.zeros(0x10000, dtype=np.bool_)
ENDING[[ord(char) for char in _ENDINGS]] = True
LETTER = np.zeros(0x10000, dtype=np.bool_)
LETTER[0x4E00:0xA000] = True
LETTER[ord("a") : ord("z") + 1] = True
LETTER[ord("0") : ord("9") + 1] = True


@njit(cache=True, nogil=True, inline="always")
def _hash(first: int, second: int, third: int, bits: int) -> np.uint32:
    """Return the `bits`-bit hash of an n-gram; `third` is 0 for a pair."""
    key = np.uint64(first) * _MULTIPLY
    key ^= (np.uint64(second) + (key << np.uint64(6)) + (key >> np.uint64(2))) * _MULTIPLY
    key ^= (np.uint64(third) + (key << np.uint64(6)) + (key >> np.uint64(2))) * _MULTIPLY
    key ^= key >> np.uint64(29)
    key *= np.uint64(0xBF58476D1CE4E5B9)
    return np.uint32(key >> np.uint64(64 - bits))


@njit(cache=True, nogil=True)
def _is_letter(code: int, letter: NDArray[np.bool_]) -> bool:
    return code < 0x10000 and letter[code]


@njit(cache=True, nogil=True)
def terms_of(
    codes: Codes,
    start: int,
    head_end: int,
    end: int,
    bits: int,
    letter: NDArray[np.bool_],
    ending: NDArray[np.bool_],
    out: Terms,
) -> int:
    """Write the terms of one ticket with repetition; return how many.

    Terms of the title (`codes[start:head_end]`) are written three times: it says what the matter
    is. The name of a street office, town or township (…街道, …镇, …乡) is no term: a whole town is
    no matter. `out` needs room for 12 terms a character.
    """
    end = min(end, start + _LONGEST)
    coarse = np.zeros(end - start, dtype=np.bool_)
    for at in range(start + 2, end):
        street = codes[at] == _DAO and codes[at - 1] == _JIE
        if street or codes[at] == _ZHEN or codes[at] == _XIANG:
            coarse[max(0, at - start - (3 if street else 2)) : at - start + 1] = True
    written = 0
    for at in range(start, end - 1):
        if not (_is_letter(codes[at], letter) and _is_letter(codes[at + 1], letter)):
            continue
        repeat = 3 if at + 1 < head_end else 1
        triple = at + 2 < end and at + 1 != head_end and _is_letter(codes[at + 2], letter)
        for size in range(2, 4):
            if size == 3 and not triple:
                continue
            if coarse[at - start : at - start + size].all():
                continue
            key = _hash(codes[at], codes[at + 1], codes[at + 2] if size == 3 else 0, bits)
            named = False
            for reach in range(at + size - 1, min(end, at + _NAME_REACH)):
                if not _is_letter(codes[reach], letter):
                    break
                if ending[codes[reach]]:
                    named = True
                    break
            for _ in range(repeat):
                out[written] = key
                written += 1
                if named:
                    out[written] = key | NAME
                    written += 1
    return written


@njit(cache=True, nogil=True)
def count_documents(
    codes: Codes,
    bounds: Ints,
    head_ends: Ints,
    bits: int,
    letter: NDArray[np.bool_],
    ending: NDArray[np.bool_],
    seen: NDArray[np.int32],
) -> None:
    """Add 1 to `seen[hash]` for every ticket that holds the term (2^bits,)."""
    room = 0
    for ticket in range(len(bounds) - 1):
        room = max(room, bounds[ticket + 1] - bounds[ticket])
    out = np.empty(12 * min(room, _LONGEST) + 16, dtype=np.uint32)
    for ticket in range(len(bounds) - 1):
        written = terms_of(
            codes, bounds[ticket], head_ends[ticket], bounds[ticket + 1], bits, letter, ending, out
        )
        out[:written].sort()
        for at in range(written):
            if out[at] >= NAME:
                break
            if at == 0 or out[at] != out[at - 1]:
                seen[out[at]] += 1


@njit(cache=True, nogil=True)
def strongest_terms(
    codes: Codes,
    bounds: Ints,
    head_ends: Ints,
    bits: int,
    letter: NDArray[np.bool_],
    ending: NDArray[np.bool_],
    seen: NDArray[np.int32],
    tickets: int,
    most_seen: int,
    most_seen_name: int,
    terms_kept: int,
    names_kept: int,
    terms: Terms,
    weights: Floats,
    unshared: Floats,
) -> None:
    """Fill `terms` and `weights` (n, terms_kept + names_kept) with each ticket's strongest terms.

    Weight (1 + ln count) · (ln((1 + n) / (1 + df)) + 1); only terms that at least two and at most
    `most_seen` tickets hold (names: `most_seen_name`). Empty places have weight 0. `unshared`
    (n, 2) becomes the squared weight of what the ticket stresses (title, repetition) and no
    other holds, of terms and of names.
    """
    room = 0
    for ticket in range(len(bounds) - 1):
        room = max(room, bounds[ticket + 1] - bounds[ticket])
    size = 12 * min(room, _LONGEST) + 16
    out = np.empty(size, dtype=np.uint32)
    found = np.empty(size, dtype=np.uint32)
    value = np.empty(size, dtype=np.float32)
    for ticket in range(len(bounds) - 1):
        written = terms_of(
            codes, bounds[ticket], head_ends[ticket], bounds[ticket + 1], bits, letter, ending, out
        )
        out[:written].sort()
        place = 0
        for part in range(2):
            kept = terms_kept if part == 0 else names_kept
            limit = most_seen if part == 0 else most_seen_name
            distinct = 0
            at = 0
            while at < written:
                first = at
                while at < written and out[at] == out[first]:
                    at += 1
                if (out[first] >= NAME) != (part == 1):
                    continue
                documents = seen[out[first] & ~NAME]
                if documents > limit:
                    continue
                rarity = np.log((1.0 + tickets) / (1.0 + documents)) + 1.0
                weight = (1.0 + np.log(at - first)) * rarity
                if documents < 2:
                    if at - first >= STRESSED:
                        unshared[ticket, part] += weight * weight
                    continue
                found[distinct] = out[first]
                value[distinct] = weight
                distinct += 1
            order = np.argsort(-value[:distinct], kind="mergesort")[:kept]
            order.sort()
            for nth in order:
                terms[ticket, place] = found[nth]
                weights[ticket, place] = value[nth]
                place += 1
