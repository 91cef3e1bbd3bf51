"""态势: how many, what, where, how fast, against the period before."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, frame, texts
from dashboard.moments import count, moment, now, percent, span_of_days
from dashboard.navigate import can_go, go
from dashboard.roles import QUEUE
from dashboard.shapes import Figures, Overview
from dashboard.sign_in import desk_client

TOP = 12
WHOLE_CITY_DAYS = 30


def show() -> None:
    """Key figures, then lines, places, matters, channels, hours and units."""
    head = st.container()
    days, district = _choices()
    told = desk_client().overview(days, district)
    at = moment(now())
    with head:
        period = span_of_days(told.period.first, told.period.last)
        frame.head(
            texts.PAGE_OVERVIEW,
            texts.OVERVIEW_LEAD.format(period=period, days=days),
            demo=told.demo or None,
        )
    _totals(told)
    if not told.totals.get("received") and not told.totals.get("unfinished"):
        st.info(texts.OVERVIEW_EMPTY, icon=":material/hourglass_empty:")
        return
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        _days(told, at)
        _week(told, at)
    with right:
        _districts(told, at, district)
        _channels(told, at)
    left, right = st.columns([1, 1.5], gap="large")
    with left:
        _categories(told, at)
    with right:
        _units(told, at)


def _choices() -> tuple[int, str | None]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        days = st.segmented_control(
            texts.OVERVIEW_DAYS,
            list(texts.OVERVIEW_DAY_CHOICES),
            default=WHOLE_CITY_DAYS,
            required=True,
            format_func=texts.OVERVIEW_DAY_CHOICES.__getitem__,
            key="days",
            bind="query-params",
        )
        district = st.selectbox(
            texts.OVERVIEW_DISTRICT,
            frame.reference().districts,
            index=None,
            placeholder=texts.ALL,
            key="in_district",
            bind="query-params",
            width=200,
        )
        if district and can_go(QUEUE) and st.button(texts.DRILL, key="drill"):
            go(QUEUE, district=district, status=texts.ALL)
    return int(days or WHOLE_CITY_DAYS), district


def _totals(told: Overview) -> None:
    columns = st.container(key="totals").columns(len(texts.TOTALS), gap="small")
    for column, (name, label) in zip(columns, texts.TOTALS.items(), strict=True):
        value, delta, note = _figure(name, told.totals, told.compare)
        column.metric(
            label,
            value,
            delta,
            delta_color="inverse" if name in texts.LOWER_IS_BETTER else "normal",
            delta_description=note,
            help=_definition(name),
            border=True,
        )


def _figure(name: str, totals: Figures, before: Figures) -> tuple[str, str | None, str]:
    present, past = totals.get(name), before.get(name)
    if name == "satisfaction":
        delta = None if present is None or past is None else f"{(present - past) * 100:+.0f} 点"
        return percent(present), delta, texts.COMPARE.format(value=percent(past))
    if not past or present is None:
        return count(present), None, texts.COMPARE.format(value=count(past))
    change = f"{(present - past) / past * 100:+.0f}%"
    return count(present), change, texts.COMPARE.format(value=count(past))


def _days(told: Overview, at: str) -> None:
    st.subheader(texts.CHART_DAYS)
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
    st.echarts_chart(charts.by_day(told.by_day), height=270, key="chart_days", alt=alt)
    both = _definition("received") + _definition("closed")
    _note(both, at, table, "days")


def _week(told: Overview, at: str) -> None:
    st.subheader(texts.CHART_HOURS)
    table = pd.DataFrame(told.by_weekday_hour, columns=["weekday", "hour", "count"]).rename(
        columns={"weekday": "星期", "hour": "钟点", "count": texts.TOTALS["received"]}
    )
    busiest = max(told.by_weekday_hour, key=lambda cell: cell["count"], default=None)
    alt = f"{texts.CHART_HOURS}热力图" + (
        f"，最忙是周{'一二三四五六日'[busiest['weekday'] - 1]} {busiest['hour']} 时"
        if busiest
        else ""
    )
    st.echarts_chart(charts.week(told.by_weekday_hour), height=270, key="chart_week", alt=alt)
    _note(texts.CHART_DEFINITIONS["by_hour"], at, table, "week")


def _districts(told: Overview, at: str, district: str | None) -> None:
    st.subheader(texts.CHART_DISTRICTS)
    counts = {str(row["district"]): int(row["count"]) for row in told.by_district}
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
    table = pd.DataFrame(
        {texts.OVERVIEW_DISTRICT: counts.keys(), texts.TOTALS["received"]: counts.values()}
    )
    _note(texts.CHART_DEFINITIONS["by_district"], at, table, "districts")


def _pick_district(key: str):  # type: ignore[no-untyped-def]
    def picked() -> None:
        selection = st.session_state.get(key, {}).get("selection", {}).get("district") or []
        name = selection[0].get("name") if selection else None
        if name in frame.reference().districts:
            st.session_state["in_district"] = name

    return picked


def _channels(told: Overview, at: str) -> None:
    st.subheader(texts.CHART_CHANNELS)
    names = [
        texts.CHANNELS.get(str(row["channel"]), str(row["channel"])) for row in told.by_channel
    ]
    numbers = [int(row["count"]) for row in told.by_channel]
    table = pd.DataFrame({texts.CHANNEL: names, texts.TOTALS["received"]: numbers})
    st.echarts_chart(
        charts.bars(names, numbers, charts.PALETTE[2]),
        height=34 * max(2, len(names)) + 12,
        key="chart_channels",
        alt=f"{texts.CHART_CHANNELS}条形图："
        + "、".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True)),
    )
    _note(texts.CHART_DEFINITIONS["by_channel"], at, table, "channels")


def _categories(told: Overview, at: str) -> None:
    st.subheader(texts.CHART_CATEGORIES)
    names = [str(row["category"]) for row in told.by_category]
    numbers = [int(row["count"]) for row in told.by_category]
    table = pd.DataFrame({texts.FILTER_CATEGORY: names, texts.TOTALS["received"]: numbers})
    short = [name.split("/")[-1] for name in names[:TOP]]
    st.echarts_chart(
        charts.bars(short, numbers[:TOP]),
        height=26 * max(3, len(short)) + 16,
        key="chart_categories",
        alt=f"{texts.CHART_CATEGORIES}条形图，最多是{short[0]} {numbers[0]} 件" if short else "",
    )
    _note(texts.CHART_DEFINITIONS["by_category"], at, table, "categories")


def _units(told: Overview, at: str) -> None:
    st.subheader(texts.CHART_UNITS)
    st.caption(texts.UNITS_LEAD)
    names = texts.UNIT_COLUMNS
    table = pd.DataFrame(
        [{"unit": unit.unit, **unit.figures} for unit in told.by_unit], columns=list(names)
    ).rename(columns=names)
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        placeholder="—",
        height=min(430, 38 + 35 * max(1, len(table))),
        column_config={
            names["unit"]: st.column_config.TextColumn(width=250),
            names["received"]: number(format="%d", help=_definition("received")),
            names["closed"]: number(format="%d", help=_definition("closed")),
            names["on_time"]: number(format="percent", help=_definition("on_time")),
            names["returned"]: number(format="%d", help=_definition("returned")),
            names["handling"]: number(format="%.1f 小时", help=_definition("handling")),
        },
        alt=f"{texts.CHART_UNITS}，{len(table)} 个单位",
    )
    wording = _definition("on_time") + _definition("handling")
    _note(wording, at, table, "units", seen=True)


def _definition(name: str) -> str:
    return frame.indicators()[name].definition


def _note(definition: str, at: str, table: pd.DataFrame, key: str, seen: bool = False) -> None:
    """Say what a chart counts, from where, when; offer its figures."""
    st.html(f'<p class="note">{texts.CHART_SOURCE.format(definition=definition, at=at)}</p>')
    with st.container(horizontal=True, gap="small"):
        if not seen:
            with st.popover(texts.TABLE_VIEW, type="tertiary"):
                st.dataframe(table, hide_index=True, key=f"table_{key}")
        frame.export_button(table, f"{texts.PAGE_OVERVIEW}-{key}", f"export_{key}")
