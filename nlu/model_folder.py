"""A model as a folder of plain arrays and JSON, with a digest that is checked on load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

CARD = "model.json"
ARRAYS = "arrays.safetensors"


class ModelError(Exception):
    """A model folder is missing, incomplete or not what its digest says."""


def _digest(folder: Path, card: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the arrays and of the card without its digest."""
    digest = hashlib.sha256((folder / ARRAYS).read_bytes())
    rest = {key: value for key, value in card.items() if key != "digest"}
    digest.update(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def write_model(folder: Path, arrays: dict[str, np.ndarray[Any, Any]], card: dict[str, Any]) -> str:
    """Write arrays and card; return the digest. The folder is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS
    )
    digest = _digest(folder, card)
    text = json.dumps({**card, "digest": digest}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
    return digest


def read_model(folder: Path, kind: str) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
    """Return arrays and card of a folder written by `write_model`.

    Raises ModelError when a file is missing, the kind is another one or the digest differs.
    """
    for name in (CARD, ARRAYS):
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: {name} is missing; train the model again or copy it whole")
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{folder / CARD} is not JSON ({error}); copy the model again") from error
    if card.get("kind") != kind:
        raise ModelError(f"{folder} holds a {card.get('kind')!r} model, expected {kind!r}")
    if _digest(folder, card) != card.get("digest"):
        raise ModelError(f"{folder}: the files are not those the digest was made of; copy it again")
    return load_file(folder / ARRAYS), card
