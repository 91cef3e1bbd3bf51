"""Say in Chinese what was expected and what came, without repeating what the citizen wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EXPECTED: dict[str, str] = {
    "missing": "必须填写",
    "extra_forbidden": "不是这个接口的字段",
    "json_invalid": "应为合法的 JSON",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "list_type": "应为列表",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "dict_type": "应为对象",
    "model_attributes_type": "应为 JSON 对象",
    "model_type": "应为 JSON 对象",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "literal_error": "应为 {expected} 之一",
    "enum": "应为 {expected} 之一",
    "date_from_datetime_parsing": "应为日期，如 2025-11-21",
    "date_parsing": "应为日期，如 2025-11-21",
    "datetime_parsing": "应为时间，如 2025-11-21T09:00:00+08:00",
    "string_unicode": "应为正常的文字",
}


@dataclass(frozen=True)
class FieldProblem:
    """One field, what it should have been, and the kind (never the content) of what came."""

    name: str
    expected: str
    came: str

    @property
    def problem(self) -> str:
        """The sentence part shown to people."""
        return f"{self.expected}（收到：{self.came}）"

    def as_detail(self) -> dict[str, str]:
        """The machine-readable part."""
        return {"field": self.name, "expected": self.expected, "came": self.came}


def describe(error: Mapping[str, Any]) -> FieldProblem:
    """Turn one pydantic error into a :class:`FieldProblem`."""
    kind = str(error.get("type", ""))
    location = [str(part) for part in error.get("loc", ())]
    if location and location[0] in {"body", "query", "path", "header", "cookie"}:
        location = location[1:]
    if kind == "json_invalid":
        location = []
    # Names of unknown fields come from the caller and could be anything, so only their start.
    name = "「" + ".".join(location)[:60] + "」" if location else "请求内容"
    context = dict(error.get("ctx") or {})
    template = EXPECTED.get(kind, "不符合要求")
    if kind == "value_error":
        # Raised by our own validators, whose sentences are Chinese and hold no input.
        template = str(context.get("error", template)).replace("{", "{{").replace("}", "}}")
    try:
        expected = template.format(**context)
    except (KeyError, IndexError):
        expected = "不符合要求"
    return FieldProblem(name, expected, _kind_of(kind, error.get("input")))


def _kind_of(kind: str, value: object) -> str:
    if kind == "missing":
        return "没有这一项"
    if kind == "json_invalid":
        return "无法解析的内容"
    if value is None:
        return "空"
    if isinstance(value, bool):
        return "是否值"
    if isinstance(value, (int, float)):
        return "数字"
    if isinstance(value, str):
        return f"{len(value)} 个字的文字"
    if isinstance(value, (list, tuple)):
        return f"{len(value)} 项的列表"
    if isinstance(value, Mapping):
        return "对象"
    return "其他内容"
