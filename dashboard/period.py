"""The second half of 态势: a period's figures, by day, week hour, place, matter and channel."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, frame, texts
from dashboard import steering_charts as own_charts
from dashboard import steering_texts as own
from dashboard.moments import count, moment, now, percent
from dashboard.navigate import can_go, go
from dashboard.panel import panel
from dashboard.roles import BEHIND
from dashboard.shapes import Figures, Indicator, Overview

TOP = 12
SHOWN = ("received", "closed", "unfinished", "overdue", "returned", "reopened", "satisfaction")


def show_period(told: Overview, district: str | None, category: str | None) -> None:
    """Key figures against the period before, then lines, places, matters, channels and hours."""
    at = moment(now())
    where = {
        **({"district": district} if district else {}),
        **({"category": category} if category else {}),
    }
    show_figures(told.totals, told.compare, SHOWN, "totals")
    if not told.totals.get("received") and not told.totals.get("unfinished"):
        st.info(texts.OVERVIEW_EMPTY, icon=":material/hourglass_empty:")
        return
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        _days(told, at, where)
        if told.by_weekday_hour:
            _week(told, at)
    with right:
        _districts(told, at, district)
        _channels(told, at, where)
    _categories(told, at, where)


def show_figures(totals: Figures, before: Figures, names: tuple[str, ...], key: str) -> None:
    """Print indicators in a row, each with its change and, on hover, its definition."""
    known = frame.indicators()
    columns = st.container(key=key).columns(len(names), gap="small")
    for column, name in zip(columns, names, strict=True):
        about = known[name]
        value, delta, note = _figure(about, totals.get(name), before.get(name))
        colours = {"down": "inverse", "up": "normal", "none": "off"}
        column.metric(
            about.name,
            value,
            delta,
            delta_color=colours[about.better],  # type: ignore[arg-type]
            delta_description=note,
            help=own.ABOUT.format(
                definition=about.definition, source=own.SOURCES[about.source], at=moment(now())
            ),
            border=True,
        )


def written(about: Indicator, value: float | None) -> str:
    """Return an indicator's value as people write it, without its unit but for shares."""
    if value is None:
        return "—"
    if about.kind == "share":
        return percent(value, 1)
    return count(value) if about.kind == "count" else f"{value:,.1f}".removesuffix(".0")


def _figure(
    about: Indicator, present: float | None, past: float | None
) -> tuple[str, str | None, str]:
    note = texts.COMPARE.format(value=written(about, past))
    value = written(about, present)
    if about.kind in ("hours", "mean") and present is not None:
        value = f"{value} 小时"
    if present is None or past is None:
        return value, None, note
    if about.kind == "share":
        short = texts.COMPARE.format(value=percent(past))
        return value, f"{(present - past) * 100:+.1f} 点", short
    return (value, f"{(present - past) / past * 100:+.0f}%", note) if past else (value, None, note)


def _days(told: Overview, at: str, where: dict[str, str]) -> None:
    known = frame.indicators()
    table = pd.DataFrame(
        {
            "日期": [day.date.isoformat() for day in told.by_day],
            texts.TOTALS["received"]: [day.received for day in told.by_day],
            texts.TOTALS["closed"]: [day.closed for day in told.by_day],
        }
    )
    most = max(told.by_day, key=lambda day: day.received, default=None)
    alt = f"{texts.CHART_DAYS}折线图" + (
        f"，受理最多的一天是{most.date.month}月{most.date.day}日，{most.received} 件"
        if most
        else ""
    )
    both = known["received"].definition + known["closed"].definition + own.CLICK_HINT
    panel(texts.CHART_DAYS, both, at, table, "days")
    chosen = own_charts.picked(
        st.echarts_chart(
            charts.by_day(told.by_day), height=270, key="chart_days", on_select="rerun", alt=alt
        )
    )
    if chosen and can_go(BEHIND):
        day = told.by_day[chosen[1]].date.isoformat()
        go(BEHIND, first=day, last=day, **where)


def _week(told: Overview, at: str) -> None:
    table = pd.DataFrame(told.by_weekday_hour, columns=["weekday", "hour", "count"]).rename(
        columns={"weekday": "星期", "hour": "钟点", "count": texts.TOTALS["received"]}
    )
    busiest = max(told.by_weekday_hour, key=lambda cell: cell["count"], default=None)
    alt = f"{texts.CHART_HOURS}热力图" + (
        f"，最忙是周{'一二三四五六日'[busiest['weekday'] - 1]} {busiest['hour']} 时"
        if busiest
        else ""
    )
    panel(texts.CHART_HOURS, texts.CHART_DEFINITIONS["by_hour"], at, table, "week")
    st.echarts_chart(charts.week(told.by_weekday_hour), height=270, key="chart_week", alt=alt)


def _districts(told: Overview, at: str, district: str | None) -> None:
    counts = {str(row["district"]): int(row["count"]) for row in told.by_district}
    table = pd.DataFrame(
        {texts.OVERVIEW_DISTRICT: counts.keys(), texts.TOTALS["received"]: counts.values()}
    )
    panel(texts.CHART_DISTRICTS, texts.CHART_DEFINITIONS["by_district"], at, table, "districts")
    shown = charts.districts_on_map()
    top = "、".join(f"{name} {number} 件" for name, number in list(counts.items())[:3])
    st.vega_lite_chart(
        charts.district_map(counts),
        height=400,
        key=f"chart_districts_{district}",
        on_select=_pick_district(f"chart_districts_{district}"),
        selection_mode="district",
        alt=f"{texts.CHART_DISTRICTS}地图。{top}",
    )
    outside = sum(number for name, number in counts.items() if name not in shown)
    if outside:
        st.caption(texts.MAP_NOT_PLACED.format(n=count(outside)))


def _pick_district(key: str):  # type: ignore[no-untyped-def]
    def picked() -> None:
        selection = st.session_state.get(key, {}).get("selection", {}).get("district") or []
        name = selection[0].get("name") if selection else None
        if name in frame.reference().districts:
            st.session_state["in_district"] = name

    return picked


def _channels(told: Overview, at: str, where: dict[str, str]) -> None:
    codes = [str(row["channel"]) for row in told.by_channel]
    names = [texts.CHANNELS.get(code, code) for code in codes]
    numbers = [int(row["count"]) for row in told.by_channel]
    table = pd.DataFrame({texts.CHANNEL: names, texts.TOTALS["received"]: numbers})
    panel(texts.CHART_CHANNELS, texts.CHART_DEFINITIONS["by_channel"], at, table, "channels")
    chosen = own_charts.picked(
        st.echarts_chart(
            own_charts.bars(names, [float(number) for number in numbers], charts.PALETTE[2]),
            height=34 * max(2, len(names)) + 12,
            key="chart_channels",
            on_select="rerun",
            alt=f"{texts.CHART_CHANNELS}条形图："
            + "、".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True)),
        )
    )
    if chosen:
        _behind(told, where, channel=names[chosen[1]])


def _categories(told: Overview, at: str, where: dict[str, str]) -> None:
    names = [str(row["category"]) for row in told.by_category]
    numbers = [int(row["count"]) for row in told.by_category]
    table = pd.DataFrame({texts.FILTER_CATEGORY: names, texts.TOTALS["received"]: numbers})
    panel(texts.CHART_CATEGORIES, texts.CHART_DEFINITIONS["by_category"], at, table, "categories")
    halves = (slice(0, TOP // 2), slice(TOP // 2, TOP))
    for half, (column, part) in enumerate(zip(st.columns(2, gap="large"), halves, strict=True)):
        if not names[part]:
            continue
        with column:
            chosen = own_charts.picked(
                st.echarts_chart(
                    _same_scale(
                        own_charts.bars(
                            [name.split("/")[-1] for name in names[part]],
                            [float(number) for number in numbers[part]],
                        ),
                        numbers[0],
                    ),
                    height=28 * len(names[part]) + 14,
                    key=f"chart_categories_{half}",
                    on_select="rerun",
                    alt=f"{texts.CHART_CATEGORIES}条形图，"
                    + "、".join(
                        f"{name.split('/')[-1]} {number} 件"
                        for name, number in zip(names[part], numbers[part], strict=True)
                    ),
                )
            )
            if chosen:
                _behind(told, where, category=names[part][chosen[1]])


def _same_scale(spec: charts.Spec, most: int) -> charts.Spec:
    return {**spec, "xAxis": {**spec["xAxis"], "max": most}}


def _behind(told: Overview, where: dict[str, str], **more: str) -> None:
    if can_go(BEHIND):
        first, last = told.period.first.isoformat(), told.period.last.isoformat()
        go(BEHIND, **{**where, **more, "first": first, "last": last})
