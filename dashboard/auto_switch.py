"""Automatic dispatch as managers see it: on or off, how the promise holds, and the switch."""

from __future__ import annotations

import streamlit as st

from dashboard import texts
from dashboard.client import Refused
from dashboard.moments import moment
from dashboard.shapes import DispatchState
from dashboard.sign_in import desk_client


def show_auto(*, may_turn: bool) -> None:
    """State, record by category, model; for those who may, the switch with its reason."""
    st.subheader(texts.AUTO)
    st.caption(texts.AUTO_LEAD)
    state = desk_client().dispatch_state()
    said = (texts.AUTO_ON if state.on else texts.AUTO_OFF).format(why=state.why)
    if state.on:
        st.success(said, icon=":material/bolt:")
    else:
        st.info(said, icon=":material/pan_tool:")
    if may_turn:
        _switch(state)
    _record(state)


def _switch(state: DispatchState) -> None:
    with st.form("auto_form", border=True):
        names = [texts.AUTO_ALL, *(one.category for one in state.categories)]
        chosen = st.selectbox(texts.AUTO_WHAT, names, key="auto_what")
        reason = st.text_input(texts.AUTO_REASON, key="auto_reason", max_chars=200)
        with st.container(horizontal=True):
            off = st.form_submit_button(texts.AUTO_TURN_OFF, icon=":material/stop_circle:")
            on = st.form_submit_button(texts.AUTO_TURN_ON, icon=":material/play_circle:")
    if not (off or on):
        return
    category = None if chosen == texts.AUTO_ALL else chosen
    try:
        desk_client().turn_auto(off=off, reason=reason.strip(), category=category)
    except Refused as error:
        st.error(error.message)
    else:
        st.rerun()


def _record(state: DispatchState) -> None:
    st.caption(texts.AUTO_PROMISE.format(promise=state.promise))
    running = texts.AUTO_RUNS if state.on else texts.AUTO_WAITS
    rows = [
        {
            "category": one.category.replace("/", " / "),
            "decided": one.decided,
            "right": one.right,
            "accuracy": one.accuracy,
            "state": one.why if one.closed else running,
        }
        for one in state.categories
    ]
    if rows:
        columns = dict(texts.AUTO_COLUMNS) | {
            "accuracy": st.column_config.NumberColumn(
                texts.AUTO_COLUMNS["accuracy"], format="percent"
            )
        }
        st.dataframe(rows, column_config=columns, hide_index=True, width="stretch")
    else:
        st.caption(texts.AUTO_NONE)
    if state.model:
        st.caption(
            texts.AUTO_MODEL.format(
                digest=state.model.digest[:16],
                since=moment(state.model.since),
                actor=state.model.actor,
                reason=state.model.reason,
            )
        )
