"""CSV tables of tickets: read with clear errors, written with the same rows in the same order."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
ENCODINGS = ("utf-8-sig", "gb18030")


class TableError(Exception):
    """A table cannot be used; the message says which file, what was expected and what came."""


@dataclass(frozen=True)
class Table:
    """Rows of a CSV file as dictionaries, with its columns in order."""

    columns: list[str]
    rows: list[dict[str, str]]

    def texts(self, columns: Sequence[str]) -> list[str]:
        """Return one text per row: the columns' contents, one line each, missing parts empty.

        Raises TableError for a column that is not there.
        """
        for column in columns:
            self.require(column)
        return [
            "\n".join(" ".join((row[column] or "").split()) for column in columns)
            for row in self.rows
        ]

    def values(self, column: str) -> list[str]:
        """Return one column, blanks stripped. Raises TableError when it is not there."""
        self.require(column)
        return [(row[column] or "").strip() for row in self.rows]

    def require(self, column: str) -> None:
        """Raise TableError unless the column is there."""
        if column not in self.columns:
            raise TableError(
                f"expected a column {column!r}; the file has {', '.join(self.columns)}"
            )


def read_table(path: Path) -> Table:
    """Return the table of a CSV file in UTF-8 or GB 18030."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}") from error
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError(
            f"{path} is neither UTF-8 nor GB 18030; save it as CSV UTF-8 and try again"
        )
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    if not reader.fieldnames:
        raise TableError(f"{path} is empty; expected a header line and rows")
    rows = [{key: value for key, value in row.items() if key is not None} for row in reader]
    return Table(list(reader.fieldnames), rows)


def write_table(path: Path, table: Table, added: Sequence[str]) -> None:
    """Write the rows with the columns `added` after the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [*[column for column in table.columns if column not in added], *added]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(table.rows)
