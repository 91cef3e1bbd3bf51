"""派单模型: coverage, the promise against what came out, drift, dials, and who fares worse."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_charts as charts
from dashboard import steering_texts as own
from dashboard.client import Refused
from dashboard.moments import count, moment, percent
from dashboard.panel import panel
from dashboard.roles import MAY_TURN_AUTO
from dashboard.sign_in import current_user, desk_client
from dashboard.steering_shapes import CategoryDial, DialWatch, Share

SURE = "auto"
ENOUGH = 100


def show() -> None:
    """Key figures, weeks, dials, fairness."""
    told = steering.dispatch_model()
    at = moment(told.as_of)
    frame.head(own.PAGE_MODEL, own.MODEL_LEAD, demo=told.demo or None)
    frame.show_told()
    state = own.MODEL_STATE_ON if told.on else own.MODEL_STATE_OFF.format(why=told.why)
    st.caption(state)
    if not sum(told.suggested.values()):
        st.info(own.MODEL_NO_SUGGESTIONS, icon=":material/hourglass_empty:")
        return
    _figures(told)
    left, right = st.columns(2, gap="large")
    with left:
        _weeks(told, at)
    with right:
        _accuracy(told, at)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        _dials(told, at)
    with right:
        _fairness(told, at)
        _moved(told, at)


def _figures(told: DialWatch) -> None:
    sure = told.came_out.get(SURE, Share())
    whole = sum(told.suggested.values())
    kept, words = _promise(told, sure)
    figures = (
        (own.MODEL_COVERAGE, percent(told.suggested.get(SURE, 0) / whole), own.MODEL_COVERAGE_HELP),
        (own.MODEL_PROMISE, percent(told.promise), own.MODEL_PROMISE_HELP),
        (own.MODEL_AUDITED, percent(sure.value, 1), own.MODEL_AUDITED_HELP),
        (own.MODEL_STABILITY, _stability(told.stability), own.MODEL_STABILITY_HELP),
    )
    columns = st.container(key="totals").columns(len(figures), gap="small")
    for column, (label, value, about) in zip(columns, figures, strict=True):
        column.metric(label, value, help=about, border=True)
    st.html(f'<div class="kept {kept}">{escape(words)}</div>')


def _promise(told: DialWatch, sure: Share) -> tuple[str, str]:
    """Return how the promise stands: kept only where even the lower end of the range reaches it,
    broken where the upper end does not."""
    spread = f"{count(sure.decided)} 件已见分晓，派对 {count(sure.right)} 件"
    if sure.low is None or sure.high is None:
        return "few", own.MODEL_FEW
    spread += f"（{percent(sure.value, 1)}，范围 {percent(sure.low, 1)}—{percent(sure.high, 1)}）"
    if sure.high < told.promise:
        return "broken", f"{own.MODEL_BROKEN}：{spread}，承诺 {percent(told.promise)}。"
    if sure.value is not None and sure.value >= told.promise and sure.decided >= ENOUGH:
        return "", f"{own.MODEL_KEPT}：{spread}，承诺 {percent(told.promise)}。"
    word = own.MODEL_NEAR if sure.decided >= ENOUGH else own.MODEL_FEW
    return "few", f"{word}：{spread}，承诺 {percent(told.promise)}。"


def _stability(index: float | None) -> str:
    if index is None:
        return "—"
    word = next(name for line, name in own.STABILITY if index < line)
    return f"{index:.2f} {word}"


def _weeks(told: DialWatch, at: str) -> None:
    table = pd.DataFrame(
        [
            {"周": week.first.isoformat()}
            | {own.DIALS[name]: week.suggested.get(name, 0) for name in own.DIALS}
            for week in told.weeks
        ]
    )
    panel(own.CHART_WEEKS, own.CHART_WEEKS_DEFINITION, at, table, "weeks")
    st.echarts_chart(
        charts.dial_weeks(told.weeks), height=260, key="chart_weeks",
        alt=f"{own.CHART_WEEKS}柱形图，共 {len(told.weeks)} 周",
    )  # fmt: skip


def _accuracy(told: DialWatch, at: str) -> None:
    rows = []
    for week in told.weeks:
        row: dict[str, object] = {"周": week.first.isoformat()}
        for name, label in own.DIALS.items():
            share = week.came_out.get(name, Share())
            row[f"{label} 已见分晓"], row[f"{label} 派对"] = share.decided, share.right
        rows.append(row)
    panel(own.CHART_ACCURACY, own.CHART_ACCURACY_DEFINITION, at, pd.DataFrame(rows), "accuracy")
    st.echarts_chart(
        charts.accuracy_weeks(told.weeks, told.promise), height=260, key="chart_accuracy",
        alt=f"{own.CHART_ACCURACY}折线图，承诺 {percent(told.promise)}",
    )  # fmt: skip


def _dials(told: DialWatch, at: str) -> None:
    names = own.DIAL_COLUMNS
    table = pd.DataFrame(
        [
            {
                names["category"]: one.category,
                names["state"]: _state(one),
                names["line"]: None if one.line is None else one.line * 100,
                names["decided"]: one.sure.decided,
                names["right"]: one.sure.right,
                names["accuracy"]: None if one.sure.value is None else one.sure.value * 100,
                names["why"]: one.closed or "",
            }
            for one in told.categories
        ],
        columns=list(names.values()),
    )
    panel(own.DIALS_HEAD, own.DIALS_LEAD, at, table, "dials")
    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        height=430,
        placeholder="—",
        key="dial_table",
        column_config={
            names["category"]: st.column_config.TextColumn(width=220),
            names["line"]: number(format="%.1f%%", help=own.DIALS_LEAD),
            names["accuracy"]: number(format="%.1f%%", help=own.MODEL_AUDITED_HELP),
        },
        alt=f"{own.DIALS_HEAD}，{len(table)} 类",
    )
    user = current_user()
    if user is not None and user.role in MAY_TURN_AUTO:
        with st.popover(own.DIAL_TURN, icon=":material/tune:"):
            _turn(told)


def _state(one: CategoryDial) -> str:
    if one.closed:
        return own.DIAL_CLOSED
    if one.breaks:
        return own.DIAL_BREAKS
    return own.DIAL_OPEN if one.line is not None else own.DIAL_NONE


def _turn(told: DialWatch) -> None:
    which = st.selectbox(
        own.DIAL_WHICH, [one.category for one in told.categories], index=None, key="dial_which",
        placeholder=texts.REASON_CHOOSE,
    )  # fmt: skip
    reason = st.text_input(own.DIAL_REASON, key="dial_reason", max_chars=200)
    with st.container(horizontal=True, gap="small"):
        off = st.button(own.DIAL_OFF, key="dial_off", type="primary")
        on = st.button(own.DIAL_ON, key="dial_on")
    if not off and not on:
        return
    if which is None or not reason.strip():
        st.error(own.DIAL_NEED)
        return
    try:
        desk_client().turn_auto(off=off, reason=reason.strip(), category=which)
    except Refused as error:
        st.error(error.message)
        return
    frame.tell(own.DIAL_DONE)
    st.rerun()


def _fairness(told: DialWatch, at: str) -> None:
    names = own.WORSE_COLUMNS
    table = pd.DataFrame(
        [
            {
                names["kind"]: own.WORSE_KINDS[one.kind],
                names["name"]: _name(one.kind, one.name),
                names["received"]: one.received,
                names["accuracy"]: None if one.came_out.value is None else one.came_out.value * 100,
                names["range"]: f"{percent(one.came_out.low)}—{percent(one.came_out.high)}",
                names["on_time"]: None if one.on_time is None else one.on_time * 100,
                names["satisfaction"]: None if one.satisfaction is None else one.satisfaction * 100,
                names["verdict"]: own.WORSE_MARK if one.worse else "",
            }
            for one in told.fared
        ],
        columns=list(names.values()),
    )
    panel(own.WORSE_HEAD, own.WORSE_LEAD, at, table, "worse")
    worse = [_name(one.kind, one.name) for one in told.fared if one.worse]
    if worse:
        st.warning(own.WORSE_SOME.format(names="、".join(worse)), icon=":material/balance:")
    else:
        st.caption(own.WORSE_NONE)
    share = st.column_config.NumberColumn(format="%.1f%%")
    st.dataframe(
        table,
        hide_index=True,
        height=300,
        placeholder="—",
        key="worse_table",
        column_config={names[name]: share for name in ("accuracy", "on_time", "satisfaction")},
        alt=f"{own.WORSE_HEAD}，{len(table)} 行",
    )


def _name(kind: str, name: str) -> str:
    if kind == "channel":
        return texts.CHANNELS.get(name, name)
    return name or texts.UNIDENTIFIED


def _moved(told: DialWatch, at: str) -> None:
    names = own.MOVED_COLUMNS
    table = pd.DataFrame(
        [
            {
                names["category"]: one.category,
                names["before"]: one.before * 100,
                names["now"]: one.now * 100,
            }
            for one in told.moved
        ],
        columns=list(names.values()),
    )
    panel(own.MOVED_HEAD, own.MODEL_STABILITY_HELP, at, table, "moved")
    share = st.column_config.NumberColumn(format="%.1f%%")
    st.dataframe(
        table, hide_index=True, height="content", key="moved_table", alt=own.MOVED_HEAD,
        column_config={names["before"]: share, names["now"]: share},
    )  # fmt: skip
