"""A table file, CSV or XLSX, read row by row with the numbers its reader would see in Excel."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MAX_FIELD = 1_000_000
SNIFF_BYTES = 1 << 20
DELIMITERS = ",\t;|"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]|[\ud800-\udfff]")


class SheetError(ValueError):
    """A file that cannot be read as a table; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file's own counting (the header is 1) and its cells."""

    number: int
    cells: list[Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open table. ``done`` tells how much of ``total`` (bytes or rows) has been read."""

    header: list[str]
    rows: Iterator[Row]
    encoding: str
    total: int
    done: Callable[[], int]


@contextmanager
def open_sheet(
    path: Path, *, encoding: str | None = None, sheet: str | None = None
) -> Iterator[Sheet]:
    """Open a table; empty rows are left out.

    :param encoding: of a CSV file; found out by itself when ``None``.
    :param sheet: name of an XLSX sheet; the first when ``None``.
    :raises SheetError: no such file, another format, no header, unreadable bytes.
    """
    if not path.is_file():
        raise SheetError(f"没有文件 {path}：请核对路径。")
    if path.stat().st_size == 0:
        raise SheetError(f"{path} 是空文件。")
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        yield from _open_xlsx(path, sheet)
    elif suffix in {".csv", ".tsv", ".txt"}:
        yield from _open_csv(path, encoding)
    else:
        raise SheetError(f"{path} 不是 .csv 或 .xlsx：请另存为其中一种。")


def find_encoding(path: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-16 by its zeros, UTF-8, GB 18030.

    :raises SheetError: none of them fits the whole file.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return name
    pairs = start[: len(start) // 2 * 2]
    zeros = (pairs[0::2].count(0), pairs[1::2].count(0))
    if max(zeros) > len(pairs) // 40 and min(zeros) * 4 < max(zeros):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise SheetError(f"{path} 的编码认不出来：请另存为 UTF-8，或在映射文件里写 encoding。")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(SNIFF_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _open_csv(path: Path, encoding: str | None) -> Iterator[Sheet]:
    name = encoding or find_encoding(path)
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise SheetError(f"没有叫“{name}”的编码：可用 utf-8、gb18030、utf-16。") from error
    csv.field_size_limit(MAX_FIELD)
    with path.open("rb") as raw:
        file = io.TextIOWrapper(raw, encoding=name, newline="")
        lines = _decoded(file, path, name)
        first = next(lines, "")
        delimiter = max(DELIMITERS, key=lambda char: (first.count(char), char == ","))
        reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
        header = _header(path, next(reader, []))
        yield Sheet(header, _csv_rows(path, reader), name, path.stat().st_size, raw.tell)


def _decoded(file: io.TextIOWrapper, path: Path, encoding: str) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError as error:
        raise SheetError(
            f"{path} 不是 {encoding} 编码：请改映射文件里的 encoding 或去掉它。"
        ) from error


def _csv_rows(path: Path, reader: Any) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetError(
                f"{path} 第 {reader.line_num} 行附近引号没有成对，读不下去：请检查这一行。"
            ) from error
        if any(cell.strip() for cell in cells):
            yield Row(number, [_clean(cell) for cell in cells])


def _open_xlsx(path: Path, sheet: str | None) -> Iterator[Sheet]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise SheetError(f"{path} 打不开：请用表格软件重新另存为 .xlsx。") from error
    try:
        if sheet is not None and sheet not in book.sheetnames:
            names = "、".join(book.sheetnames)
            raise SheetError(f"{path} 没有工作表“{sheet}”；有：{names}。")
        page = book[sheet] if sheet is not None else book.worksheets[0]
        page.reset_dimensions()
        lines = page.iter_rows(values_only=True)
        header = _header(path, list(next(lines, ())))
        seen = [1]

        def rows() -> Iterator[Row]:
            for number, cells in enumerate(lines, start=2):
                seen[0] = number
                values = [_clean(cell) if isinstance(cell, str) else cell for cell in cells]
                if any(value not in (None, "") for value in values):
                    yield Row(number, values)

        yield Sheet(header, rows(), "xlsx", 0, lambda: seen[0])
    finally:
        book.close()


def _header(path: Path, cells: list[Any]) -> list[str]:
    names = ["" if cell is None else _clean(str(cell)).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetError(f"{path} 第 1 行没有列名：第一行应是表头。")
    doubles = {name for name in names if name and names.count(name) > 1}
    if doubles:
        raise SheetError(f"{path} 的列名重复：{'、'.join(sorted(doubles))}；请改成不同的名字。")
    return names


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
