"""Improvement items on a page: what is wrong, the measure, whether it worked, the next step."""

from __future__ import annotations

from html import escape
from typing import Literal

import pandas as pd
import streamlit as st

from dashboard import frame, quality, texts
from dashboard import quality_texts as own
from dashboard.client import DeskError, SignedOut
from dashboard.moments import moment, now
from dashboard.navigate import can_go
from dashboard.paging import present_page, turn_pages
from dashboard.panel import panel
from dashboard.quality_shapes import Improvement
from dashboard.roles import IMPROVEMENT_STEPS, TICKET
from dashboard.sign_in import current_user

SIZE = 20
TICKETS_SHOWN = 8
COLOURS: dict[str, Literal["red", "orange", "blue", "green"]] = {
    "open": "red",
    "planned": "orange",
    "done": "blue",
    "closed": "green",
}


def show_improvements() -> None:
    """The items of a state with their steps for those who may take them."""
    state = st.segmented_control(
        own.STATE, list(own.STATES), default=None, format_func=own.STATES.__getitem__,
        key="improvement_state", bind="query-params", help=own.STATE_UNCLOSED,
        label_visibility="collapsed",
    )  # fmt: skip
    page = quality.improvements(state, present_page("improvements", state), SIZE)
    panel(
        f"{own.STATES[state] if state else own.STATE_UNCLOSED} {page.total} 项",
        own.IMPROVEMENTS_DEFINITION,
        moment(now()),
        improvement_table(page.items),
        "improvements",
        own.SOURCE_RATINGS,
    )
    st.caption(own.IMPROVEMENTS_DEFINITION)
    if not page.items:
        st.info(own.IMPROVEMENTS_NONE, icon=":material/task_alt:")
    for item in page.items:
        _item(item)
    turn_pages("improvements", page.total, SIZE)


def improvement_table(items: list[Improvement]) -> pd.DataFrame:
    """Return improvement items as a table."""
    names = own.IMPROVEMENT_COLUMNS
    return pd.DataFrame(
        [
            {
                names["unit"]: one.unit,
                names["category"]: one.category or texts.UNIDENTIFIED,
                names["state"]: one.state_text,
                names["tickets"]: len(one.tickets),
                names["measure"]: one.measure,
                names["opened_at"]: moment(one.opened_at),
                names["effect"]: one.effect.text if one.effect else "",
            }
            for one in items
        ]
    )


def _item(one: Improvement) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(one.state_text, color=COLOURS.get(one.state, "gray"))
            category = one.category or texts.UNIDENTIFIED
            st.html(f"<b>{escape(one.unit)}</b>　{escape(category)}", width="stretch")
            line = own.IMPROVEMENT_LINE.format(n=len(one.tickets), at=moment(one.opened_at))
            st.caption(line, width="content")
        st.html(f'<div class="clause"><dl>{"".join(_facts(one))}</dl></div>')
        user = current_user()
        allowed = IMPROVEMENT_STEPS.get(user.role if user else "", frozenset())
        steps = [step for step in own.STEPS_AFTER.get(one.state, ()) if step in allowed]
        if steps:
            _steps(one, steps)


def _facts(one: Improvement) -> list[str]:
    numbers = [escape(number) for number in one.tickets[:TICKETS_SHOWN]]
    if can_go(TICKET):
        numbers = [f'<a href="ticket?no={n}" target="_self">{n}</a>' for n in numbers]
    if len(one.tickets) > TICKETS_SHOWN:
        numbers.append(f"等 {len(one.tickets)} 件")
    names = own.IMPROVEMENT_COLUMNS
    facts = {own.IMPROVEMENT_TICKETS: "、".join(numbers)}
    if one.measure:
        facts[names["measure"]] = escape(one.measure)
    if one.effect:
        facts[names["effect"]] = escape(one.effect.text)
    if one.events:
        facts[own.IMPROVEMENT_MORE] = "<br>".join(
            escape(f"{moment(event.at)} {event.actor} {event.step_text}：{event.text}".rstrip("："))
            for event in one.events
        )
    return [f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items()]


def _steps(one: Improvement, steps: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        step = st.segmented_control(
            own.STATE, steps, default=steps[0], required=True, key=f"step_{one.id}_{one.state}",
            format_func=own.STEPS.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
        step = str(step)
        said = st.text_input(
            own.STEP_TEXT[step], key=f"said_{one.id}_{step}", max_chars=2000,
            placeholder=own.STEP_TEXT[step], label_visibility="collapsed", width="stretch",
        )  # fmt: skip
        if not st.button(own.STEPS[step], key=f"take_{one.id}", type="primary"):
            return
    if step != "close" and not said.strip():
        st.error(own.STEP_NEED)
        return
    try:
        quality.move_improvement(one.id, step, said.strip())
    except SignedOut:
        raise
    except DeskError as error:
        frame.tell(error.message, "failed")
    else:
        frame.tell(own.STEP_DONE[step])
    st.rerun()
