"""Reading entry files: YAML lists an official can edit, with errors that name file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge_base.entry import Entry, Kind, Status
from nlu.city_files import city_file

MIN_WORDINGS = 5


class ContentError(ValueError):
    """An entry file is wrong; the message says file, line and what to do."""


def knowledge_folder() -> Path:
    """Return the folder of entry files of the configured city."""
    return city_file("knowledge")


def load_folder(folder: Path | None = None) -> list[Entry]:
    """Load and validate all `*.yml` of a folder.

    Args:
        folder: where the files are; the city's knowledge folder by default.

    Returns:
        Entries in file order; ids are unique and every reference leads somewhere.

    Raises:
        ContentError: with file, line and remedy, for the first fault found.
    """
    folder = folder or knowledge_folder()
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ContentError(f"{folder}：没有找到任何 .yml 条目文件，请检查 SUISHENG_CITY 指向的目录")
    placed: dict[str, tuple[Entry, str]] = {}
    for file in files:
        for entry, where in read_file(file):
            if entry.id in placed:
                raise ContentError(
                    f"{where}：编号 {entry.id} 已在 {placed[entry.id][1]} 用过，请换一个编号"
                )
            placed[entry.id] = (entry, where)
    _check_references(placed)
    return [entry for entry, _ in placed.values()]


def read_file(file: Path) -> list[tuple[Entry, str]]:
    """Read one entry file into (entry, "file:line") pairs; raises ContentError."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ContentError(f"{file}：不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(
            f"{file}:{line}：YAML 写法有误（{error.problem}），请检查缩进和冒号"
        ) from error
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise ContentError(f"{file}:1：文件应是条目列表，每条以“- id:”开头")
    return [_read_entry(file, node) for node in root.value]


def _read_entry(file: Path, node: yaml.Node) -> tuple[Entry, str]:
    where = f"{file}:{node.start_mark.line + 1}"
    loader = yaml.SafeLoader("")
    data = loader.construct_document(node)
    if not isinstance(data, dict):
        raise ContentError(f"{where}：条目应由“字段: 值”组成")
    try:
        entry = Entry.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        line = _line_of(node, first["loc"])
        field = ".".join(str(part) for part in first["loc"]) or "条目"
        raise ContentError(
            f"{file}:{line}：{data.get('id', '未写编号')} 的 {field} 不对：{explain(first)}"
        ) from error
    if entry.status is Status.PUBLISHED and entry.kind is not Kind.CLAUSE:
        _check_published(entry, file, node)
    return entry, where


def _check_published(entry: Entry, file: Path, node: yaml.Node) -> None:
    if len(set(entry.questions)) < MIN_WORDINGS:
        line = _line_of(node, ("questions",))
        raise ContentError(
            f"{file}:{line}：{entry.id} 只有 {len(set(entry.questions))} 种不同问法，"
            f"请补足 {MIN_WORDINGS} 种（至少一种粤语）"
        )
    for field in ("basis", "effective_date", "owner"):
        if not getattr(entry, field):
            raise ContentError(
                f"{file}:{node.start_mark.line + 1}：{entry.id} 已发布但没有 {field}，请补上"
            )


def _line_of(node: yaml.Node, path: Iterable[Any]) -> int:
    """Follow a pydantic error path into the YAML tree as far as it goes."""
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next((v for k, v in node.value if k.value == part), None)
            if found is None:
                break
            node = found
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        else:
            break
    return node.start_mark.line + 1


def explain(error: Any) -> str:
    """Return what is wrong with a field and the remedy, from one pydantic error."""
    kind = error["type"]
    if kind == "missing":
        return "缺少这一项，请补上"
    if kind == "extra_forbidden":
        return "没有这个字段，请检查拼写"
    if kind.startswith("date"):
        return "日期请写成 2025-01-31 的样子"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return f"{error['msg']}（写的是 {error['input']!r}）"


def _check_references(placed: dict[str, tuple[Entry, str]]) -> None:
    leads: dict[str, str] = {entry.title: name for name, (entry, _) in placed.items()}
    for entry, where in placed.values():
        for option in entry.clarify.options if entry.clarify else []:
            if leads.setdefault(option.title, option.entry) != option.entry:
                raise ContentError(
                    f"{where}：{entry.id} 的选项“{option.title}”在别处通向另一条，请写得更具体"
                )
        targets = [o.entry for o in entry.clarify.options] if entry.clarify else []
        targets += [step.entry for step in entry.steps]
        for target in targets:
            if target not in placed:
                raise ContentError(
                    f"{where}：{entry.id} 引用了不存在的条目 {target}，请改成已有编号"
                )
