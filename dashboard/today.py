"""The first half of 态势: today against usual, alarms, hot groups, deadlines at risk."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard import steering_charts as charts
from dashboard import steering_texts as texts
from dashboard.moments import clock, count, moment
from dashboard.navigate import can_go, go
from dashboard.panel import panel
from dashboard.roles import ALARMS, BEHIND, GROUPS
from dashboard.steering_shapes import Alarm, Heading, Situation, UnitAtRisk

RISK_UNITS = 8
RISING_MOST, RISING_LEAST = 6, 2


def show_today(now: Situation, district: str | None) -> None:
    """Say in one sentence how today goes, then what needs attention."""
    at = moment(now.until)
    with st.container(border=True, key="today"):
        st.html(_sentence(now))
        left, right = st.columns([1.45, 1], gap="large")
        with left:
            _curve(now, at)
        with right:
            _rising(now, at, district)
    left, middle, right = st.columns(3, gap="large")
    with left:
        _alarms(now, at)
    with middle:
        _groups(now, at)
    with right:
        _risk(now, at, district)


def verdict(now: Situation) -> str:
    """Return more, less or as usual, in the words of the page."""
    usual = now.usual
    if usual.low is None or usual.high is None:
        return ""
    if now.today > usual.high:
        return texts.TODAY_MORE
    return texts.TODAY_LESS if now.today < usual.low else texts.TODAY_AS_USUAL


def _sentence(now: Situation) -> str:
    head = texts.TODAY_HEAD.format(time=clock(now.until), today=count(now.today)) + verdict(now)
    if now.usual.low is None or now.usual.high is None:
        usual = texts.TODAY_NONE
    else:
        usual = texts.TODAY_USUAL.format(low=count(now.usual.low), high=count(now.usual.high))
    return f'<p class="today-line"><b>{escape(head)}</b><span>{escape(usual)}</span></p>'


def _curve(now: Situation, at: str) -> None:
    table = pd.DataFrame(
        {
            "钟点": [f"{hour.hour + 1} 时" for hour in now.hours],
            texts.TODAY_SERIES: pd.array([hour.today for hour in now.hours], dtype="Int64"),
            texts.USUAL_SERIES: [hour.usual.mean for hour in now.hours],
            texts.USUAL_LOW: [hour.usual.low for hour in now.hours],
            "平时上沿": [hour.usual.high for hour in now.hours],
        }
    )
    definition = texts.TODAY_DEFINITION.format(n=len(now.like))
    panel(texts.TODAY_CHART, definition, at, table, "today_curve")
    st.echarts_chart(
        charts.today(now.hours),
        height=230,
        key="chart_today",
        alt=f"{texts.TODAY_CHART}折线图。{texts.TODAY_HEAD.format(time=clock(now.until), today=now.today)}",
    )


def _rising(now: Situation, at: str, district: str | None) -> None:
    """Categories above usual, furthest above first; each leads to its tickets."""
    rising = [
        one
        for one in now.categories
        if one.today >= RISING_LEAST and (one.usual is None or one.today > one.usual)
    ]
    rising.sort(key=lambda one: (one.usual or 0) - one.today)
    panel(texts.RISING, texts.RISING_DEFINITION, at, heading_table(now.categories), "rising")
    if not rising:
        st.caption(texts.RISING_NONE)
    for one in rising[:RISING_MOST]:
        usual = "—" if one.usual is None else f"{one.usual:g}"
        line = f"**{one.name.split('/')[-1]}**　{texts.RISING_LINE.format(today=one.today, usual=usual)}"
        if st.button(line, key=f"link_rising_{one.name}", type="tertiary") and can_go(BEHIND):
            day = now.day.isoformat()
            go(BEHIND, category=one.name, first=day, last=day, **_in(district))


def heading_table(headings: list[Heading]) -> pd.DataFrame:
    """Return today against usual as a table."""
    return pd.DataFrame(
        {
            "名称": [one.name for one in headings],
            texts.TODAY_SERIES: [one.today for one in headings],
            texts.USUAL_SERIES: [one.usual for one in headings],
        }
    )


def _alarms(now: Situation, at: str) -> None:
    definition = texts.ALARMS_HEAD.format(n=now.alarms_total, new=now.alarms_new)
    table = alarm_table(now.alarms)
    panel(texts.PAGE_ALARMS, definition, at, table, "alarms", texts.SOURCE_ANALYTICS)
    if not now.alarms:
        st.caption(texts.ALARMS_NONE)
    for one in now.alarms[:4]:
        with st.container(gap="xxsmall"):
            pressed = st.button(one.sentence, key=f"link_alarm_{one.id}", type="tertiary")
            st.caption(
                f"{one.state_text} · {moment(one.raised_at)} · {one.unit_name or texts.NOT_YET_GIVEN}"
            )
        if pressed and can_go(ALARMS):
            go(ALARMS, alarm=str(one.id))


def alarm_table(alarms: list[Alarm]) -> pd.DataFrame:
    """Return warnings as a table."""
    return pd.DataFrame(
        {
            texts.PAGE_ALARMS: [one.sentence for one in alarms],
            "状态": [one.state_text for one in alarms],
            "发出": [moment(one.raised_at) for one in alarms],
            "处置单位": [one.unit_name or "" for one in alarms],
        }
    )


def _groups(now: Situation, at: str) -> None:
    table = pd.DataFrame(
        {
            "诉求": [one.title for one in now.groups],
            "区": [one.district for one in now.groups],
            "件数": [one.tickets for one in now.groups],
            "人数": [one.people for one in now.groups],
            "热度": [one.heat for one in now.groups],
        }
    )
    panel(texts.HOT_GROUPS, texts.GROUPS_LEAD, at, table, "hot_groups", texts.SOURCE_ANALYTICS)
    if not now.groups:
        st.caption(texts.GROUPS_NONE)
    for one in now.groups[:4]:
        with st.container(gap="xxsmall"):
            pressed = st.button(one.title, key=f"link_group_{one.id}", type="tertiary")
            line = texts.GROUP_LINE.format(
                tickets=one.tickets, people=one.people, place=one.place or one.district
            )
            if one.recurred:
                line += " · " + texts.GROUP_RECURRED.format(n=one.recurred)
            st.caption(line)
        if pressed and can_go(GROUPS):
            go(GROUPS, group=one.id)


def _risk(now: Situation, at: str, district: str | None) -> None:
    units = now.at_risk
    panel(
        texts.RISK_HEAD,
        f"{texts.RISK_DEFINITION}{texts.IN_AIR}：{texts.IN_AIR_DEFINITION}",
        at,
        risk_table(units),
        "risk",
        texts.SOURCE_TICKETS,
    )
    figures = (
        (texts.RISK_OVERDUE, sum(unit.overdue for unit in units), "overdue"),
        (texts.RISK_SOON, sum(unit.soon for unit in units), "soon"),
        (texts.IN_AIR, now.in_air.tickets, "in_air"),
    )
    for column, (label, number, state) in zip(st.columns(3, gap="small"), figures, strict=True):
        column.metric(label, count(number))
        if column.button(texts.LINK_TICKETS, key=f"link_risk_{state}", type="tertiary") and can_go(
            BEHIND
        ):
            go(BEHIND, state=texts.BEHIND_STATES[state], **_in(district))
    pressing = [unit for unit in units if unit.overdue or unit.soon or unit.later][:RISK_UNITS]
    if not pressing:
        return
    chosen = charts.picked(
        st.echarts_chart(
            charts.at_risk(pressing),
            height=26 * len(pressing) + 62,
            key="chart_risk",
            on_select="rerun",
            alt=f"{texts.RISK_HEAD}条形图，最紧的是{pressing[0].unit or texts.NOT_YET_GIVEN}",
        )
    )
    if chosen and can_go(BEHIND) and chosen[0] < 2 and pressing[chosen[1]].code:
        state = ("overdue", "soon")[chosen[0]]
        unit = pressing[chosen[1]].unit
        go(BEHIND, state=texts.BEHIND_STATES[state], unit=unit, **_in(district))


def risk_table(units: list[UnitAtRisk]) -> pd.DataFrame:
    """Return deadlines at risk as a table."""
    return pd.DataFrame(
        {
            texts.RISK_UNIT: [unit.unit or texts.NOT_YET_GIVEN for unit in units],
            texts.RISK_OVERDUE: [unit.overdue for unit in units],
            texts.RISK_SOON: [unit.soon for unit in units],
            texts.RISK_LATER: [unit.later for unit in units],
            texts.RISK_OPEN: [unit.open for unit in units],
        }
    )


def _in(district: str | None) -> dict[str, str]:
    return {"district": district} if district else {}
