"""Entries as a table for Excel and back, without losing anything."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from knowledge_base.entry import BLOCK_NAMES, CLAUSE_BLOCK, Entry
from knowledge_base.importing import Imported
from knowledge_base.tabular import read_rows, unescape, write_rows

_PLAIN = ("id", "kind", "title", "summary", "area", "unit", "phone", "owner", "reviewer")
_LISTS = ("questions", "keywords", "audience", "follow_ups")
_DATES = ("effective_date", "expiry_date", "reviewed_date")
_TAIL = ("version", "status", "source")
_NESTED = ("clarify", "steps")
COLUMNS = (*_PLAIN, *_LISTS, *BLOCK_NAMES, CLAUSE_BLOCK, "basis", *_DATES, *_TAIL, *_NESTED)
_ITEM = "• "


def write_workbook(file: Path, entries: Iterable[Entry]) -> int:
    """Write entries, one a row (CSV or XLSX by suffix); returns how many."""
    return write_rows(file, COLUMNS, [_row(entry) for entry in entries])


def read_workbook(file: Path) -> Imported:
    """Read entries back; rows that do not make an entry are rejected with their reason."""
    done = Imported()
    for number, raw in read_rows(file):
        row = {name: unescape(cell) for name, cell in raw.items()}
        try:
            data = _data(row)
        except (ValueError, KeyError) as error:
            done.take(number, {}, f"{error}：{row.get('id')}")
            continue
        done.take(number, data, row)
    return done


def _row(entry: Entry) -> list[object]:
    data = entry.model_dump(mode="json")
    blocks = {block.name: block for block in entry.blocks}
    cells: list[object] = [data[name] for name in _PLAIN]
    cells += ["\n".join(data[name]) for name in _LISTS]
    for name in (*BLOCK_NAMES, CLAUSE_BLOCK):
        block = blocks.get(name)
        lines = [block.text] if block and block.text else []
        lines += [_ITEM + item for item in block.items] if block else []
        cells.append("\n".join(lines))
    cells.append("\n".join(" | ".join([b.title, b.article, b.url or ""]) for b in entry.basis))
    cells += [data[name] or "" for name in _DATES]
    cells += [data[name] for name in _TAIL]
    cells += [json.dumps(data[n], ensure_ascii=False) if data[n] else "" for n in _NESTED]
    return cells


def _data(row: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {n: row[n] for n in (*_PLAIN, *_TAIL) if row.get(n)}
    data |= {n: _lines(row.get(n, "")) for n in _LISTS}
    data |= {n: row[n] for n in _DATES if row.get(n)}
    data |= {n: json.loads(row[n]) for n in _NESTED if row.get(n)}
    if "version" in data:
        data["version"] = int(data["version"])
    data["blocks"] = [
        _block(name, row[name]) for name in (*BLOCK_NAMES, CLAUSE_BLOCK) if row.get(name)
    ]
    data["basis"] = [_basis(line) for line in _lines(row.get("basis", ""))]
    return data


def _block(name: str, cell: str) -> dict[str, Any]:
    lines = cell.split("\n")
    items = [line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)]
    text = "\n".join(line for line in lines if not line.startswith(_ITEM)).strip()
    return {"name": name, "text": text or None, "items": items}


def _basis(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    title, article, url = [*parts, "", ""][:3]
    return {"title": title, "article": article, "url": url or None}


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]
