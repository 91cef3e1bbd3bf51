"""The off-switches of answers and alarms: what is off, since when, why; and the switch itself."""

from __future__ import annotations

import streamlit as st

from dashboard import admin_texts as texts
from dashboard import frame
from dashboard.admin_client import admin_client
from dashboard.admin_shapes import SwitchState
from dashboard.client import Refused
from dashboard.moments import moment


def show_switches(*, may_turn: bool) -> None:
    """Show each switch; for those who may, the way to turn it with a reason."""
    st.subheader(texts.SWITCHES)
    st.caption(texts.SWITCHES_LEAD)
    for state in admin_client().switches():
        with st.container(border=True):
            _show(state)
            if may_turn:
                _turn(state)


def _show(state: SwitchState) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{texts.SWITCH_NAMES.get(state.name, state.name)}**", width="content")
        if state.off:
            st.badge(texts.SWITCH_OFF, color="red", icon=":material/block:")
        else:
            st.badge(texts.SWITCH_ON, color="green", icon=":material/check:")
    st.caption(texts.SWITCH_EFFECTS.get(state.name, ""))
    if state.at:
        said = texts.SWITCH_SAID.format(actor=state.actor, at=moment(state.at), reason=state.reason)
        st.caption(said)


def _turn(state: SwitchState) -> None:
    with (
        st.form(f"switch_{state.name}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        reason = st.selectbox(
            texts.SWITCH_REASON,
            frame.reference().reasons.get("switch", []),
            index=None,
            accept_new_options=True,
            placeholder=texts.CHOOSE,
            key=f"switch_reason_{state.name}",
            width=320,
        )
        pressed = st.form_submit_button(
            texts.SWITCH_RESUME if state.off else texts.SWITCH_STOP,
            key=f"switch_go_{state.name}",
            icon=":material/play_circle:" if state.off else ":material/stop_circle:",
        )
    if not pressed:
        return
    try:
        admin_client().turn_switch(state.name, off=not state.off, reason=str(reason or ""))
    except Refused as error:
        st.error(error.message)
    else:
        st.rerun()
