"""A mapping file: which column of another system's table is what of a ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hotline.lifecycle import Status
from hotline.moments import UnreadableMoment, read_moment

FieldName = Literal[
    "external_id", "title", "text", "place", "occurred", "received_at", "closed_at", "reply",
    "phone", "name", "citizen", "category", "appeal_type", "urgency", "district", "street",
    "unit", "status", "channel", "rating",
]  # fmt: skip
FIELDS: tuple[str, ...] = get_args(FieldName)
MOMENTS = ("received_at", "closed_at")
MAX_ID = 120


class MappingError(ValueError):
    """A mapping that cannot be used; the message names the file, the key and the remedy."""


class RowRejected(ValueError):  # noqa: N818
    """A row that cannot become a ticket; the message is the reason, without personal data."""


class ImportMapping(BaseModel):
    """The content of a mapping file.

    ``columns`` names the table's columns, ``constants`` gives fields the same value in every row,
    ``values`` translates a field's values, ``extra`` keeps columns beside the ticket under a name
    of one's own. ``finished_when_replied`` sets 已办结 where there is a reply.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, max_length=MAX_ID)
    encoding: str | None = None
    sheet: str | None = None
    columns: dict[FieldName, str]
    constants: dict[FieldName, str] = {}
    values: dict[FieldName, dict[str, str]] = {}
    extra: dict[str, str] = {}
    finished_when_replied: bool = False
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row by field names: texts, moments, and what is kept beside the ticket."""

    number: int
    external_id: str
    texts: Mapping[str, str]
    moments: Mapping[str, datetime]
    extra: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """A text field, ``None`` where it is missing or empty."""
        return self.texts.get(name) or None


def load_mapping(path: Path) -> ImportMapping:
    """Read and check a mapping file.

    :raises MappingError: it is missing, no YAML, or a key is wrong.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(
            f"没有映射文件 {path}：可照 hotline/mappings 里的样子写一个。"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise MappingError(f"{path} 第 {line} 行不是正确的 YAML：请检查缩进和冒号。") from error
    if not isinstance(content, dict):
        raise MappingError(f"{path} 里应有 source 和 columns 两项。")
    try:
        mapping = ImportMapping.model_validate(content)
    except ValidationError as error:
        raise MappingError(_explain(path, error)) from error
    if "external_id" not in mapping.columns:
        raise MappingError(
            f"{path}：columns 里缺少 external_id（原系统的编号），重复导入要靠它辨认。"
        )
    if not {"text", "title"} & set(mapping.columns):
        raise MappingError(f"{path}：columns 里缺少 text（诉求内容）或 title（标题）。")
    for text in [*mapping.values.get("status", {}).values(), mapping.constants.get("status")]:
        if text is not None and text not in list(Status):
            raise MappingError(f"{path}：没有“{text}”这一状态；可用：{'、'.join(Status)}。")
    return mapping


def check_columns(mapping: ImportMapping, path: Path, header: list[str], table: Path) -> None:
    """Make sure the table has every column the mapping names.

    :raises MappingError: naming those it lacks and those it has.
    """
    wanted = {f"columns.{key}": name for key, name in mapping.columns.items()}
    wanted |= {f"extra.{key}": name for key, name in mapping.extra.items()}
    missing = [f"{key}: {name}" for key, name in wanted.items() if name not in header]
    if missing:
        raise MappingError(
            f"{path}：{table} 没有这些列：{'、'.join(missing)}；表头是：{'、'.join(header)}。"
            "请改映射文件里的列名。"
        )


class RowReader:
    """Turns cells into fields by one mapping and one header."""

    def __init__(self, mapping: ImportMapping, header: list[str], zone: ZoneInfo) -> None:
        self.mapping = mapping
        self.width = len(header)
        self.zone = zone
        self.untranslated: Counter[tuple[str, str]] = Counter()
        self._places = {key: header.index(name) for key, name in mapping.columns.items()}
        self._extra = {key: header.index(name) for key, name in mapping.extra.items()}

    def read(self, number: int, cells: list[Any]) -> ImportedRow:
        """One row.

        :raises RowRejected: too many cells, no id, nothing said, or a date nobody can read.
        """
        if any(_text(cell) for cell in cells[self.width :]):
            raise RowRejected(f"有 {len(cells)} 格，表头只有 {self.width} 列：引号或分隔符可能不对")
        cells = [*cells, *[""] * (self.width - len(cells))]
        texts: dict[str, str] = {str(key): value for key, value in self.mapping.constants.items()}
        moments: dict[str, datetime] = {}
        for name, place in self._places.items():
            cell = cells[place]
            if name in MOMENTS:
                if _text(cell):
                    try:
                        moments[name] = read_moment(cell, self.zone, self.mapping.date_order)
                    except UnreadableMoment as error:
                        raise RowRejected(f"{self.mapping.columns[name]}：{error}") from error
                continue
            if value := _text(cell):
                texts[name] = self._translate(name, value)
        external_id = texts.pop("external_id", "")
        if not external_id:
            raise RowRejected(f"没有编号（{self.mapping.columns['external_id']}）")
        if len(external_id) > MAX_ID:
            raise RowRejected(f"编号超过 {MAX_ID} 字")
        if "received_at" in self._places and "received_at" not in moments:
            raise RowRejected(f"没有受理时间（{self.mapping.columns['received_at']}）")
        if not texts.get("text") and not texts.get("title"):
            raise RowRejected("标题和内容都是空的")
        extra = {name: _text(cells[place]) for name, place in self._extra.items()}
        kept = {name: value for name, value in extra.items() if value}
        return ImportedRow(number, external_id, texts, moments, kept)

    def _translate(self, name: str, value: str) -> str:
        table = next((names for key, names in self.mapping.values.items() if key == name), {})
        if table and value not in table:
            self.untranslated[name, value[:40]] += 1
        return table.get(value, value)


def _text(cell: object) -> str:
    """A cell as text; whole numbers that Excel keeps as floats lose their ``.0``."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _explain(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    if first["type"] == "extra_forbidden":
        return f"{path}：没有“{key}”这一项；可用：{'、'.join(ImportMapping.model_fields)}。"
    if first["type"] == "literal_error":
        if "date_order" in key:
            return f"{path}：date_order 只能是 ymd、dmy、mdy。"
        return f"{path}：“{key}”不是工单的字段；可用：{'、'.join(FIELDS)}。"
    if first["type"] == "missing":
        return f"{path}：缺少“{key}”。"
    return f"{path}：“{key}”写得不对（{first['msg']}）；数字和是否请加引号写成文字。"
