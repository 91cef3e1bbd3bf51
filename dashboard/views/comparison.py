"""单位比较: units against the general level of the same matters, measure by measure."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import frame, quality, texts
from dashboard import quality_texts as own
from dashboard import steering_charts as charts
from dashboard.moments import moment, span_of_days
from dashboard.navigate import can_go, go
from dashboard.panel import panel
from dashboard.quality_shapes import ComparedMeasure, ComparedUnit, MeasureMeaning, UnitComparison
from dashboard.roles import BEHIND
from dashboard.sign_in import current_user

SHOWN = 16
MARKS = {"better": "▲", "worse": "▼"}


def show() -> None:
    """What is notable in words, one measure as a chart, all measures as a table."""
    head = st.container()
    days, district, kind = _choices()
    told = quality.comparison(days, district, kind)
    at = moment(told.computed_at)
    with head:
        lead = own.COMPARISON_LEAD.format(period=span_of_days(told.first, told.last))
        frame.head(own.PAGE_COMPARISON, lead)
    if not told.units:
        st.info(own.NONE_YET, icon=":material/hourglass_empty:")
        return
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        _measure(told, at)
    with right:
        _notable(told, at)
    _units(told, at, district)


def _choices() -> tuple[int, str | None, str | None]:
    known = frame.reference()
    user = current_user()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        days = st.segmented_control(
            own.DAYS, list(own.DAY_CHOICES), default=30, required=True,
            format_func=own.DAY_CHOICES.__getitem__, key="compare_days", bind="query-params",
        )  # fmt: skip
        district = None
        if user is None or user.scope not in known.districts:
            district = st.selectbox(
                own.DISTRICT, known.districts, index=None, placeholder=texts.ALL,
                key="in_district", bind="query-params", width=170,
            )  # fmt: skip
        kind = st.selectbox(
            own.KIND, list(own.KINDS), index=None, placeholder=texts.ALL, width=170,
            format_func=own.KINDS.__getitem__, key="compare_kind", bind="query-params",
        )  # fmt: skip
    return int(days or 30), district, kind


def _measure(told: UnitComparison, at: str) -> None:
    names = {one.code: one for one in told.measures}
    head = st.container()
    code = st.segmented_control(
        own.MEASURE, list(names), default=told.measures[0].code, required=True,
        format_func=lambda code: names[code].name, key="compare_by", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    meaning = names[str(code)]
    compared = [unit for unit in told.units if unit.measures[meaning.code].standardised is not None]
    table = measure_table(compared, meaning)
    with head:
        panel(
            own.MEASURE_HEAD.format(name=meaning.name),
            meaning.definition + told.method,
            at,
            table,
            "measure",
        )
    if not compared:
        st.caption(own.NONE_YET)
        return
    # The worst on top: that is what one comes to see.
    down = -1 if meaning.better == "down" else 1
    compared.sort(key=lambda unit: down * (unit.measures[meaning.code].standardised or 0))
    shown = compared[:SHOWN]
    found = [unit.measures[meaning.code] for unit in shown]
    worse = [unit.name for unit in compared if unit.measures[meaning.code].verdict == "worse"]
    said = own.CHART_ALT_WORSE.format(names="、".join(worse)) if worse else own.CHART_ALT_NONE
    st.echarts_chart(
        charts.ranges([unit.name for unit in shown], found),
        height=26 * len(shown) + 40,
        key="chart_measure",
        alt=own.CHART_ALT.format(name=meaning.name, n=len(shown), worse=said),
    )
    st.caption(own.MEASURE_CHART)
    few = len(told.units) - len(compared)
    if few:
        st.caption(own.TOO_FEW.format(n=few))


def verdict(found: ComparedMeasure) -> str:
    """Return the verdict in words, with “明显” beyond the wider limits."""
    said = own.VERDICTS.get(found.verdict, found.verdict)
    return f"{own.CLEARLY}{said}" if found.clear and found.verdict in MARKS else said


def measure_table(units: list[ComparedUnit], meaning: MeasureMeaning) -> pd.DataFrame:
    """Return one measure of the units as a table, shares as percentages."""
    names = own.COLUMNS
    rows = []
    for unit in units:
        found = unit.measures[meaning.code]
        rows.append(
            {
                names["unit"]: unit.name,
                names["exposed"]: found.exposed,
                names["events"]: found.events,
                names["expected"]: None if found.expected is None else round(found.expected, 1),
                names["rate"]: _percent(found.rate),
                names["standardised"]: _percent(found.standardised),
                names["low"]: _percent(found.low),
                names["high"]: _percent(found.high),
                names["verdict"]: verdict(found),
            }
        )
    return pd.DataFrame(rows)


def notable_table(told: UnitComparison) -> pd.DataFrame:
    """Return unit and measure wherever one is better or worse than usual, the worse first."""
    names = own.COLUMNS
    rows = [
        {
            names["unit"]: unit.name,
            names["measure"]: meaning.name,
            names["rate"]: _percent(unit.measures[meaning.code].rate),
            names["standardised"]: _percent(unit.measures[meaning.code].standardised),
            names["verdict"]: verdict(unit.measures[meaning.code]),
        }
        for wanted in ("worse", "better")
        for unit in told.units
        for meaning in told.measures
        if unit.measures[meaning.code].verdict == wanted
    ]
    return pd.DataFrame(rows)


def _notable(told: UnitComparison, at: str) -> None:
    table = notable_table(told)
    panel(own.NOTABLE_HEAD, own.NOTABLE_DEFINITION, at, table, "notable")
    if table.empty:
        st.caption(own.NOTABLE_NONE)
        return
    names = own.COLUMNS
    share = st.column_config.NumberColumn(format="%.1f%%", width=78)
    st.dataframe(
        table, hide_index=True, height=min(460, 38 + 35 * len(table)), key="notable_table",
        alt=own.NOTABLE_HEAD, column_order=[names["unit"], names["measure"],
        names["standardised"], names["verdict"]],
        column_config={
            names["unit"]: st.column_config.TextColumn(width=165),
            names["verdict"]: st.column_config.TextColumn(width=82),
            names["standardised"]: share,
        },
    )  # fmt: skip


def unit_table(told: UnitComparison) -> pd.DataFrame:
    """Return every unit with each measure's fair share and its mark."""
    names = own.COLUMNS
    rows = []
    for unit in told.units:
        row: dict[str, object] = {
            names["unit"]: unit.name,
            names["kind"]: unit.kind_text,
            names["received"]: unit.received,
            names["taken_over"]: unit.taken_over,
        }
        for meaning in told.measures:
            row[meaning.name] = _marked(unit.measures[meaning.code])
        rows.append(row)
    return pd.DataFrame(rows)


def _units(told: UnitComparison, at: str, district: str | None) -> None:
    table = unit_table(told)
    definition = own.UNITS_DEFINITION + "".join(
        f"{one.name}：{one.definition}" for one in told.measures
    )
    panel(own.UNITS_HEAD, definition, at, table, "compared_units")
    chosen = st.dataframe(
        table, hide_index=True, height=min(430, 38 + 35 * len(table)), placeholder="—",
        on_select="rerun", selection_mode="single-row", key="compared_table", alt=own.UNITS_HEAD,
        column_config={
            own.COLUMNS["unit"]: st.column_config.TextColumn(width=220, pinned=True),
            **{
                one.name: st.column_config.TextColumn(alignment="right", help=one.definition)
                for one in told.measures
            },
        },
    )  # fmt: skip
    st.caption(own.UNITS_DEFINITION + own.UNITS_HINT * can_go(BEHIND))
    if chosen.selection.rows and can_go(BEHIND):
        place = {"district": district} if district else {}
        unit = told.units[chosen.selection.rows[0]].name
        go(BEHIND, unit=unit, first=told.first.isoformat(), last=told.last.isoformat(), **place)


def _marked(found: ComparedMeasure) -> str | None:
    if found.standardised is None:
        return None
    mark = MARKS.get(found.verdict, "")
    return f"{mark * (2 if found.clear else 1)} {found.standardised * 100:.1f}%".strip()


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
