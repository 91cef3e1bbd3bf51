"""A file of tickets: read for grouping, written with the group beside every row."""

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analytics.grouping import Told

_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日")
SECONDS_PER_DAY = 86_400.0
GROUP_COLUMN = "group_id"


@dataclass(frozen=True)
class Reject:
    """A row that is left single, and why."""

    line: int
    id: str
    reason: str


class ArchiveError(Exception):
    """The file cannot be used; the message names file, row and remedy."""


def read_tickets(
    path: Path,
    id_column: str,
    text_columns: Sequence[str],
    time_column: str | None,
    person_column: str | None = None,
    rejects: list[Reject] | None = None,
) -> list[Told]:
    """Return the tickets of a CSV (UTF-8 or GB18030) in the file's order.

    The first of `text_columns` is the title when there are several. A row with a repeated or empty
    id, an unreadable time or too few or many cells goes to `rejects`. Raises ArchiveError for a
    missing file or column, and for such a row when there is no `rejects`.
    """
    # csv refuses fields over 128 KiB by default; long letters exist.
    csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding=encoding_of(path), newline="") as file:
            return _read(
                csv.reader(file, strict=True),
                path,
                id_column,
                text_columns,
                time_column,
                person_column,
                rejects,
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
    rejects: list[Reject] | None,
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
        name = row[at[id_column]] if at[id_column] < len(row) else ""
        problem, day = "", 0.0
        if len(row) != len(header):
            problem = f"有 {len(row)} 格，表头有 {len(header)} 格，请补齐或加引号"
        elif not name or name in seen:
            what = "编号重复" if name else "编号为空"
            problem = f"{what}（列 {id_column}），每行须有不同的编号"
        elif time_column:
            moment = _day(row[at[time_column]])
            if moment is None:
                problem = f"时间“{row[at[time_column]][:30]}”读不懂，请写成 2026-03-02 10:00:00"
            else:
                day = moment
        if problem:
            if rejects is None:
                raise ArchiveError(f"{path}:{rows.line_num}：{problem}。")
            rejects.append(Reject(rows.line_num, name, problem))
            continue
        seen.add(name)
        texts = [row[at[column]].strip() for column in text_columns]
        title = texts[0] if len(texts) > 1 else ""
        detail = " ".join(texts[1:] if len(texts) > 1 else texts)
        found.append(
            Told(name, title, detail, day, row[at[person_column]] if person_column else name)
        )
    return found


def encoding_of(path: Path) -> str:
    """Return utf-8-sig, or gb18030 for a file that is not UTF-8 (as spreadsheets save here)."""
    with path.open("rb") as file:
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for block in iter(lambda: file.read(1 << 20), b""):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _day(text: str) -> float | None:
    """Return days since 1970 of a local time; an empty one is 1970 itself, `None` is unreadable."""
    value = text.strip()
    if not value:
        return 0.0
    moment = _moment(value)
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / SECONDS_PER_DAY


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        for form in _FORMATS:
            try:
                return datetime.strptime(value, form)  # noqa: DTZ007
            except ValueError:
                continue
    return None


def write_with_groups(source: Path, target: Path, groups: dict[str, str], id_column: str) -> None:
    """Copy the CSV with the column `group_id` added (empty for singles)."""
    partial = target.with_name(target.name + ".partial")
    with (
        source.open(encoding=encoding_of(source), newline="") as file,
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


def write_rejects(target: Path, rejects: Sequence[Reject]) -> Path:
    """Write the rejected rows beside the result; return where."""
    path = target.with_name(f"{target.stem}.rejects.csv")
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["line", "id", "reason"])
        writer.writerows((one.line, one.id, one.reason) for one in rejects)
    return path


def complain(error: ArchiveError) -> None:
    """Say on standard error what is wrong."""
    print(error, file=sys.stderr)
