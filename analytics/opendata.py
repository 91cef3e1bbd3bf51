"""Open data: monthly counts and shares with small numbers hidden; no text, nobody's data."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics.suppression import suppress, suppress_line
from hotline.store import DailyRollup

K = 10
TOTAL, UNKNOWN, OTHER = "合计", "未识别", "其他"
Row = list[str | int]


@dataclass(frozen=True)
class Column:
    """A column with its meaning, for the data dictionary."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Published:
    """A table to publish."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: list[Row]


MONTH = Column("month", "yearmonth", "月份，如 2026-03，按受理日（比例按到期日或评价日）计")
DISTRICT = Column(
    "district", "string", "诉求所在区；“未识别”为没有写明，“其他”为数目过小而合并的，“合计”为全市"
)
HIDDEN = Column("suppressed", "boolean", "1 为隐去：数目过小，或为防止从合计推算而一并隐去")


def tables(session: Session, first: date, last: date, k: int = K) -> list[Published]:
    """Every table for the months from that of `first` to that of `last`.

    Cells under `k` are hidden, and as many more as keep them from being worked out.
    """
    months = _months(first, last)
    return [
        Published(
            "tickets",
            "各区各类诉求受理量",
            (
                MONTH,
                DISTRICT,
                Column(
                    "category", "string", "事项一级分类；“其他”为数目过小而合并的，“合计”为全部"
                ),
                Column("received", "integer", "受理的工单数；隐去的为空"),
                HIDDEN,
            ),
            [row for month in months for row in _matters(session, month, k)],
        ),
        Published(
            "channels",
            "各渠道受理量",
            (
                MONTH,
                Column("channel", "string", "渠道；“合计”为全部"),
                Column("received", "integer", "受理的工单数；隐去的为空"),
                HIDDEN,
            ),
            [row for month in months for row in _channels(session, month, k)],
        ),
        Published(
            "service",
            "各区办理情况",
            (
                MONTH,
                DISTRICT,
                Column(
                    "on_time_percent", "integer", f"按时办结率（%，取整）；到期不足 {k} 件的为空"
                ),
                Column("satisfied_percent", "integer", f"好评率（%，取整）；评价不足 {k} 件的为空"),
            ),
            [row for month in months for row in _service(session, month, k)],
        ),
    ]


def write(folder: Path, published: Sequence[Published], issuer: str, k: int, made_on: date) -> None:
    """Write the tables as CSV, with a data dictionary and a Data Package description beside."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in published:
        head = [column.name for column in table.columns]
        _csv(folder / f"{table.name}.csv", [head, *table.rows])
    words: list[Row] = [["文件", "字段", "类型", "含义"]]
    for table in published:
        words += [[f"{table.name}.csv", one.name, one.type, one.meaning] for one in table.columns]
    _csv(folder / "dictionary.csv", words)
    package = {
        "profile": "tabular-data-package",
        "name": "hotline-open-data",
        "title": f"{issuer}开放数据",
        "created": made_on.isoformat(),
        "description": f"小于 {k} 的数目已隐去，并隐去足够多的其他数目以防推算；不含诉求文字和个人信息。",
        "resources": [_resource(table) for table in published],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _matters(session: Session, month: str, k: int) -> list[Row]:
    counted: Counter[tuple[str, str]] = Counter()
    for district, category, count in _counted(
        session, month, DailyRollup.district, DailyRollup.category
    ):
        counted[district or UNKNOWN, (category or UNKNOWN).split("/", 1)[0]] += int(count)
    # Totals are published whole, so what is small in all goes together first.
    if sum(counted.values()) < k:
        return []
    districts = _joined(Counter(_summed(counted, 0)), k)
    categories = _joined(Counter(_summed(counted, 1)), k)
    rows_of, columns_of = sorted(set(districts.values())), sorted(set(categories.values()))
    cells = np.zeros((len(rows_of), len(columns_of)), dtype=np.int64)
    for (district, category), count in counted.items():
        r, c = rows_of.index(districts[district]), columns_of.index(categories[category])
        cells[r, c] += count
    hidden = suppress(cells, k)
    rows: list[Row] = []
    for r, district in enumerate(rows_of):
        for c, category in enumerate(columns_of):
            rows.append([month, district, category, *_shown(int(cells[r, c]), bool(hidden[r, c]))])
        rows.append([month, district, TOTAL, int(cells[r].sum()), 0])
    for c, category in enumerate(columns_of):
        rows.append([month, TOTAL, category, int(cells[:, c].sum()), 0])
    rows.append([month, TOTAL, TOTAL, int(cells.sum()), 0])
    return rows


def _summed(counted: Counter[tuple[str, str]], place: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, count in counted.items():
        sums[key[place]] = sums.get(key[place], 0) + count
    return sums


def _joined(totals: Counter[str], k: int) -> dict[str, str]:
    """What each name is published as: those with fewer than `k` in all, and as many of the next
    as make `k` together, go as one under `OTHER`."""
    ordered = sorted(totals, key=lambda name: (totals[name], name))
    together = 0
    inside: set[str] = set()
    for name in ordered:
        if totals[name] >= k and (not inside or together >= k):
            break
        inside.add(name)
        together += totals[name]
    return {name: OTHER if name in inside else name for name in totals}


def _channels(session: Session, month: str, k: int) -> list[Row]:
    found = [(name or UNKNOWN, int(n)) for name, n in _counted(session, month, DailyRollup.channel)]
    cells = np.array([count for _, count in found], dtype=np.int64)
    if cells.sum() < k:
        return []
    hidden = suppress_line(cells, k)
    rows: list[Row] = [
        [month, name, *_shown(count, bool(veil))]
        for (name, count), veil in zip(found, hidden, strict=True)
    ]
    return [*rows, [month, TOTAL, int(cells.sum()), 0]]


def _service(session: Session, month: str, k: int) -> list[Row]:
    found = session.execute(
        select(
            DailyRollup.district,
            func.sum(DailyRollup.on_time),
            func.sum(DailyRollup.due),
            func.sum(DailyRollup.satisfied),
            func.sum(DailyRollup.rated),
        )
        .where(DailyRollup.day.like(f"{month}-%"))
        .group_by(DailyRollup.district)
        .order_by(DailyRollup.district)
    )
    return [
        [month, district or UNKNOWN, _percent(on_time, due, k), _percent(satisfied, rated, k)]
        for district, on_time, due, satisfied, rated in found
    ]


def _counted(session: Session, month: str, *columns: Any) -> list[Any]:
    total = func.sum(DailyRollup.received)
    query = select(*columns, total).where(DailyRollup.day.like(f"{month}-%")).group_by(*columns)
    return list(session.execute(query.having(total > 0).order_by(*columns)))


def _shown(count: int, hidden: bool) -> Row:
    return ["", 1] if hidden else [count, 0]


def _percent(part: int, whole: int, k: int) -> str | int:
    return round(100 * int(part) / int(whole)) if whole and int(whole) >= k else ""


def _months(first: date, last: date) -> list[str]:
    months, day = [], first.replace(day=1)
    while day <= last:
        months.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=32)).replace(day=1)
    return months


def _resource(table: Published) -> dict[str, Any]:
    fields = [
        {"name": one.name, "type": one.type, "description": one.meaning} for one in table.columns
    ]
    return {
        "name": table.name,
        "title": table.title,
        "path": f"{table.name}.csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
