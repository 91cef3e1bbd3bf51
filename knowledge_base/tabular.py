"""Reading and writing CSV and XLSX rows, whatever encoding Excel chose."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableError(ValueError):
    """A table cannot be read; the message names file and remedy."""


def read_rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (row number in the file, column → text); raises TableError."""
    if file.suffix.lower() == ".xlsx":
        yield from _read_xlsx(file)
        return
    reader = csv.DictReader(io.StringIO(decode(file)))
    if not reader.fieldnames:
        raise TableError(f"{file}：文件是空的，第一行应是列名")
    for row in reader:
        yield reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}


def write_rows(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write rows as CSV (UTF-8 with BOM) or XLSX by suffix; returns how many.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe.
    """
    safe = [[_safe(cell) for cell in row] for row in rows]
    if file.suffix.lower() == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("条目")
        for line in ([*columns], *safe):
            sheet.append(line)
        book.save(file)
    else:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns)
            writer.writerows(safe)
    return len(safe)


def unescape(cell: str) -> str:
    """Undo the apostrophe `write_rows` put before a formula-like cell."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA else cell


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def decode(file: Path) -> str:
    """Return the text of a file in whatever encoding it is; raises TableError."""
    raw = file.read_bytes()
    order = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in order:
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    raise TableError(f"{file}：认不出编码，请另存为 UTF-8")


def _read_xlsx(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except Exception as error:
        raise TableError(f"{file}：不是可读的 XLSX 文件（{type(error).__name__}）") from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = [str(c).strip() if c is not None else "" for c in next(rows, ())]
    if not any(header):
        raise TableError(f"{file}：第一行应是列名")
    for number, row in enumerate(rows, 2):
        cells = {k: _cell(v) for k, v in zip(header, row, strict=False) if k}
        if any(cells.values()):
            yield number, cells
    book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
