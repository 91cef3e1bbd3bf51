"""工单明细: the tickets behind a figure, with the figure's conditions in the address."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from dashboard import frame, steering, texts
from dashboard import steering_texts as own
from dashboard.moments import moment
from dashboard.navigate import can_go, go, open_ticket
from dashboard.panel import exports
from dashboard.queue_table import queue_table
from dashboard.roles import BEHIND, OVERVIEW
from dashboard.shapes import TicketRow

SIZE = 50


def show() -> None:
    """Conditions, one page of tickets, and where to go on."""
    frame.head(own.PAGE_BEHIND, own.BEHIND_LEAD)
    wanted = _conditions()
    marks = _marks(wanted)
    found = steering.behind(wanted, marks[-1] if marks else None, SIZE)
    marked = st.session_state.get("last_opened")
    opened = queue_table(
        found.items, "behind_table", own.BEHIND_EMPTY, marked, without=("confidence",)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(own.BEHIND_SHOWN.format(n=len(found.items)), width="content")
        if marks and st.button(own.BEHIND_FIRST, key="newest", icon=":material/first_page:"):
            marks.clear()
            st.rerun()
        if found.after and st.button(own.BEHIND_NEXT, key="older", icon=":material/east:"):
            marks.append(found.after)
            st.rerun()
        st.space("stretch")
        if found.items:
            exports(_table(found.items), own.PAGE_BEHIND, "behind")
        if can_go(OVERVIEW) and st.button(
            own.BEHIND_PLACE, key="back", type="tertiary", icon=":material/arrow_back:"
        ):
            go(OVERVIEW)
    if opened:
        st.session_state["last_opened"] = opened
        open_ticket(opened, BEHIND, [row.number for row in found.items])


def _conditions() -> dict[str, str]:
    known = frame.reference()
    # The address holds the words people see; the API wants codes.
    units = {unit.name: unit.code for unit in known.units}
    channels = {name: code for code, name in texts.CHANNELS.items()}
    states = {name: code for code, name in own.BEHIND_STATES.items()}
    columns = st.container(key="filters").columns(
        [1, 1.6, 1.5, 1, 1.1, 0.9, 0.9], vertical_alignment="bottom"
    )
    unknown = [texts.UNIDENTIFIED]
    levels = list(dict.fromkeys(item.name.split("/")[0] for item in known.categories))
    categories = [*levels, *(item.name for item in known.categories), *unknown]
    choices: tuple[tuple[str, str, list[str], dict[str, str]], ...] = (
        ("district", texts.FILTER_DISTRICT, [*known.districts, *unknown], {}),
        ("category", texts.FILTER_CATEGORY, categories, {}),
        ("unit", texts.FILTER_UNIT, list(units), units),
        ("channel", texts.CHANNEL, list(channels), channels),
        ("state", own.BEHIND_STATE, list(states), states),
    )
    wanted: dict[str, str] = {}
    for column, (name, label, options, names) in zip(columns, choices, strict=False):
        with column:
            value = st.selectbox(
                label,
                options,
                index=None,
                key=name,
                bind="query-params",
                placeholder=texts.ALL,
            )
        if value:
            wanted[name] = names.get(value, value)
    for column, name, label in (
        (columns[5], "first", own.BEHIND_FROM),
        (columns[6], "last", own.BEHIND_TO),
    ):
        with column:
            day = st.date_input(
                label,
                value=None,
                key=name,
                bind="query-params",
                format="YYYY/MM/DD",
                max_value=dt.date(2100, 1, 1),
            )
        if isinstance(day, dt.date):
            wanted[name] = day.isoformat()
    return wanted


def _marks(wanted: dict[str, str]) -> list[str]:
    """Return where each page so far began; other conditions begin anew."""
    if st.session_state.get("behind_wanted") != wanted:
        st.session_state["behind_wanted"] = dict(wanted)
        st.session_state["behind_marks"] = []
    marks: list[str] = st.session_state["behind_marks"]
    return marks


def _table(rows: list[TicketRow]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                texts.COLUMN_NUMBER: row.number,
                texts.COLUMN_RECEIVED: moment(row.created_at),
                texts.COLUMN_WHAT: row.title,
                texts.FILTER_STATUS: row.status,
                texts.FILTER_CATEGORY: row.category or "",
                texts.FILTER_DISTRICT: row.district or "",
                texts.FILTER_UNIT: row.unit.name if row.unit else "",
                texts.CLOCK_DUE: moment(row.due_at),
            }
            for row in rows
        ]
    )
