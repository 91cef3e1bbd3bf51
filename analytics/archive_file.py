"""A file of tickets: read for grouping, written with the group beside every row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from analytics.grouping import Told

_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日")
SECONDS_PER_DAY = 86_400.0
GROUP_COLUMN = "group_id"


class ArchiveError(Exception):
    """The file cannot be used; the message names file, row and remedy."""


def read_tickets(
    path: Path,
    id_column: str,
    text_columns: Sequence[str],
    time_column: str | None,
    person_column: str | None = None,
) -> list[Told]:
    """Return the tickets of a CSV in the file's order.

    The first of `text_columns` is the title when there are several. Raises ArchiveError for a
    missing file or column, a repeated or empty id, an unreadable time, a row of the wrong length.
    """
    # csv refuses fields over 128 KiB by default; long letters exist.
    csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read(
                csv.reader(file, strict=True),
                path,
                id_column,
                text_columns,
                time_column,
                person_column,
            )
    except FileNotFoundError as error:
        raise ArchiveError(f"{path}：没有这个文件，请检查路径。") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArchiveError(f"{path}：不是 UTF-8 的 CSV，请另存为 UTF-8 CSV 再试。") from error


def _read(
    rows: csv._reader,  # type: ignore[name-defined]
    path: Path,
    id_column: str,
    text_columns: Sequence[str],
    time_column: str | None,
    person_column: str | None,
) -> list[Told]:
    header: list[str] = next(rows, [])
    wanted = [id_column, *text_columns, *filter(None, (time_column, person_column))]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise ArchiveError(
            f"{path}:1：缺少列 {'、'.join(missing)}；现有列：{'、'.join(header)}。"
            "请用 --id、--text、--time 写明列名。"
        )
    at = {name: header.index(name) for name in wanted}
    found: list[Told] = []
    seen: set[str] = set()
    for row in rows:
        if not row:
            continue
        where = f"{path}:{rows.line_num}"
        if len(row) != len(header):
            raise ArchiveError(
                f"{where}：有 {len(row)} 格，表头有 {len(header)} 格，请补齐或加引号。"
            )
        name = row[at[id_column]]
        if not name or name in seen:
            problem = "编号重复" if name else "编号为空"
            raise ArchiveError(f"{where}：{problem}（列 {id_column}），每行须有不同的编号。")
        seen.add(name)
        texts = [row[at[column]].strip() for column in text_columns]
        title = texts[0] if len(texts) > 1 else ""
        detail = " ".join(texts[1:] if len(texts) > 1 else texts)
        day = _day(row[at[time_column]], where) if time_column else 0.0
        found.append(
            Told(name, title, detail, day, row[at[person_column]] if person_column else name)
        )
    return found


def _day(text: str, where: str) -> float:
    """Return days since 1970 of a local time; an empty one is 1970 itself."""
    value = text.strip()
    if not value:
        return 0.0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        for form in _FORMATS:
            try:
                moment = datetime.strptime(value, form)  # noqa: DTZ007
            except ValueError:
                continue
            break
        else:
            raise ArchiveError(
                f"{where}：时间“{value[:30]}”读不懂，请写成 2026-03-02 10:00:00。"
            ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() / SECONDS_PER_DAY


def write_with_groups(source: Path, target: Path, groups: dict[str, str], id_column: str) -> None:
    """Copy the CSV with the column `group_id` added (empty for singles)."""
    partial = target.with_name(target.name + ".partial")
    with (
        source.open(encoding="utf-8-sig", newline="") as file,
        partial.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.DictReader(file)
        names = [name for name in reader.fieldnames or [] if name != GROUP_COLUMN]
        writer = csv.DictWriter(out, [*names, GROUP_COLUMN], extrasaction="ignore")
        writer.writeheader()
        for row in reader:
            row[GROUP_COLUMN] = groups.get(row[id_column], "")
            writer.writerow(row)
    partial.replace(target)


def complain(error: ArchiveError) -> None:
    """Say on standard error what is wrong."""
    print(error, file=sys.stderr)
