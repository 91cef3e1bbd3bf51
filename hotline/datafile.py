"""Reading a city's YAML and CSV files so that every mistake is named by file, line and remedy."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from hotline.problems import Problems, nearest


class LinedMap(dict[Any, Any]):
    """A YAML mapping that remembers its own line and each key's line (from 1)."""

    line: int = 0
    lines: dict[Any, int]
    repeated: list[tuple[Any, int]]


class _LineLoader(yaml.CSafeLoader):
    pass


def _construct_map(loader: _LineLoader, node: yaml.MappingNode) -> Iterator[LinedMap]:
    made = LinedMap()
    made.line = node.start_mark.line + 1
    made.lines = {}
    made.repeated = []
    yield made
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if key in made:
            made.repeated.append((key, line))
        made[key] = loader.construct_object(value_node, deep=True)
        made.lines[key] = line


_LineLoader.add_constructor("tag:yaml.org,2002:map", _construct_map)


class Record:
    """One YAML mapping or CSV row; its getters note a problem and go on with an empty value."""

    def __init__(
        self,
        file: str,
        line: int,
        values: dict[str, Any],
        lines: dict[str, int],
        problems: Problems,
    ) -> None:
        self.file = file
        self.line = line
        self.values = values
        self.lines = lines
        self.problems = problems

    def at(self, key: str) -> int:
        """Return the line on which ``key`` stands."""
        return self.lines.get(key, self.line)

    def wrong(self, key: str, what: str, remedy: str) -> None:
        """Note a problem at ``key``."""
        self.problems.add(self.file, self.at(key), what, remedy)

    def only(self, *known: str) -> None:
        """Note every key that is not one of ``known``."""
        for key in self.values:
            if key not in known:
                self.wrong(key, f"不认识“{key}”这一项", nearest(str(key), known))

    def text(self, key: str, *, required: bool = True) -> str:
        """Return the stripped text at ``key`` ("" when absent)."""
        value = self.values.get(key)
        if value is None or value == "":
            if required:
                self.wrong(key, f"缺少“{key}”", f"请写上“{key}”的内容")
            return ""
        if not isinstance(value, str):
            self.wrong(key, f"“{key}”应是文字，现在是 {value!r}", "请在两边加上英文引号")
            return ""
        return value.strip()

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """Return the text at ``key``, which must be one of ``allowed``."""
        value = self.text(key, required=not default) or default
        if value and value not in allowed:
            self.wrong(key, f"“{key}”不能是“{value}”", f"只能写：{'、'.join(allowed)}")
            return default
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return the whole number at ``key`` between ``low`` and ``high``."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        shown = "空" if value is None else repr(value)
        self.wrong(key, f"“{key}”现在是 {shown}", f"应是 {low} 到 {high} 的整数")
        return low

    def flag(self, key: str, default: bool = False) -> bool:
        """Return the yes/no at ``key``."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, f"“{key}”现在是 {value!r}", "应写 true 或 false")
            return default
        return value

    def date(self, key: str) -> dt.date | None:
        """Return the date at ``key`` or None when absent."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.date.fromisoformat(str(value).strip())
        except ValueError:
            self.wrong(key, f"“{value}”不是日期", "请写成 2025-10-01 这样")
            return None

    def time(self, key: str) -> dt.time:
        """Return the time of day at ``key``, written "09:00"."""
        value = self.values.get(key)
        try:
            return dt.datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007
        except ValueError:
            self.wrong(key, f"“{key}”现在是 {value!r}，不是时刻", '请写成 "09:00" 这样，带英文引号')
            return dt.time(0)

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return the list of texts at ``key``; in a CSV cell they are parted by ";"."""
        value = self.values.get(key)
        if isinstance(value, str):
            items: list[Any] = [
                part for part in value.replace("；", ";").split(";") if part.strip()
            ]
        else:
            items = value if isinstance(value, list) else [] if value is None else [None]
        if any(not isinstance(item, str) or not item.strip() for item in items):
            self.wrong(key, f"“{key}”里有不是文字的内容", "请写成文字列表，数字两边加英文引号")
            return ()
        if required and not items:
            self.wrong(key, f"“{key}”是空的", "请至少写一项")
        return tuple(item.strip() for item in items)

    def record(self, key: str, *, required: bool = False) -> Record | None:
        """Return the mapping at ``key``."""
        value = self.values.get(key)
        if value is None:
            if required:
                self.wrong(key, f"缺少“{key}”", f"请补上“{key}”")
            return None
        return self._as_record(key, value)

    def records(self, key: str, *, required: bool = False) -> list[Record]:
        """Return the mappings listed at ``key``."""
        value = self.values.get(key)
        if value is None or value == []:
            if required:
                self.wrong(key, f"“{key}”是空的", "请至少写一项")
            return []
        if not isinstance(value, list):
            self.wrong(key, f"“{key}”应是列表", "请每项另起一行，以“- ”开头")
            return []
        return [made for item in value if (made := self._as_record(key, item)) is not None]

    def _as_record(self, key: str, value: object) -> Record | None:
        if not isinstance(value, LinedMap):
            self.wrong(key, f"“{key}”里的 {value!r} 不成项", "请写成“名称: 内容”的形式")
            return None
        return _record(self.file, value, self.problems)


def _record(file: str, value: LinedMap, problems: Problems) -> Record:
    for key, line in value.repeated:
        problems.add(file, line, f"“{key}”写了两遍", "请只留一处")
    return Record(file, value.line, dict(value), value.lines, problems)


def label(path: Path) -> str:
    """Return how a file is named in messages: its folder and its name."""
    return f"{path.parent.name}/{path.name}"


def _read_text(path: Path, problems: Problems) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.add(label(path), 0, "没有这个文件", "请从随附的 city 文件夹复制一份再改")
        return None
    except OSError as error:
        problems.add(label(path), 0, f"打不开（{error.strerror}）", "请检查文件权限")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problems.add(
            label(path),
            line,
            "不是 UTF-8 编码",
            "请用 Excel 另存为“CSV UTF-8”，或用编辑器转成 UTF-8",
        )
        return None


def read_yaml(path: Path, problems: Problems) -> Record:
    """Read a YAML file whose top is a mapping; mistakes are noted in ``problems``."""
    file = label(path)
    empty = Record(file, 0, {}, {}, problems)
    text = _read_text(path, problems)
    if text is None:
        return empty
    try:
        value = yaml.load(text, Loader=_LineLoader)  # noqa: S506 - a SafeLoader with line numbers
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problems.add(
            file, line, "YAML 写法有误", "请检查这一行附近的缩进、冒号后的空格和括号是否成对"
        )
        return empty
    if not isinstance(value, LinedMap):
        problems.add(file, 1, "文件应由“名称: 内容”组成", "请对照随附的 city 文件夹")
        return empty
    return _record(file, value, problems)


def read_csv(path: Path, columns: Sequence[str], problems: Problems) -> list[Record]:
    """Read a CSV file that has exactly ``columns`` (any order); blank lines are passed over."""
    file = label(path)
    text = _read_text(path, problems)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in columns if column not in header]
    if missing:
        problems.add(file, 1, f"表头缺少“{'、'.join(missing)}”", f"第一行应是：{','.join(columns)}")
        return []
    for column in header:
        if column not in columns or header.count(column) > 1:
            problems.add(file, 1, f"表头多出“{column}”", f"第一行应是：{','.join(columns)}")
            return []
    records = []
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.add(
                file,
                line,
                f"有 {len(cells)} 格，表头是 {len(header)} 格",
                "请补齐逗号；内容里有逗号时两边加英文双引号",
            )
            continue
        values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        records.append(Record(file, line, values, {}, problems))
    return records
