"""Foreign material into entries: FAQ tables and lists of service matters."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge_base.entry import Entry, Kind, Status

FAQ_FIELDS = frozenset({"id", "question", "answer", "unit", "url", "source", "area"})
_BLANKS = frozenset({"", "无", "暂无", "/", "-", "None", "nan"})


class SourceError(ValueError):
    """The whole import cannot go ahead; the message names file and remedy."""


@dataclass(frozen=True)
class Reject:
    """A row that was left out, and why."""

    row: int
    reason: str
    raw: str


@dataclass
class Imported:
    """What an import read; `origin` names the source whose vanished entries expire."""

    entries: list[Entry] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def take(self, row: int, data: dict[str, Any], raw: object) -> None:
        """Add an entry or a reject; a repeated id is rejected."""
        try:
            entry = Entry.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(p) for p in first["loc"])
            self.rejects.append(Reject(row, f"{where}：{first['msg']}", _raw(raw)))
            return
        if entry.id in self._ids:
            self.rejects.append(Reject(row, f"编号重复：{entry.id}", _raw(raw)))
            return
        self._ids.add(entry.id)
        self.entries.append(entry)

    origin: str = ""
    _ids: set[str] = field(default_factory=set, repr=False)


def read_mapping(file: Path) -> dict[str, str]:
    """Read a mapping file: entry field → column name, `prefix` and fixed values as `=value`.

    Raises:
        SourceError: unknown field, or question or answer not mapped.
    """
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise SourceError(f"{file}：应写成“字段: 列名”，例如 question: 问题")
    unknown = set(data) - FAQ_FIELDS - {"prefix"}
    if unknown:
        raise SourceError(
            f"{file}：不认识字段 {'、'.join(sorted(unknown))}，可用 {'、'.join(sorted(FAQ_FIELDS))}"
        )
    for needed in ("question", "answer"):
        if needed not in data:
            raise SourceError(f"{file}：必须写 {needed} 对应哪一列")
    return {str(k): str(v) for k, v in data.items()}


def read_faq(
    rows: Iterable[tuple[int, dict[str, str]]],
    mapping: dict[str, str],
    *,
    reviewer: str | None = None,
) -> Imported:
    """Turn rows of a FAQ table into entries.

    Args:
        rows: from `knowledge_base.tabular.read_rows`.
        mapping: from `read_mapping`; a value starting with "=" is taken literally.
        reviewer: publishes the entries in this person's name; drafts without.
    """
    prefix = mapping.get("prefix", "faq")
    done = Imported(origin=f"faq:{prefix}")
    columns = {k: v for k, v in mapping.items() if k != "prefix"}
    asked: Counter[str] = Counter()
    for number, row in rows:
        missing = [c for c in columns.values() if not c.startswith("=") and c not in row]
        if missing:
            raise SourceError(f"表中没有“{missing[0]}”这一列，现有：{'、'.join(row)}")
        value = {k: c[1:] if c.startswith("=") else row[c] for k, c in columns.items()}
        if value["question"] in _BLANKS or value["answer"] in _BLANKS:
            done.rejects.append(Reject(number, "问题或答案是空的", _raw(row)))
            continue
        source = "；".join(v for v in (value.get("source", ""), value.get("url", "")) if v)
        done.take(
            number,
            {
                "id": f"{prefix}:{_slug(value.get('id') or _named(value['question'], asked))}",
                "kind": Kind.QUESTION,
                "title": value["question"],
                "summary": value["answer"],
                "area": value.get("area") or "广州市",
                "unit": value.get("unit") or "未注明",
                "owner": value.get("unit") or "",
                "source": source,
                **_publication(reviewer),
            },
            row,
        )
    return done


def read_matters(
    lines: Iterable[tuple[int, str]], *, prefix: str = "gd", reviewer: str | None = None
) -> Imported:
    """Turn lines of a service-matter JSONL (Guangdong's public list) into entries."""
    done = Imported(origin=f"matters:{prefix}")
    for number, line in lines:
        if not line.strip():
            continue
        try:
            matter = json.loads(line)
            code, name = str(matter["TASK_CODE"]), str(matter["TASK_NAME"])
        except (ValueError, KeyError, TypeError) as error:
            done.rejects.append(Reject(number, f"不是一条事项：{error}", line[:200]))
            continue
        done.take(
            number,
            {
                "id": f"{prefix}:{_slug(code)}",
                "kind": Kind.SERVICE,
                "title": name,
                "summary": _matter_summary(matter, name),
                "questions": _matter_names(matter, name),
                "area": _said(matter, "AREA_CODE_TEXT") or "广东省",
                "audience": _listed(matter, "service_object_name"),
                "keywords": _listed(matter, "theme_category"),
                "unit": _said(matter, "DEPT_NAME") or "未注明",
                "owner": _said(matter, "DEPT_NAME"),
                "phone": _said(matter, "consult_phone") or "12345",
                "blocks": _matter_blocks(matter),
                "source": "广东政务服务网事项清单",
                **_publication(reviewer),
            },
            line,
        )
    return done


def numbered_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) of a UTF-8 text file."""
    with file.open(encoding="utf-8") as lines:
        yield from enumerate(lines, 1)


def _matter_blocks(matter: dict[str, Any]) -> list[dict[str, Any]]:
    texts = {
        "办理条件": _said(matter, "accept_standard"),
        "办理时限": "，".join(
            f"{label}{value}"
            for label, key in (("法定", "handle_time"), ("承诺", "handle_time_limit"))
            if (value := _said(matter, key))
        ),
        "办理地点": _said(matter, "handle_location"),
        "网上办理": _said(matter, "URL"),
        "咨询电话": _said(matter, "consult_phone"),
    }
    blocks: list[dict[str, Any]] = [{"name": k, "text": v} for k, v in texts.items() if v]
    if materials := _listed(matter, "material_intro"):
        blocks.insert(1, {"name": "所需材料", "items": materials})
    return blocks


def _matter_summary(matter: dict[str, Any], name: str) -> str:
    unit = _said(matter, "DEPT_NAME")
    parts = [f"“{name}”由{unit}办理" if unit else f"事项“{name}”"]
    if limit := _said(matter, "handle_time_limit"):
        parts.append(f"承诺办结时限 {limit}")
    if materials := _listed(matter, "material_intro"):
        parts.append(f"需要材料 {len(materials)} 项")
    if phone := _said(matter, "consult_phone"):
        parts.append(f"咨询电话 {phone}")
    return "，".join(parts) + "。"


def _matter_names(matter: dict[str, Any], name: str) -> list[str]:
    names = [_said(matter, k) for k in ("matter_name", "matter_short", "matter_daily")]
    return [n for n in dict.fromkeys(names) if n and n != name]


def _publication(reviewer: str | None) -> dict[str, Any]:
    if not reviewer:
        return {"status": Status.DRAFT}
    return {"status": Status.PUBLISHED, "reviewer": reviewer}


def _said(matter: dict[str, Any], key: str) -> str:
    text = str(matter.get(key) or "").strip()
    return "" if text in _BLANKS else text


def _listed(matter: dict[str, Any], key: str) -> list[str]:
    value = matter.get(key)
    items = value if isinstance(value, list) else [value]
    return [s for item in items if (s := str(item or "").strip()) and s not in _BLANKS]


def _named(question: str, asked: Counter[str]) -> str:
    """Return an id that stays when rows move; the same question again gets the next number."""
    name = hashlib.sha256(question.encode()).hexdigest()[:12]
    asked[name] += 1
    return f"{name}-{asked[name]}" if asked[name] > 1 else name


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text.strip()) or "x"


def _raw(row: object) -> str:
    return json.dumps(row, ensure_ascii=False)[:500] if not isinstance(row, str) else row[:500]
