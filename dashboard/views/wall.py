"""大屏: one view without scrolling, readable at five metres, that refreshes itself."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_charts as charts
from dashboard import steering_texts as own
from dashboard.charts import district_map
from dashboard.client import ApiDown
from dashboard.moments import WEEKDAYS, clock, count, now
from dashboard.navigate import can_go, go
from dashboard.roles import OVERVIEW
from dashboard.steering_shapes import Situation

LINES = 5
CHART_HEIGHT = 680
ALARMS = 3


def show() -> None:
    """The whole window, dark; the district may stand in the address."""
    st.html(frame.ASSETS / "wall.css")
    _view(st.query_params.get("in_district"))


@st.fragment(run_every=own.WALL_REFRESH_SECONDS)
def _view(district: str | None) -> None:
    late = ""
    try:
        told = steering.situation(district)
        st.session_state["wall"] = told
    except ApiDown:
        kept: Situation | None = st.session_state.get("wall")
        if kept is None:
            raise
        told, late = kept, own.WALL_STALE.format(at=clock(kept.until))
    _head(told, district, late)
    _numbers(told)
    left, middle, right = st.columns([1.35, 1, 1.2], gap="medium")
    with left:
        st.html(f'<h2 class="wall-h">{own.TODAY_CHART}</h2>')
        st.echarts_chart(
            charts.today(told.hours, big=True), height=CHART_HEIGHT, key="wall_today",
            alt=f"{own.TODAY_CHART}：{count(told.today)} 件",
        )  # fmt: skip
    with middle:
        st.html(f'<h2 class="wall-h">{own.WALL_MAP}</h2>')
        st.vega_lite_chart(
            district_map({one.name: one.today for one in told.districts}, big=True),
            height=CHART_HEIGHT,
            key="wall_map",
            alt=own.WALL_MAP + "：" + "、".join(f"{x.name} {x.today}" for x in told.districts[:4]),
        )
    with right:
        _lists(told)


def _head(told: Situation, district: str | None, late: str) -> None:
    at = told.until if late else now()
    written = own.WALL_CLOCK.format(
        month=at.month, day=at.day, weekday=WEEKDAYS[at.weekday()], time=f"{at:%H:%M}"
    )
    note = late or own.WALL_UPDATED.format(at=clock(told.until), n=own.WALL_REFRESH_SECONDS)
    shown = told.demo or frame.is_demo()
    demo = f'<span class="demo-mark">{texts.DEMO_MARK}</span>' if shown else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<div class="wall-head"><h1>{escape(district or "")}{own.WALL_TITLE}</h1>{demo}'
            f"<span>{escape(note)}</span><time>{escape(written)}</time></div>",
        )
        if can_go(OVERVIEW) and st.button(
            own.WALL_EXIT, key="leave_wall", type="tertiary", icon=":material/close_fullscreen:"
        ):
            go(OVERVIEW)


def _numbers(told: Situation) -> None:
    usual = told.usual
    note = (
        own.TODAY_NONE
        if usual.low is None or usual.high is None
        else own.WALL_USUAL.format(low=count(usual.low), high=count(usual.high))
    )
    units = told.at_risk
    tiles = (
        (own.WALL_NOW, told.today, note, ""),
        (own.WALL_OPEN, sum(one.open for one in units), "", ""),
        (own.WALL_LATE, sum(one.overdue for one in units), "", "bad"),
        (own.WALL_SOON, sum(one.soon for one in units), "", "warn"),
        (own.WALL_AIR, told.in_air.tickets, "", ""),
        (own.WALL_ALARMS, told.alarms_total, "", "bad"),
    )
    cells = "".join(
        f'<div class="tile {tone if value else ""}"><span>{escape(label)}</span>'
        f"<b>{count(value)}</b><small>{escape(more)}</small></div>"
        for label, value, more, tone in tiles
    )
    st.html(f'<div class="tiles">{cells}</div>')


def _lists(told: Situation) -> None:
    rising = "".join(
        f"<li><span>{escape(one.name.split('/')[-1])}</span>"
        f"<b>{own.WALL_TODAY_COUNT.format(n=count(one.today))}</b></li>"
        for one in [one for one in told.categories if one.today][:LINES]
    )
    groups = "".join(
        f"<li><span>{escape(one.title)}</span>"
        f"<b>{own.WALL_TODAY_COUNT.format(n=count(one.tickets))}</b></li>"
        for one in told.groups[:LINES]
    )
    alarms = "".join(
        f'<li class="alarm"><span>{escape(one.sentence)}</span></li>'
        for one in told.alarms[:ALARMS]
    )
    st.html(
        f'<h2 class="wall-h">{own.WALL_ALARMS}</h2>'
        f'<ul class="wall-list">{alarms or f"<li>{own.ALARMS_NONE}</li>"}</ul>'
        f'<h2 class="wall-h">{own.WALL_RISING}</h2>'
        f'<ul class="wall-list">{rising or f"<li>{own.NO_DATA}</li>"}</ul>'
        f'<h2 class="wall-h">{own.WALL_GROUPS}</h2>'
        f'<ul class="wall-list">{groups or f"<li>{own.GROUPS_NONE}</li>"}</ul>'
    )
