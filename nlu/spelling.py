"""Words the hotline lives by, found again when they were typed by sound: 居注证, 头诉, juzhuzheng."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pypinyin import lazy_pinyin

from nlu.city_files import CityDataError, city_file
from nlu.segment import Segmenter, default_segmenter

SHORT, LONGEST = 2, 6
FEWEST_LETTERS = 5
"""Latin letters from which on a run may be pinyin: shorter ones are plates, codes, names."""

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]+")
_LATIN_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+(?:[ '][A-Za-z]+)*(?![A-Za-z0-9])")
# What ears around here do not tell apart: flat and curled tongue, n and l, front and back nasals.
_SAME_SOUND = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^l"), "n"), (re.compile("ng$"), "n"))


class Spelling:
    """Puts known words back where others of the same sound stand.

    Args:
        words: the words to look for, 2 to 6 Chinese characters each.
        segmenter: knows which characters already make a word; those are left alone.
    """

    def __init__(self, words: Iterable[str], segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._by_letters: dict[str, str] = {}
        for word in words:
            if _HAN_WORD.fullmatch(word) and SHORT <= len(word) <= LONGEST:
                sounds = lazy_pinyin(word)
                self._by_sound.setdefault(_folded(sounds), word)
                self._by_letters.setdefault("".join(sounds), word)

    def corrected(self, text: str) -> str:
        """Return the text with misspelt known words put right.

        A stretch is replaced only where it sounds like a known word and shares half of its
        characters; one made of words that exist only where a single character of three or more
        differs. Latin letters are replaced where they spell known words in pinyin (v for ü).
        """
        text = _LATIN_RUN.sub(self._from_letters, text)
        return _HAN_RUN.sub(lambda run: self._from_sounds(run[0]), text)

    def _from_letters(self, run: re.Match[str]) -> str:
        whole = re.sub("[ ']", "", run[0]).lower()
        if len(whole) < FEWEST_LETTERS:
            return run[0]
        for parts in ([whole], run[0].lower().split(" ")):
            words = [self._by_letters.get(re.sub("(?<=[jqxy])v", "u", part)) for part in parts]
            if None not in words:
                return "".join(map(str, words))
        return run[0]

    def _from_sounds(self, run: str) -> str:
        sounds = _folded(lazy_pinyin(run))
        loose = self._loose(run)
        place = 0
        parts: list[str] = []
        while place < len(run):
            word = self._word_at(run, sounds, loose, place)
            parts.append(word or run[place])
            place += len(word) if word else 1
        return "".join(parts)

    def _word_at(
        self, run: str, sounds: tuple[str, ...], loose: list[bool], place: int
    ) -> str | None:
        for size in range(min(LONGEST, len(run) - place), SHORT - 1, -1):
            there = run[place : place + size]
            word = self._by_sound.get(sounds[place : place + size])
            if word is None:
                continue
            other = sum(a != b for a, b in zip(there, word, strict=True))
            if other == 0 or (other * 2 <= size and all(loose[place : place + size])):
                return word
            if other == 1 and size > SHORT and not self._segmenter.knows(there):
                return word
        return None

    def _loose(self, run: str) -> list[bool]:
        """Return for each character whether it stands alone, in no word that exists."""
        loose: list[bool] = []
        for token in self._segmenter.words(run):
            alone = len(token) == 1 or not self._segmenter.knows(token)
            loose += [alone] * len(token)
        return loose


def _folded(sounds: Iterable[str]) -> tuple[str, ...]:
    folded = []
    for sound in sounds:
        for pattern, plain in _SAME_SOUND:
            sound = pattern.sub(plain, sound)
        folded.append(sound)
    return tuple(folded)


@cache
def default_spelling() -> Spelling:
    """Return the corrector with the words of the city's ``spelling.txt``, one a line.

    Raises:
        CityDataError: a line is not a word of 2 to 6 Chinese characters.
    """
    file = city_file("spelling.txt")
    words = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        if not _HAN_WORD.fullmatch(word) or not SHORT <= len(word) <= LONGEST:
            raise CityDataError(f"{file.name} 第 {number} 行: “{word}”应为 2 到 6 个汉字，请改正")
        words.append(word)
    return Spelling(words, default_segmenter())
