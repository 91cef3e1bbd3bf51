"""Specifications of the managers' charts: figures in, ECharts out."""

from __future__ import annotations

from typing import Any

from dashboard import steering_texts as texts
from dashboard import texts as desk_texts
from dashboard.charts import INK, LINE, OCHRE, PALETTE, SOFT, TEAL, TEXT, Spec
from dashboard.moments import day
from dashboard.quality_shapes import ComparedMeasure
from dashboard.steering_shapes import DialWeek, HourSoFar, UnitAtRisk

LEAST_DECIDED, RIPE = 5, 0.7
DARK_TEXT = {"color": "#cfe0de", "fontSize": 22, "textBorderWidth": 0}
RED, AMBER, PALE = "#b3372a", "#d9912b", "#9fb9b6"
GRID = {"left": 4, "right": 16, "top": 30, "bottom": 2, "containLabel": True}


def today(hours: list[HourSoFar], big: bool = False) -> Spec:
    """Return today's receipts so far over the range that is usual; ``big`` for the wall."""
    text = DARK_TEXT if big else TEXT
    names = [desk_texts.HOUR.format(hour=hour.hour + 1) for hour in hours]
    lows = [hour.usual.low for hour in hours]
    bands = [
        None if hour.usual.low is None else round((hour.usual.high or 0) - hour.usual.low, 1)
        for hour in hours
    ]
    plain = {"type": "line", "symbol": "none", "stack": "usual", "lineStyle": {"opacity": 0}}
    ink = "#5fd0c5" if big else TEAL
    return {
        "animation": False,
        "tooltip": {"trigger": "axis", "show": not big},
        "legend": {
            "top": 0,
            "left": 0,
            "itemHeight": 8,
            "textStyle": text,
            "data": [texts.TODAY_SERIES, texts.USUAL_SERIES, texts.USUAL_BAND],
        },
        "grid": {**GRID, "top": 44 if big else 30},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "data": names,
            "axisLabel": {**text, "interval": 3 if big else 2},
            "axisLine": {"lineStyle": {"color": "#3f5d63" if big else LINE}},
            "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "minInterval": 1,
            "axisLabel": text,
            "splitLine": {"lineStyle": {"color": "#24424a" if big else "#e6edec"}},
        },
        "series": [
            {**plain, "name": texts.USUAL_LOW, "data": lows, "tooltip": {"show": False}},
            {
                **plain,
                "name": texts.USUAL_BAND,
                "data": bands,
                "areaStyle": {"color": "#3a5f63" if big else "#d7e4e2", "opacity": 1},
                "itemStyle": {"color": "#3a5f63" if big else "#c3d6d3"},
            },
            {
                "type": "line",
                "name": texts.USUAL_SERIES,
                "symbol": "none",
                "data": [hour.usual.mean for hour in hours],
                "lineStyle": {"color": PALE if big else SOFT, "width": 1.5, "type": "dashed"},
                "itemStyle": {"color": PALE if big else SOFT},
            },
            {
                "type": "line",
                "name": texts.TODAY_SERIES,
                "symbol": "none",
                "data": [hour.today for hour in hours],
                "lineStyle": {"color": ink, "width": 5 if big else 3},
                "itemStyle": {"color": ink},
            },
        ],
    }


def at_risk(units: list[UnitAtRisk]) -> Spec:
    """Return stacked bars of deadlines by unit, the most pressing on top."""
    series = (
        (texts.RISK_OVERDUE, RED, [unit.overdue for unit in units]),
        (texts.RISK_SOON, AMBER, [unit.soon for unit in units]),
        (texts.RISK_LATER, PALE, [unit.later for unit in units]),
    )
    return {
        "animation": False,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0, "left": 0, "itemHeight": 8, "textStyle": TEXT},
        "grid": {**GRID, "top": 32},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": TEXT, "splitLine": _split()},
        "yAxis": _names([short_unit(unit.unit or texts.NOT_YET_GIVEN) for unit in units]),
        "series": [
            {
                "type": "bar",
                "stack": "risk",
                "name": name,
                "data": values,
                "barMaxWidth": 16,
                "selectedMode": "single",
                "itemStyle": {"color": colour, "borderColor": "#fbfcfb", "borderWidth": 1},
            }
            for name, colour, values in series
        ],
    }


def bars(names: list[str], values: list[float], colour: str = TEAL, percent: bool = False) -> Spec:
    """Return horizontal bars in the given order, each with its number; a click selects one."""
    label: dict[str, Any] = {"show": True, "position": "right", "color": SOFT}
    if percent:
        label["formatter"] = "{c}%"
    return {
        "animation": False,
        "tooltip": {"trigger": "item"},
        "grid": {"left": 4, "right": 56, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": _names(names),
        "series": [
            {
                "type": "bar",
                "data": values,
                "barMaxWidth": 16,
                "selectedMode": "single",
                "itemStyle": {"color": colour, "borderRadius": [0, 3, 3, 0]},
                "label": label,
            }
        ],
    }


def ranges(names: list[str], found: list[ComparedMeasure]) -> Spec:
    """Return each unit's fair share as a point on its 95 % range, in percent, the first on top."""
    colours = {"better": "#2f7d4f", "worse": RED}
    points = [round((one.standardised or 0) * 100, 1) for one in found]
    lows = [round((one.low or 0) * 100, 1) for one in found]
    highs = [round((one.high or 0) * 100, 1) for one in found]
    ink = [colours.get(one.verdict, "#8a9a9c") for one in found]
    bar = {"type": "bar", "stack": "range", "barWidth": 5, "silent": True}
    return {
        "animation": False,
        "tooltip": {"trigger": "item"},
        "grid": {"left": 4, "right": 24, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {
            "type": "value",
            "scale": True,
            "axisLabel": {**TEXT, "formatter": "{value}%"},
            "splitLine": _split(),
        },
        "yAxis": _names([short_unit(name) for name in names]),
        "series": [
            {**bar, "data": lows, "itemStyle": {"opacity": 0}},
            {
                **bar,
                "data": [
                    {
                        "value": round(high - low, 1),
                        "itemStyle": {"color": colour, "opacity": 0.4, "borderRadius": 3},
                    }
                    for low, high, colour in zip(lows, highs, ink, strict=True)
                ],
            },
            {
                "type": "scatter",
                "symbolSize": 11,
                "tooltip": {"formatter": "{b}：{c}%"},
                "data": [
                    {"value": value, "itemStyle": {"color": colour}}
                    for value, colour in zip(points, ink, strict=True)
                ],
            },
        ],
    }


def dial_weeks(weeks: list[DialWeek]) -> Spec:
    """Return suggestions by week and dial, stacked."""
    colours = {"auto": TEAL, "one_click": "#8fc1bd", "human": OCHRE}
    return {
        **_weekly(weeks),
        "yAxis": {"type": "value", "minInterval": 1, "axisLabel": TEXT, "splitLine": _split()},
        "series": [
            {
                "type": "bar",
                "stack": "dial",
                "name": texts.DIALS[name],
                "data": [week.suggested.get(name, 0) for week in weeks],
                "itemStyle": {"color": colour, "borderColor": "#fbfcfb", "borderWidth": 1},
                "barMaxWidth": 34,
            }
            for name, colour in colours.items()
        ],
    }


def accuracy_weeks(weeks: list[DialWeek], promise: float) -> Spec:
    """Return the share that came out right by week and dial, beside the promise.

    A return is known at once, a closing only later: weeks of which little has come out would look
    worse than they are and are left out.
    """
    looks = {
        "auto": (TEAL, "circle", "solid"),
        "one_click": (PALETTE[2], "triangle", "solid"),
        "human": (OCHRE, "diamond", "dashed"),
    }
    series: list[Spec] = []
    for name, (colour, symbol, kind) in looks.items():
        values: list[float | None] = []
        for week in weeks:
            share = week.came_out.get(name)
            ripe = max(LEAST_DECIDED, RIPE * week.suggested.get(name, 0))
            if share is None or share.value is None or share.decided < ripe:
                values.append(None)
            else:
                values.append(round(share.value * 100, 1))
        series.append(
            {
                "type": "line",
                "name": texts.DIALS[name],
                "data": values,
                "connectNulls": True,
                "symbol": symbol,
                "symbolSize": 8,
                "lineStyle": {"width": 2.2, "type": kind},
                "itemStyle": {"color": colour},
            }
        )
    series[0]["markLine"] = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": RED, "type": "dashed", "width": 1.5},
        "label": {"formatter": "{c}%", "color": RED, "position": "insideEndTop"},
        "data": [{"yAxis": round(promise * 100, 1)}],
    }
    return {
        **_weekly(weeks),
        "tooltip": {"trigger": "axis", "valueFormatter": "%.1f%%"},
        "yAxis": {
            "type": "value",
            "max": 100,
            "scale": True,
            "axisLabel": {**TEXT, "formatter": "{value}%"},
            "splitLine": _split(),
        },
        "series": series,
    }


def weekly(counts: list[int]) -> Spec:
    """Return a group's new tickets of the last weeks, the present one last."""
    names = [f"{len(counts) - n} 周前" if n < len(counts) else "" for n in range(len(counts))]
    if names:
        names[-1] = "近 7 天"
    return {
        "animation": False,
        "tooltip": {"trigger": "item"},
        "grid": {"left": 4, "right": 8, "top": 18, "bottom": 2, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": names,
            "axisLabel": {**TEXT, "interval": 0},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
        },
        "yAxis": {"type": "value", "show": False},
        "series": [
            {
                "type": "bar",
                "data": counts,
                "barMaxWidth": 34,
                "itemStyle": {"color": TEAL, "borderRadius": [3, 3, 0, 0]},
                "label": {"show": True, "position": "top", "color": SOFT},
            }
        ],
    }


def short_unit(name: str) -> str:
    """Return a unit's name without the city's and the office's standing words."""
    return name.removeprefix("广州市").removesuffix("办事处").removesuffix("有限公司")


def picked(state: Any) -> tuple[int, int] | None:
    """Return (series, row) of what was clicked in a chart, if anything was."""
    for chosen in state.selection.selected if state else []:
        if chosen["data_indices"]:
            return int(chosen["series_index"]), int(chosen["data_indices"][0])
    return None


def _weekly(weeks: list[DialWeek]) -> Spec:
    return {
        "animation": False,
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "left": 0, "itemHeight": 8, "textStyle": TEXT},
        "grid": {**GRID, "top": 34},
        "xAxis": {
            "type": "category",
            "data": [day(week.first) for week in weeks],
            "axisLabel": TEXT,
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
        },
    }


def _names(names: list[str]) -> Spec:
    return {
        "type": "category",
        "inverse": True,
        "data": names,
        "axisLabel": {**TEXT, "color": INK, "interval": 0, "width": 190, "overflow": "truncate"},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
    }


def _split() -> Spec:
    return {"lineStyle": {"color": "#e6edec"}}
