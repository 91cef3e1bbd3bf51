"""Clock rules and the holiday table as a city writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.calendar import Holiday, HolidayCalendar
from hotline.clocks import ClockRules, Limit, LimitUnit
from hotline.datafile import Record, read_csv, read_yaml
from hotline.problems import Problems, nearest
from hotline.taxonomy import Category

APPEAL_TYPES = ("咨询", "求助", "投诉", "举报", "建议", "表扬")
STEPS = ("dispatch", "sign", "return")
COLUMNS = ("date", "kind", "name", "source")
_UNITS = tuple(unit.value for unit in LimitUnit)


@dataclass(frozen=True, slots=True)
class SpecialLane:
    """A kind of ticket with its own limit, e.g. 企业诉求.

    ``limit`` names an entry of the clock rules (``close/企业诉求``); a ticket belongs here by
    category or by a word in its text. ``returnable`` is False when units may not send it back.
    """

    name: str
    limit: str
    categories: tuple[str, ...]
    words: tuple[str, ...]
    returnable: bool


def read_clocks(
    path: Path, categories: Mapping[str, Category], problems: Problems
) -> tuple[ClockRules, tuple[SpecialLane, ...]]:
    """Read ``clocks.yml``; returns the rules and the special lanes."""
    top = read_yaml(path, problems)
    top.only("working_hours", "limits", "extension_workdays", "bounces_to_review", "special_lanes")
    limits = _limits(top)
    lanes = []
    for item in top.records("special_lanes"):
        item.only("name", "categories", "words", "returnable")
        lane = SpecialLane(
            item.text("name"), f"close/{item.text('name')}", item.texts("categories"),
            item.texts("words"), item.flag("returnable", default=True),
        )  # fmt: skip
        for category in lane.categories:
            if category not in categories:
                item.wrong(
                    "categories", f"事项分类“{category}”不存在", nearest(category, categories)
                )
        if lane.limit not in limits:
            item.wrong("name", f"“{lane.name}”没有办结时限", f"请在 limits 里补上“{lane.limit}”")
        lanes.append(lane)
    sessions = _sessions(top)
    extension = top.integer("extension_workdays", 0, 60)
    bounces = top.integer("bounces_to_review", 1, 10)
    return ClockRules(sessions, limits, extension, bounces), tuple(lanes)


def _limits(top: Record) -> dict[str, Limit]:
    limits: dict[str, Limit] = {}
    section = top.record("limits", required=True)
    if section is None:
        return limits
    for kind in section.values:
        entry = section.record(kind)
        if entry is None:
            continue
        entry.only("amount", "unit")
        amount, unit = entry.integer("amount", 1, 1000), entry.choice("unit", _UNITS)
        if unit:
            limits[str(kind)] = Limit(amount, LimitUnit(unit))
    for kind in (*STEPS, *(f"close/{appeal}" for appeal in APPEAL_TYPES)):
        if kind not in section.values:
            top.wrong("limits", f"limits 里缺少“{kind}”", "请补上它的 amount 与 unit")
    return limits


def _sessions(top: Record) -> tuple[tuple[dt.time, dt.time], ...]:
    sessions = []
    last = dt.time(0)
    for item in top.records("working_hours", required=True):
        item.only("from", "to")
        start, end = item.time("from"), item.time("to")
        if not last <= start < end:
            item.wrong(
                "from", f"上班时间 {start:%H:%M}–{end:%H:%M} 的先后不对", "请从早到晚写，不要重叠"
            )
            continue
        sessions.append((start, end))
        last = end
    return tuple(sessions) or ((dt.time(9), dt.time(18)),)


def read_holidays(path: Path, problems: Problems) -> HolidayCalendar:
    """Read ``holidays.csv``; later years than its last one count as unpublished."""
    rows: dict[dt.date, tuple[Holiday, int]] = {}
    records = read_csv(path, COLUMNS, problems)
    for record in records:
        day = record.date("date")
        if day is None:
            if not record.values["date"]:
                record.text("date")
            continue
        kind = record.choice("kind", ("holiday", "workday"))
        holiday = Holiday(day, kind, record.text("name"), record.text("source"))
        if day in rows:
            record.wrong("date", f"{day} 与第 {rows[day][1]} 行重复", "请只留一行")
            continue
        if kind == "workday" and day.weekday() < 5:
            record.wrong("date", f"{day} 本来就是工作日", "调休上班只写周六、周日，请核对日期")
        if kind:
            rows[day] = (holiday, record.line)
    if records and not rows:
        problems.add(records[0].file, 0, "没有一个可用的日期", "请照国务院办公厅的通知填写")
    years = {day.year for day in rows}
    for year in sorted(years):
        if dt.date(year, 10, 1) not in rows:
            problems.add(
                records[0].file, 0, f"{year} 年没有国庆节（10月1日）",
                "一年要么照通知写全，要么整年不写",
            )  # fmt: skip
    return HolidayCalendar.from_rows(holiday for holiday, _ in rows.values())
