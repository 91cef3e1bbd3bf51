"""Specifications of the charts: figures in, ECharts or Vega-Lite out. No page logic here."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from dashboard import texts
from dashboard.moments import WEEKDAYS
from dashboard.shapes import DayCount

MAP_FILE = Path(__file__).parent / "data" / "guangzhou.geojson"
TEAL, OCHRE, INK, SOFT, LINE = "#0f6b6e", "#d9912b", "#17282c", "#5b6c70", "#d5dfdd"
SHADES = ["#eef5f4", "#c7e0dd", "#92c4c1", "#449693", "#0f6b6e", "#083c3f"]
NIGHT_SHADES = ["#17353b", "#1c5257", "#227176", "#2b9290"]
PALETTE = ["#0f6b6e", "#d9912b", "#4a7fb5", "#c23a2b", "#7b5a9b", "#8aa39b"]
TEXT = {"color": SOFT, "fontSize": 12}

Spec = dict[str, Any]


def by_day(days: list[DayCount]) -> Spec:
    """Return lines of receipts and closures per day."""
    names = (texts.TOTALS["received"], texts.TOTALS["closed"])
    rows = [[f"{d.date.month}月{d.date.day}日", d.received, d.closed] for d in days]
    common = {"type": "line", "showSymbol": len(days) <= 31, "symbolSize": 6}
    return {
        "animation": False,
        "color": [TEAL, OCHRE],
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0, "left": 0, "textStyle": TEXT, "itemHeight": 8},
        "grid": {"left": 8, "right": 14, "top": 34, "bottom": 4, "containLabel": True},
        "dataset": {"source": [["日", *names], *rows]},
        "xAxis": {
            "type": "category",
            "boundaryGap": False,
            "axisLabel": TEXT,
            "axisLine": {"lineStyle": {"color": LINE}},
            "axisTick": {"show": False},
        },
        "yAxis": _count_axis(),
        "series": [
            {
                **common,
                "lineStyle": {"width": 2.2},
                "areaStyle": {"opacity": 0.08},
                "selectedMode": "single",
                "triggerLineEvent": True,
            },
            {**common, "lineStyle": {"width": 1.8, "type": "dashed"}, "symbol": "diamond"},
        ],
    }


def bars(names: list[str], counts: list[int], colour: str = TEAL) -> Spec:
    """Return horizontal bars, the largest on top, each with its number."""
    return {
        "animation": False,
        "tooltip": {"trigger": "item"},
        "grid": {"left": 4, "right": 48, "top": 4, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": names,
            "axisLabel": {**TEXT, "color": INK, "interval": 0},
            "axisLine": {"show": False},
            "axisTick": {"show": False},
        },
        "series": [
            {
                "type": "bar",
                "data": counts,
                "barMaxWidth": 16,
                "itemStyle": {"color": colour, "borderRadius": [0, 3, 3, 0]},
                "label": {"show": True, "position": "right", "color": SOFT},
            }
        ],
    }


def week(cells: list[dict[str, int]]) -> Spec:
    """Return receipts by weekday (rows, Monday on top) and hour (columns)."""
    counts = {(cell["weekday"], cell["hour"]): cell["count"] for cell in cells}
    data = [
        [hour, weekday - 1, counts.get((weekday, hour), 0)]
        for weekday in range(1, 8)
        for hour in range(24)
    ]
    most = max((cell[2] for cell in data), default=0)
    plain = {"show": False}
    return {
        "animation": False,
        "tooltip": {"trigger": "item"},
        "grid": {"left": 8, "right": 8, "top": 8, "bottom": 44, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": [texts.HOUR.format(hour=hour) for hour in range(24)],
            "axisLabel": {**TEXT, "interval": 2},
            "axisTick": plain,
            "axisLine": plain,
        },
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [texts.WEEKDAY.format(day=day) for day in WEEKDAYS],
            "axisLabel": TEXT,
            "axisTick": plain,
            "axisLine": plain,
        },
        "visualMap": {
            "min": 0,
            "max": max(1, most),
            "orient": "horizontal",
            "left": "center",
            "bottom": 0,
            "itemHeight": 110,
            "itemWidth": 10,
            "text": [f"{most:,}", "0"],
            "textStyle": TEXT,
            "inRange": {"color": SHADES},
            "calculable": False,
        },
        "series": [
            {
                "type": "heatmap",
                "name": texts.TOTALS["received"],
                "data": data,
                "itemStyle": {"borderColor": "#fbfcfb", "borderWidth": 2, "borderRadius": 2},
            }
        ],
    }


@cache
def _shapes() -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(MAP_FILE.read_text(encoding="utf-8"))["features"]
    return features


def districts_on_map() -> frozenset[str]:
    """Return the districts that have a shape."""
    return frozenset(feature["properties"]["name"] for feature in _shapes())


def district_map(counts: dict[str, int], big: bool = False) -> Spec:
    """Return the districts shaded by count, with names; a click selects one (``district``).

    ``big`` is for the wall: larger names, on dark.
    """
    most = max([1, *(counts.get(name, 0) for name in districts_on_map())])
    shapes, labels = [], []
    for feature in _shapes():
        about = feature["properties"]
        name, (longitude, latitude) = about["name"], about["label_at"]
        number = counts.get(name, 0)
        dark_behind = big or (number > most * 0.55 and not about["outside"])
        shapes.append({**feature, "name": name, "count": number})
        labels.append(
            {
                "name": name,
                "count": number,
                "label": name.removesuffix("区"),
                "ink": "#ffffff" if dark_behind else INK,
                "size": (10 if about["small"] else 12) + (6 if big else 0),
                "longitude": longitude,
                "latitude": latitude,
            }
        )
    tooltip = [
        {"field": "name", "type": "nominal", "title": texts.OVERVIEW_DISTRICT},
        {
            "field": "count",
            "type": "quantitative",
            "title": texts.TOTALS["received"],
            "format": ",d",
        },
    ]
    # Data stands in the layers: Streamlit turns a chart's own data into a table, which drops shapes.
    return {
        "projection": {"type": "mercator"},
        **({"background": "transparent"} if big else {}),
        # Vega-Lite 6.5 fails on shapes and labels together when it filters invalid values.
        "config": {"view": {"stroke": None}, "mark": {"invalid": None}},
        "layer": [
            {
                "data": {"values": shapes},
                "params": [{"name": "district", "select": {"type": "point", "fields": ["name"]}}],
                "mark": {
                    "type": "geoshape",
                    "stroke": "#5b8084" if big else "#a9bfbc",
                    "strokeWidth": 0.8,
                },
                "encoding": {
                    "color": {
                        "field": "count",
                        "type": "quantitative",
                        "scale": {
                            "range": NIGHT_SHADES if big else SHADES,
                            "domainMin": 0,
                            "domainMax": most,
                        },
                        "legend": None,
                    },
                    "opacity": {"condition": {"param": "district", "value": 1}, "value": 0.55},
                    "tooltip": tooltip,
                },
            },
            {
                "data": {"values": labels},
                "mark": {
                    "type": "text",
                    "baseline": "middle",
                    "fontSize": {"expr": "datum.size"},
                    "color": {"expr": "datum.ink"},
                },
                "encoding": {
                    "longitude": {"field": "longitude", "type": "quantitative"},
                    "latitude": {"field": "latitude", "type": "quantitative"},
                    "text": {"field": "label", "type": "nominal"},
                    "tooltip": tooltip,
                },
            },
        ],
    }


def _count_axis() -> Spec:
    return {
        "type": "value",
        "minInterval": 1,
        "axisLabel": TEXT,
        "splitLine": {"lineStyle": {"color": "#e6edec"}},
    }
