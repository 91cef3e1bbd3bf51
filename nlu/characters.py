"""Characters: what is invisible, what is wide, and a folded copy that remembers positions."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache

from nlu.script import simplify_characters

# Letters without a glyph that are not in Unicode's "format" category.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u034f"
# NFKC would turn these into ASCII look-alikes and lose the Chinese sentence marks.
_KEEP = frozenset("！，：；？（）…—～·［］【】｛｝＂＇｜")


def _is_invisible(char: str) -> bool:
    """Return whether a character draws nothing: format, control, selector, tag, private."""
    if char in "\n\t\r":
        return False
    return (
        unicodedata.category(char) in {"Cf", "Cc", "Cs"}
        or char in _BLANK_LETTERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0000" <= char <= "\U000e01ef"
    )


def _char_class(chars: list[str]) -> str:
    """Return a regular-expression class of the characters, written as ranges."""
    points = sorted(map(ord, chars))
    ranges: list[list[int]] = []
    for point in points:
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges) + "]"


@cache
def _tables() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    invisible: list[str] = []
    wide: dict[str, str] = {}
    for point in range(sys.maxunicode + 1):
        char = chr(point)
        if 0xE000 <= point <= 0xF8FF or point >= 0xE1000:
            continue
        if _is_invisible(char):
            invisible.append(char)
        elif 0xAC00 <= point <= 0xD7A3 or char in _KEEP:
            continue
        else:
            plain = unicodedata.normalize("NFKC", char)
            if plain != char:
                wide[char] = plain
    return (
        re.compile(_char_class(invisible) + "+"),
        re.compile(_char_class(list(wide))),
        wide,
    )


def strip_invisible(text: str) -> str:
    """Return the text without characters that draw nothing (zero width, bidi, tags, controls)."""
    if text.isascii() and text.isprintable():
        return text
    return _tables()[0].sub("", text)


def half_width(text: str) -> str:
    """Return the text in NFKC form, except that Chinese sentence marks stay as they are."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    _, wide, table = _tables()
    return wide.sub(lambda match: table[match[0]], text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A plain copy of a text for matching; `positions[i]` is where its i-th character began."""

    text: str
    positions: list[int] | range
    original: str

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original text behind `self.text[start:end]`."""
        if isinstance(self.positions, range):
            return start, end
        first = self.positions[start]
        last = self.positions[end - 1] + 1 if end > start else first
        return first, last


def fold(text: str) -> Folded:
    """Return a copy without invisible characters, half-width, in simplified script, by character.

    Every character of the copy knows its place in the original, so that what is found in the copy
    can be cut out of the original.
    """
    if text.isascii() and text.isprintable():
        return Folded(text, range(len(text)), text)
    invisible, _, wide = _tables()
    dropped = {i for match in invisible.finditer(text) for i in range(*match.span())}
    chars: list[str] = []
    positions: list[int] = []
    for i, char in enumerate(text):
        if i in dropped:
            continue
        plain = wide.get(char, char)
        if len(plain) > 1 and not plain.isalnum():
            plain = char
        chars.append(plain)
        positions.extend([i] * len(plain))
    folded = simplify_characters("".join(chars))
    if len(positions) == len(text) and not dropped:
        return Folded(folded, range(len(text)), text)
    return Folded(folded, positions, text)
