"""Words of a text, by jieba with the city's own dictionary."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from functools import cache
from pathlib import Path

import jieba

from nlu.city_files import city_file

jieba.setLogLevel(logging.WARNING)


def _private_cache() -> Path:
    """Return a folder only this user can enter; jieba's cache is `marshal`, so it must be ours."""
    root = Path(__file__).resolve().parent.parent / "var"
    if not os.access(root if root.is_dir() else root.parent, os.W_OK):
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "jieba"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(folder)
        folder.chmod(0o700)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="suisheng-"))
    return folder


class Segmenter:
    """Cuts text into words; safe to share between threads once built."""

    def __init__(self, dictionary: Path | None = None, *, hmm: bool = True) -> None:
        """Load jieba's words and those of `dictionary` (a line each: word [frequency [tag]]).

        `hmm` lets jieba guess words outside its dictionaries.
        """
        self.hmm = hmm
        self._lock = threading.Lock()
        self._jieba = jieba.Tokenizer()
        self._jieba.tmp_dir = str(_private_cache())
        self._jieba.initialize()
        if dictionary is not None:
            with dictionary.open("rb") as lines:
                self._jieba.load_userdict(lines)

    def words(self, text: str) -> list[str]:
        """Return the words in order, without blank ones."""
        return [word for word in self._jieba.lcut(text, HMM=self.hmm) if not word.isspace()]

    def knows(self, word: str) -> bool:
        """True for a word of the dictionaries, false for one that was only guessed."""
        return bool(self._jieba.FREQ.get(word))

    def add(self, word: str) -> None:
        """Make one more word known."""
        with self._lock:
            self._jieba.add_word(word)


@cache
def default_segmenter() -> Segmenter:
    """Return the shared segmenter with the city's dictionary where the city has one."""
    dictionary = city_file("dictionary.txt")
    return Segmenter(dictionary if dictionary.is_file() else None)


@cache
def _tags() -> dict[str, str]:
    tags: dict[str, str] = {}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, _, tag = line.decode("utf-8").rstrip().rsplit(" ", 2)
            if (len(word) <= 4 and not tag.startswith("n")) or tag == "n":
                tags[word] = tag
    return tags


def plain_word_tags() -> dict[str, str]:
    """Return word → jieba's part of speech for the words that are not names of anything."""
    return _tags()


def is_plain_word(word: str) -> bool:
    """Return whether a word is a common word and no name of a person, place or organisation."""
    return word in _tags()
