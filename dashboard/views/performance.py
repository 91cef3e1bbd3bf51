"""办理质效: how units do, what is in the air, why tickets come back and over which clauses."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_charts as charts
from dashboard import steering_texts as own
from dashboard.charts import OCHRE
from dashboard.moments import ago, count, moment, now, span_of_days
from dashboard.navigate import can_go, go, open_ticket
from dashboard.panel import panel
from dashboard.period import show_figures
from dashboard.roles import BEHIND, PERFORMANCE, TICKET
from dashboard.shapes import UnitFigures
from dashboard.sign_in import current_user
from dashboard.steering_shapes import Counted, Dispute, Performance

TOTALS = ("on_time", "handling", "in_air", "passed_on", "return_rate", "reopened", "satisfaction")
DISPUTES = 8


def show() -> None:
    """Days and district in the address; units, bounces, disputes."""
    head = st.container()
    known = frame.reference()
    user = current_user()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        days = st.segmented_control(
            texts.OVERVIEW_DAYS, list(texts.OVERVIEW_DAY_CHOICES), default=30, required=True,
            format_func=texts.OVERVIEW_DAY_CHOICES.__getitem__, key="days", bind="query-params",
        )  # fmt: skip
        district = None
        if user is None or user.scope not in known.districts:
            district = st.selectbox(
                texts.OVERVIEW_DISTRICT, known.districts, index=None, placeholder=texts.ALL,
                key="in_district", bind="query-params", width=170,
            )  # fmt: skip
    told = steering.performance(int(days or 30), district)
    at = moment(now())
    with head:
        period = span_of_days(told.period.first, told.period.last)
        lead = own.PERFORMANCE_LEAD.format(period=period, days=days)
        frame.head(own.PAGE_PERFORMANCE, lead, demo=told.demo or None)
    show_figures(told.totals, told.compare, TOTALS, "performance_totals")
    if not told.units and not told.in_air.tickets:
        st.info(own.NO_DATA, icon=":material/hourglass_empty:")
        return
    _units(told, at, district)
    left, right = st.columns([1, 1.25], gap="large")
    with left:
        _in_air(told, at, district)
        _reasons(told, at)
    with right:
        _disputes(told.disputes, at)


def unit_table(units: list[UnitFigures]) -> pd.DataFrame:
    """Return units with their indicators, shares as percentages."""
    known = frame.indicators()
    rows = []
    for unit in units:
        row: dict[str, object] = {texts.CHANGE_UNIT: unit.unit}
        for name in own.UNIT_FIGURES:
            value = unit.figures.get(name)
            if value is not None and known[name].kind == "share":
                value = round(value * 100, 1)
            row[known[name].name] = value
            if name == "on_time":
                before = unit.before.get("on_time")
                present = unit.figures.get("on_time")
                change = None if before is None or present is None else (present - before) * 100
                row[own.UNIT_ON_TIME_CHANGE] = None if change is None else round(change, 1)
        rows.append(row)
    return pd.DataFrame(rows)


def _units(told: Performance, at: str, district: str | None) -> None:
    known = frame.indicators()
    table = unit_table(told.units)
    definition = "".join(
        f"{known[name].name}：{known[name].definition}" for name in own.UNIT_FIGURES
    )
    panel(own.UNIT_TABLE, definition + own.UNIT_FEW, at, table, "units")
    if table.empty:
        return
    number = st.column_config.NumberColumn
    formats = {"share": "%.1f%%", "hours": "%.1f 小时", "mean": "%.1f 小时", "count": "%d"}
    chosen = st.dataframe(
        table,
        hide_index=True,
        height=min(430, 38 + 35 * len(table)),
        placeholder="—",
        on_select="rerun",
        selection_mode="single-row",
        key="unit_table",
        column_config={
            texts.CHANGE_UNIT: st.column_config.TextColumn(width=240, pinned=True),
            own.UNIT_ON_TIME_CHANGE: number(format="%+.1f 点"),
            **{
                known[name].name: number(
                    format=formats[known[name].kind], help=known[name].definition
                )
                for name in own.UNIT_FIGURES
            },
        },
        alt=f"{own.UNIT_TABLE}，{len(table)} 个单位",
    )
    st.caption(own.UNIT_HINT)
    if chosen.selection.rows and can_go(BEHIND):
        unit = told.units[chosen.selection.rows[0]]
        place = {"district": district} if district else {}
        first, last = told.period.first.isoformat(), told.period.last.isoformat()
        go(BEHIND, unit=unit.unit, first=first, last=last, **place)


def _in_air(told: Performance, at: str, district: str | None) -> None:
    air = told.in_air
    table = pd.DataFrame(
        [
            {
                texts.COLUMN_NUMBER: row.number,
                texts.COLUMN_WHAT: row.title,
                own.AIR_HOURS: ago(row.created_at),
                texts.BADGE_BOUNCES.format(n="").replace("  ", ""): row.bounces,
                texts.COLUMN_UNIT: row.unit.name if row.unit else own.NOT_YET_GIVEN,
            }
            for row in told.longest_in_air
        ]
    )
    definition = own.AIR_LEAD + own.IN_AIR_DEFINITION
    panel(own.AIR_HEAD, definition, at, table, "air", own.SOURCE_TICKETS)
    st.caption(own.AIR_LEAD)
    figures = (
        (own.AIR_NOW, air.tickets),
        (own.AIR_ONCE, air.returned_once),
        (own.AIR_MORE, air.returned_more),
        (own.AIR_LONG, air.long),
    )
    for column, (label, value) in zip(st.columns(4, gap="small"), figures, strict=True):
        column.metric(label, count(value))
    if can_go(BEHIND) and st.button(own.LINK_TICKETS, key="link_air", type="tertiary"):
        go(
            BEHIND,
            state=own.BEHIND_STATES["in_air"],
            **({"district": district} if district else {}),
        )
    if table.empty:
        return
    st.markdown(f"**{own.AIR_LIST}**")
    chosen = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-row", key="air_table",
        height="content", alt=own.AIR_LIST,
        column_config={texts.COLUMN_WHAT: st.column_config.TextColumn(width=210)},
    )  # fmt: skip
    if chosen.selection.rows and can_go(TICKET):
        open_ticket(told.longest_in_air[chosen.selection.rows[0]].number, PERFORMANCE)


def _reasons(told: Performance, at: str) -> None:
    table = pd.DataFrame(
        {
            texts.REASON: [one.name for one in told.reasons],
            "次数": [one.count for one in told.reasons],
        }
    )
    panel(own.RETURNS_HEAD, own.RETURNS_DEFINITION, at, table, "reasons", "退单记录")
    if table.empty:
        st.caption(own.RETURNS_NONE)
        return
    shown = told.reasons[:8]
    st.echarts_chart(
        charts.bars([one.name for one in shown], [float(one.count) for one in shown], OCHRE),
        height=30 * len(shown) + 14,
        key="chart_reasons",
        alt=f"{own.RETURNS_HEAD}条形图：" + "、".join(f"{one.name} {one.count}" for one in shown),
    )


def _disputes(disputes: list[Dispute], at: str) -> None:
    table = pd.DataFrame(
        [
            {
                texts.FILTER_CATEGORY: one.category or texts.UNIDENTIFIED,
                "退单": one.returns,
                "受理": one.received,
                own.DISPUTE_BY: _together(one.returned_by),
                own.DISPUTE_TAKEN: _together(one.taken_by),
                own.DISPUTE_CLAUSES: "；".join(clause.clause for clause in one.clauses),
            }
            for one in disputes
        ]
    )
    panel(own.DISPUTES_HEAD, own.DISPUTES_LEAD, at, table, "disputes", "退单记录与职责表")
    st.caption(own.DISPUTES_LEAD)
    if not disputes:
        st.caption(own.RETURNS_NONE)
    st.html("".join(_dispute(one) for one in disputes[:DISPUTES]))


def _dispute(one: Dispute) -> str:
    clauses = "<br>".join(
        f"{escape(clause.clause)} <small>{escape(clause.basis)}</small>" for clause in one.clauses
    )
    lines = {
        own.DISPUTE_BY: escape(_together(one.returned_by)),
        own.DISPUTE_TAKEN: escape(_together(one.taken_by) or "—"),
        own.DISPUTE_WHY: escape(_together(one.reasons)),
        own.DISPUTE_CLAUSES: clauses or escape(own.DISPUTE_NO_CLAUSE),
        own.DISPUTE_EXAMPLES: "、".join(
            f'<a href="ticket?no={escape(number)}" target="_self">{escape(number)}</a>'
            for number in one.examples
        ),
    }
    inner = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in lines.items())
    head = own.DISPUTE_LINE.format(returns=one.returns, received=one.received)
    name = one.category or texts.UNIDENTIFIED
    return (
        f'<div class="clause"><span class="n">{escape(head)}</span>'
        f"<b>{escape(name)}</b><dl>{inner}</dl></div>"
    )


def _together(found: list[Counted]) -> str:
    return "、".join(f"{one.name} {one.count}" for one in found)
