"""Turning text into index terms: words, characters, bigrams and the opening's bigrams."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import rjieba
from numpy.typing import NDArray

from nlu.city_files import city_file
from nlu.normalise import normalise

Keys = NDArray[np.uint64]

FIELDS = ("words", "characters", "bigrams", "opening")
OPENING_CHARACTERS = 40

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_TAG = 60
_HASHED = 1 << 59


@lru_cache(maxsize=1)
def _cutter() -> rjieba.Jieba:
    """Return jieba's dictionary with the city's words, in its fast implementation.

    Without guessing of unknown words both implementations cut alike (a test holds them to it);
    this one indexes twenty times as fast.
    """
    cutter = rjieba.Jieba()
    dictionary = city_file("dictionary.txt")
    if dictionary.is_file():
        for line in dictionary.read_text(encoding="utf-8").splitlines():
            parts = line.split()
            if parts:
                frequency = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
                cutter.add_word(parts[0], frequency, None)
    return cutter


def words(folded: str) -> list[str]:
    """Return the words of a folded text, marks and blanks left out."""
    return [word for word in _cutter().cut(folded, False) if _RUN.search(word)]


def fold(text: str) -> str:
    """Return the text as it is compared: simplified characters, Mandarin wording, lower case.

    Documents and queries pass through the same folding, so a question in Traditional
    characters finds an answer in Simplified ones and the other way round.
    """
    return normalise(text).text.lower()


@lru_cache(maxsize=200_000)
def _hashed(token: str) -> int:
    if len(token) == 1:
        return ord(token)
    if len(token) == 2:
        return ord(token[0]) << 21 | ord(token[1])
    return int.from_bytes(blake2b(token.encode(), digest_size=7).digest()) | _HASHED


def field_keys(folded: str) -> list[Keys]:
    """Return the term keys of a folded text, one array per field of `FIELDS`, repeats kept.

    A key is 64 bits: the field in the top four, then one or two code points, or a hash for
    longer tokens. Latin and digit runs count as one token in every field.
    """
    whole = [_hashed(word) for word in words(folded)]
    single: list[int] = []
    double: list[int] = []
    opening = 0
    for match in _RUN.finditer(folded):
        run = match.group()
        if run[0] < "\u0080":
            token = _hashed(run) | _HASHED
            single.append(token)
            double.append(token)
        else:
            codes = [ord(c) for c in run]
            single.extend(codes)
            double.extend(a << 21 | b for a, b in pairwise(codes))
        if match.start() < OPENING_CHARACTERS:
            excess = max(0, match.end() - OPENING_CHARACTERS)
            opening = len(double) - min(excess, max(0, len(run) - 1))
    lists = (whole, single, double, double[:opening])
    return [
        np.array(values, dtype=np.uint64) | np.uint64(tag << _TAG)
        for tag, values in enumerate(lists)
    ]
