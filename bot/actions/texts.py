"""The sentences of ``bot/texts.yml``, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List

import yaml

FILE = Path(__file__).resolve().parent.parent / "texts.yml"

Buttons = List[Dict[str, str]]


@lru_cache(maxsize=1)
def texts() -> Dict[str, Any]:
    """Return all texts as nested dictionaries.

    Raises:
        ValueError: the file is no YAML dictionary; the message names file and line.
    """
    try:
        loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else "?"
        raise ValueError(f"{FILE} 第 {line} 行格式不对，请检查缩进和引号：{error}") from error
    if not isinstance(loaded, dict):
        raise ValueError(f"{FILE} 应是“名称: 文字”的列表，请从备份恢复。")  # noqa: TRY004
    return loaded


def text(path: str, **values: object) -> str:
    """Return the text at ``path``, e.g. ``ticket.failed``, with its names filled in."""
    found = entry(path)
    return str(found).format(**values) if values else str(found)


def entry(path: str) -> Any:
    """Return whatever stands at ``path``.

    Raises:
        KeyError: nothing stands there.
    """
    found: Any = texts()
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            raise KeyError(f"{FILE} 里没有 {path}")
        found = found[name]
    return found
