"""The city's word list for jieba, made from its words, places and units."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hotline.city import City
from hotline.datafile import read_csv
from hotline.problems import Problems

COLUMNS = ("word", "tag", "freq", "topic")
TAGS = (
    "n",
    "nr",
    "ns",
    "nt",
    "nz",
    "v",
    "a",
    "d",
    "r",
    "y",
    "m",
    "q",
    "t",
    "i",
    "l",
    "vn",
    "p",
    "c",
)


def dictionary_words(city: City) -> dict[str, tuple[str, int]]:
    """Return word → (tag, frequency or 0) of ``words.csv``, the places and the units.

    :raises CityError: ``words.csv`` has mistakes.
    """
    problems = Problems()
    words: dict[str, tuple[str, int]] = {}
    for record in read_csv(city.folder / "words.csv", COLUMNS, problems):
        record.only(*COLUMNS)
        word, tag = record.text("word"), record.choice("tag", TAGS)
        record.text("topic")
        freq = record.text("freq", required=False)
        if " " in word:
            record.wrong("word", f"“{word}”里有空格", "词里不能有空格")
        if freq and not freq.isdecimal():
            record.wrong("freq", f"词频“{freq}”不是数字", "请写整数，或留空由程序推算")
            freq = ""
        if word in words:
            record.wrong("word", f"“{word}”写了两遍", "请只留一行")
        words[word] = (tag, int(freq or 0))
    problems.raise_if_any()
    for name in _place_names(city):
        words.setdefault(name, ("ns", 0))
    for name in city.register.names:
        words.setdefault(name, ("nt", 0))
    return words


def _place_names(city: City) -> Iterator[str]:
    for place in city.place_index.places:
        yield from (place.name, *place.aliases)


def dictionary_text(city: City) -> str:
    """Return the text of ``dictionary.txt``: "word frequency tag" a line.

    A frequency left open is the least that keeps the word in one piece against jieba's own
    dictionary (``jieba.suggest_freq``), so that the city's words do not swallow ordinary ones.
    """
    import jieba  # loading its dictionary takes a second; only this command needs it

    jieba.setLogLevel(logging.WARNING)

    with tempfile.TemporaryDirectory() as folder:
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
        lines = []
        for word, (tag, freq) in dictionary_words(city).items():
            lines.append(f"{word} {freq or max(3, tokenizer.suggest_freq(word))} {tag}\n")
    return "".join(lines)


def write_dictionary(city: City) -> int:
    """Write ``dictionary.txt`` into the city's folder; returns how many words it has."""
    text = dictionary_text(city)
    (city.folder / "dictionary.txt").write_text(text, encoding="utf-8")
    return text.count("\n")


def missing_words(city: City, dictionary: Path | None = None) -> list[str]:
    """Return the words that ``dictionary.txt`` should have and has not."""
    path = dictionary or city.folder / "dictionary.txt"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        lines = []
    known = {line.split(" ", 1)[0] for line in lines}
    return [word for word in dictionary_words(city) if word not in known]
