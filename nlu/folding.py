"""A batch of texts as one array of folded code points with its word boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import opencc
import rjieba
from numpy.typing import NDArray

from nlu.ngrams import Codes, Ints

# Between documents; folding maps every other control character to a blank.
_BREAK = "\x1e"
_BATCH = 512


@dataclass(frozen=True)
class FoldedBatch:
    """Documents laid end to end.

    `codes` (characters,) code points; document i is `codes[bounds[i]:bounds[i + 1]]`, its first
    line (the title) ends at `head_ends[i]` (= start when there is only one line); words end at
    `ends_of_words`, those of document i being `word_bounds[i]:word_bounds[i + 1]`.
    """

    codes: Codes
    bounds: Ints
    head_ends: Ints
    ends_of_words: Ints
    word_bounds: Ints
    head_word_ends: Ints

    @property
    def arrays(self) -> tuple[Codes, Ints, Ints, Ints, Ints, Ints]:
        """The six arrays in the order the compiled functions take them."""
        return (
            self.codes,
            self.bounds,
            self.head_ends,
            self.ends_of_words,
            self.word_bounds,
            self.head_word_ends,
        )


@cache
def _folding() -> NDArray[np.uint32]:
    """Return the table code point → folded code point for the basic plane.

    Full width → half width, upper → lower case, traditional → simplified (character by
    character), blanks and controls → a space.
    """
    table = np.arange(0x10000, dtype=np.uint32)
    convert = opencc.OpenCC("t2s").convert
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    simple = convert(" ".join(han)).split(" ")
    for char, plain in zip(han, simple, strict=True):
        if len(plain) == 1 and ord(plain) < 0x10000:
            table[ord(char)] = ord(plain)
    for wide in range(0xFF01, 0xFF5F):
        table[wide] = wide - 0xFEE0
    for point in [*range(0x00, 0x21), 0x7F, 0xA0, 0x3000, *range(0x2000, 0x2010), 0xFEFF]:
        table[point] = 0x20
    for upper, lower in zip(range(0x41, 0x5B), range(0x61, 0x7B), strict=True):
        table[upper] = lower
        table[upper + 0xFEE0] = lower
    return table


def fold(texts: Sequence[str]) -> FoldedBatch:
    """Return the texts folded and segmented (jieba's dictionary, no guessing of new words).

    A line break after the first line marks it as the title; other breaks are blanks.
    """
    joined = _BREAK.join([*texts, ""]) if len(texts) else ""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    breaks = np.flatnonzero(codes == ord(_BREAK))
    if len(breaks) != len(texts):
        return fold([text.replace(_BREAK, " ") for text in texts])
    lines = np.flatnonzero(codes == ord("\n"))
    table = _folding()
    folded = np.where(codes < 0x10000, table[np.minimum(codes, 0xFFFF)], codes)
    folded[breaks] = ord(_BREAK)
    words = rjieba.cut(folded.tobytes().decode("utf-32-le", "surrogatepass"), False)
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    starts = np.concatenate(([0], breaks + 1)).astype(np.int64)
    bounds_end = breaks.astype(np.int64)
    return _without_breaks(folded, starts[:-1], bounds_end, ends, lines)


def fold_characters(texts: Sequence[str]) -> tuple[Codes, Ints, Ints]:
    """Return (codes, bounds, head_ends) as in `FoldedBatch`, without looking for words."""
    joined = _BREAK.join([*(text.replace(_BREAK, " ") for text in texts), ""])
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = np.flatnonzero(codes == ord(_BREAK))
    lines = np.append(np.flatnonzero(codes == ord("\n")), np.iinfo(np.int64).max)
    folded = np.where(codes < 0x10000, _folding()[np.minimum(codes, 0xFFFF)], codes)
    bounds = np.concatenate(([0], ends + 1)).astype(np.int64)
    first_line = lines[np.searchsorted(lines, bounds[:-1])]
    return folded, bounds, np.where(first_line < ends, first_line, bounds[:-1])


def _without_breaks(
    codes: Codes, starts: Ints, ends: Ints, ends_of_words: Ints, lines: NDArray[np.int64]
) -> FoldedBatch:
    """Return the batch; a break stays as a blank at the end of its document."""
    codes = codes.copy()
    codes[ends] = 0x20
    bounds = np.concatenate((starts[:1], ends + 1)) if len(ends) else np.zeros(1, np.int64)
    word_bounds = np.concatenate(([0], np.searchsorted(ends_of_words, ends + 1, side="right")))
    first_line = np.searchsorted(lines, starts)
    padded = np.append(lines, np.iinfo(np.int64).max)
    head_ends = np.where(padded[first_line] < ends, padded[first_line], starts)
    head_word_ends = np.searchsorted(ends_of_words, head_ends, side="right")
    return FoldedBatch(
        codes, bounds, head_ends, ends_of_words, word_bounds.astype(np.int64), head_word_ends
    )


def batches(texts: Sequence[str]) -> list[tuple[int, Sequence[str]]]:
    """Return (offset, texts) in pieces small enough to stay in the processor's cache."""
    return [(start, texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
