"""Word vectors the embedding starts from: 125,792 words of the Chinese Wikipedia, 100 numbers each.

They lie in the source package of `synonyms` 3.10.2 on PyPI (MIT licence), which is read as it is
and never installed.
"""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

PACKAGE = "synonyms-3.10.2.tar.gz"
DIGEST = "d42f4679adcac522bb6b23256a076aeea11c238eeac47d7fd731f49d7ecce094"
MEMBER = "synonyms-3.10.2/synonyms/data/words.vector"
Vectors = dict[str, NDArray[np.float32]]


def read_word_vectors(package: Path) -> Vectors:
    """Return unit vectors by word, Chinese words only, the most common first.

    Raises ValueError when the file is not the package these vectors were published in.
    """
    if hashlib.sha256(package.read_bytes()).hexdigest() != DIGEST:
        raise ValueError(f"{package} is not {PACKAGE} from PyPI: its SHA-256 should be {DIGEST}")
    with tarfile.open(package) as archive:
        return _chinese(cast("IO[bytes]", archive.extractfile(MEMBER)))


def _chinese(file: IO[bytes]) -> Vectors:
    """Read word2vec's binary format: a line with two numbers, then word, blank, floats."""
    count, dimension = map(int, file.readline().split())
    vectors: Vectors = {}
    for _ in range(count):
        letters = bytearray()
        while (letter := file.read(1)) != b" ":
            letters += letter
        vector = np.frombuffer(file.read(4 * dimension), np.float32)
        word = letters.decode(errors="replace").strip()
        if all("\u4e00" <= char <= "\u9fff" for char in word):
            vectors[word] = vector / np.linalg.norm(vector)
    return vectors
