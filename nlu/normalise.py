"""One plain form for every way people write: simplified script, Mandarin wording, half width."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.cantonese import is_cantonese, to_mandarin
from nlu.characters import half_width, strip_invisible
from nlu.script import Script, is_traditional, to_simplified, to_traditional

__all__ = ["Normalised", "normalise", "to_traditional"]

_HAN = "\u3400-\u9fff"
_TO_CHINESE_MARK = {",": "，", "!": "！", "?": "？", ";": "；", ":": "："}
_ASCII_MARK = re.compile(rf"(?<=[{_HAN}])[,!?;:](?![0-9]{{2}}(?![0-9]))|[,!?;](?=[{_HAN}])")
_REPEATED = re.compile(r"([，。！？；：、,.!?;:~～—_*#＊☆★=\-])\1+")
_MIXED_ENDING = re.compile(r"[？?！!]{2,}")
_LONG_DOTS = re.compile(r"…+|\.{2,}|。{2,}")
_REPEATED_CHAR = re.compile(rf"([{_HAN}])\1{{3,}}")
_BLANKS = re.compile(r"[ \t\u3000]+")
_BLANK_IN_HAN = re.compile(rf"(?<=[{_HAN}，。！？；：、]) (?=[{_HAN}，。！？；：、])")
_LINES = re.compile(r"\s*\n\s*")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\U0001f1e6-\U0001f1ff\u20e3]+"
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A message in plain form.

    `text` is for reading by machine, `original` is what was typed, `script` says in which script
    to answer, `cantonese` whether dialect was found.
    """

    text: str
    original: str
    script: Script
    cantonese: bool


def _tidy(text: str) -> str:
    """Return the text with sentence marks and blanks in one form and pictures dropped."""
    if not text.isascii():
        text = _ASCII_MARK.sub(lambda match: _TO_CHINESE_MARK[match[0]], text)
        if _EMOJI.search(text):
            text = _EMOJI.sub(" ", text).strip() or text
        text = _REPEATED_CHAR.sub(r"\1\1\1", text)
    text = _LONG_DOTS.sub("…", text)
    text = _MIXED_ENDING.sub(_strongest_mark, text)
    text = _REPEATED.sub(r"\1", text)
    if " " in text or "\t" in text or "\u3000" in text:
        text = _BLANK_IN_HAN.sub("", _BLANKS.sub(" ", text))
    return _LINES.sub("\n", text).strip()


def _strongest_mark(match: re.Match[str]) -> str:
    """Return one mark for a run: a question stays a question."""
    run = match[0]
    return next(mark for mark in "？?！!" if mark in run)


def normalise(text: str) -> Normalised:
    """Return the message in plain form: what a machine reads, and how the citizen wrote.

    Never raises; an empty message stays empty. Twenty thousand short messages a second on one
    core where no dialect is present.
    """
    plain = half_width(strip_invisible(text))
    script: Script = "traditional" if is_traditional(plain) else "simplified"
    if script == "traditional":
        plain = to_simplified(plain)
    cantonese = is_cantonese(plain)
    if cantonese:
        plain = to_mandarin(plain)
    return Normalised(_tidy(plain), text, script, cantonese)
