"""预警: each warning with what it rests on, and its life from 知悉 to 关闭."""

from __future__ import annotations

import math
from html import escape

import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_texts as own
from dashboard.client import Refused
from dashboard.moments import count, moment
from dashboard.navigate import can_go, go, open_ticket
from dashboard.panel import exports
from dashboard.roles import ALARMS, BEHIND, GROUPS, MAY_DISPATCH, TICKET
from dashboard.sign_in import current_user
from dashboard.steering_shapes import Alarm, AlarmPage
from dashboard.today import alarm_table

SIZE = 20
NOTE_NEEDED = frozenset({"act", "close"})


def show() -> None:
    """The state in the address; one card for each warning."""
    frame.head(own.PAGE_ALARMS, own.ALARMS_LEAD)
    frame.show_told()
    choices = {"": own.ALARM_OPEN, **own.ALARM_STATES}
    state = st.segmented_control(
        own.GROUP_STATE, list(choices), default="", required=True, key="alarm_state",
        format_func=choices.__getitem__, bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    page = steering.alarms(state or None, _page_number(), SIZE)
    if not page.items:
        st.info(own.ALARM_EMPTY, icon=":material/notifications_off:")
    user = current_user()
    may = user is not None and user.role in MAY_DISPATCH
    wanted = st.query_params.get("alarm")
    for one in sorted(page.items, key=lambda alarm: str(alarm.id) != wanted):
        _card(one, may)
    _foot(page)


def _page_number() -> int:
    value = str(st.session_state.get("alarm_page") or st.query_params.get("alarm_page") or 1)
    return int(value) if value.isdigit() and int(value) else 1


def _foot(page: AlarmPage) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if page.total > SIZE:
            st.pagination(math.ceil(page.total / SIZE), key="alarm_page", bind="query-params")
        st.space("stretch")
        if page.items:
            exports(alarm_table(page.items), own.PAGE_ALARMS, "alarms")


def _card(alarm: Alarm, may: bool) -> None:
    with st.container(border=True, key=f"card_{alarm.id}"):
        tone = {"new": "red", "closed": ""}.get(alarm.state, "amber")
        st.html(
            f'<div class="chips"><span class="chip {tone}">{escape(alarm.state_text)}</span>'
            f'<span class="chip">{escape(own.ALARM_KINDS.get(alarm.kind, alarm.kind))}</span>'
            f"<span>{escape(moment(alarm.raised_at))}</span></div>"
            f'<p class="unit-line">{escape(alarm.sentence)}</p>'
        )
        left, right = st.columns([1.6, 1], gap="large")
        with left:
            st.html(f'<p class="why">{"<br>".join(escape(line) for line in _basis(alarm))}</p>')
            _examples(alarm)
        with right:
            if may and own.ALARM_AFTER.get(alarm.state):
                _steps(alarm)


def _basis(alarm: Alarm) -> list[str]:
    lines = []
    if alarm.kind == "rise":
        chance = (
            f"1/{count(1 / alarm.improbability)}"
            if alarm.improbability > 1e-9
            else "十亿分之一以下"
        )
        lines.append(own.ALARM_UNUSUAL.format(expected=f"{alarm.expected:g}", chance=chance))
        rate = alarm.facts.get("false_alarms_per_week")
        if rate is not None:
            lines.append(own.ALARM_FALSE.format(rate=f"{max(rate, 0.1):g}"))
    if alarm.assigned_to and alarm.unit_name:
        lines.append(own.ALARM_ASSIGNED.format(unit=alarm.unit_name))
    elif alarm.unit_name:
        lines.append(own.ALARM_SHOULD.format(unit=alarm.unit_name))
    if alarm.note:
        lines.append(f"{moment(alarm.changed_at)}：{alarm.note}")
    return lines


def _examples(alarm: Alarm) -> None:
    for one in alarm.examples:
        number = str(one.get("number", ""))
        label = f"{number}　{one.get('title', '')}"
        if st.button(label, key=f"link_ex_{alarm.id}_{number}", type="tertiary") and can_go(TICKET):
            open_ticket(number, ALARMS)
    with st.container(horizontal=True, gap="medium"):
        if (
            alarm.category
            and can_go(BEHIND)
            and st.button(own.ALARM_TICKETS, key=f"link_day_{alarm.id}", type="tertiary")
        ):
            place = {"district": alarm.district} if alarm.district else {}
            go(BEHIND, category=alarm.category, first=alarm.day, last=alarm.day, **place)
        if (
            alarm.group
            and can_go(GROUPS)
            and st.button(own.ALARM_GROUP, key=f"link_group_{alarm.id}", type="tertiary")
        ):
            go(GROUPS, group=alarm.group)


def _steps(alarm: Alarm) -> None:
    steps = own.ALARM_AFTER[alarm.state]
    step = st.segmented_control(
        texts.STEPS_HEADER, steps, default=steps[0], required=True, key=f"step_{alarm.id}",
        format_func=own.ALARM_STEPS.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    unit = None
    if step == "assign":
        units = {one.code: one.name for one in frame.reference().units}
        codes = list(units)
        unit = st.selectbox(
            own.ALARM_UNIT, codes, format_func=units.__getitem__, key=f"unit_{alarm.id}",
            index=codes.index(alarm.unit_code) if alarm.unit_code in units else None,
        )  # fmt: skip
    note = st.text_input(own.ALARM_NOTE[step], key=f"note_{alarm.id}_{step}", max_chars=200)
    if not st.button(own.ALARM_STEPS[step], key=f"take_{alarm.id}", type="primary"):
        return
    if step in NOTE_NEEDED and not note.strip():
        st.error(own.ALARM_NEED_NOTE)
        return
    values = {"note": note.strip(), **({"unit_code": unit} if step == "assign" else {})}
    try:
        steering.move_alarm(alarm.id, step, **values)
    except Refused as error:
        st.error(error.message)
        return
    frame.tell(own.ALARM_DONE[step])
    st.rerun()
