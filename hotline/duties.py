"""The duty table: which line leads a category at which level, with whom, and by what basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from hotline.datafile import read_csv
from hotline.problems import Problems, nearest
from hotline.taxonomy import Category
from hotline.units import STREET_LINE, UnitRegister

Level = Literal["street", "district", "city"]
LEVELS: tuple[Level, ...] = ("street", "district", "city")
LEVEL_NAMES: Mapping[Level, str] = {"street": "街镇", "district": "区", "city": "市"}
COLUMNS = ("category", "level", "lead_line", "co_lines", "basis", "note")


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of ``duties.csv``; ``row`` is its line in the file."""

    category: str
    level: Level
    lead_line: str
    co_lines: tuple[str, ...]
    basis: str
    note: str
    row: int

    @property
    def clause(self) -> str:
        """The row as one sentence for the evidence pack."""
        together = f"，{'、'.join(self.co_lines)}协办" if self.co_lines else ""
        return f"{self.category}：{LEVEL_NAMES[self.level]}级由{self.lead_line}主办{together}"


@dataclass(frozen=True)
class DutyTable:
    """Duties by category and level."""

    rows: tuple[Duty, ...]
    by_key: Mapping[tuple[str, Level], Duty]

    def at(self, category: str, level: Level) -> Duty | None:
        """Return the duty for ``category`` at ``level`` or None."""
        return self.by_key.get((category, level))


def read_duties(
    path: Path, categories: Mapping[str, Category], units: UnitRegister, problems: Problems
) -> DutyTable:
    """Read ``duties.csv`` and check it against the categories and the units."""
    rows: dict[tuple[str, Level], Duty] = {}
    records = read_csv(path, COLUMNS, problems)
    for record in records:
        category = record.text("category")
        if category and category not in categories:
            record.wrong("category", f"事项分类“{category}”不存在", nearest(category, categories))
        level = record.choice("level", LEVELS)
        if not level or not category:
            continue
        duty = Duty(
            category, cast("Level", level), record.text("lead_line"), record.texts("co_lines"),
            record.text("basis"), record.text("note", required=False), record.line,
        )  # fmt: skip
        key = (duty.category, duty.level)
        if key in rows:
            record.wrong(
                "category",
                f"“{category}”的{LEVEL_NAMES[duty.level]}级职责与第 {rows[key].row} 行重复",
                "请只留一行",
            )
        rows[key] = duty
        if not duty.lead_line:
            continue
        for line in (duty.lead_line, *duty.co_lines):
            if line not in units.lines:
                record.wrong("lead_line", f"条线“{line}”没有单位", nearest(line, units.lines))
        if duty.lead_line in duty.co_lines:
            record.wrong("co_lines", f"“{duty.lead_line}”既主办又协办", "请从 co_lines 里去掉")
        _check_level(record.file, duty, units, problems)
    if records:
        for category in categories:
            if (category, "city") not in rows:
                problems.add(
                    records[0].file, 0, f"“{category}”没有市级（city）职责",
                    "请加一行：没写明地址的工单要有市级单位承接",
                )  # fmt: skip
    return DutyTable(tuple(rows.values()), rows)


def _check_level(file: str, duty: Duty, units: UnitRegister, problems: Problems) -> None:
    line, known = duty.lead_line, duty.lead_line in units.lines
    if duty.level == "street" and line != STREET_LINE:
        problems.add(
            file, duty.row, f"街镇级由“{line}”主办，但街镇没有这条线",
            f"street 行的 lead_line 写“{STREET_LINE}”，把“{line}”放到 co_lines",
        )  # fmt: skip
    elif duty.level == "district" and known:
        if not any((line, district.name) in units.by_line for district in units.districts):
            problems.add(
                file, duty.row, f"没有一个区有“{line}”条线的单位",
                "请在 units.yml 的 templates 里补上，或把 level 改成 city",
            )  # fmt: skip
    elif duty.level == "city" and known and (line, units.city) not in units.by_line:
        problems.add(
            file, duty.row, f"{units.city}没有“{line}”条线的市级单位",
            "请在 units.yml 的 units 里补上",
        )  # fmt: skip
