"""The steps a person may take on a ticket now, each with what it needs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import frame, texts
from dashboard.reply_check import missing
from dashboard.shapes import TicketDetail
from dashboard.steps import submit

SIMPLE = {"sign": ("s", ":material/draw:"), "start": ("s", ":material/play_arrow:")}


def show_steps(ticket: TicketDetail) -> bool:
    """Show every allowed step but dispatch; return True when one was taken in this run."""
    steps = [step for step in ticket.allowed_steps if step != "dispatch"]
    if not ticket.allowed_steps:
        st.caption(texts.NO_STEPS)
        return False
    taken = False
    for step in steps:
        if step in SIMPLE:
            shortcut, icon = SIMPLE[step]
            if st.button(
                texts.STEPS[step],
                type="primary",
                key=f"step_{step}",
                shortcut=shortcut,
                icon=icon,
                width="stretch",
            ):
                taken = submit(ticket, step) or taken
        elif step in FORMS:
            with st.expander(texts.STEPS[step], expanded=step == "close"):
                taken = FORMS[step](ticket) or taken
    return taken


def _close(ticket: TicketDetail) -> bool:
    reply = st.text_area(
        texts.REPLY_LABEL,
        key=f"reply_{ticket.number}",
        height=180,
        help=texts.REPLY_HINT,
        placeholder=texts.REPLY_HINT,
        max_chars=5000,
    )
    gaps = missing(reply, ticket) if reply.strip() else []
    for gap in gaps:
        st.caption(f":orange[:material/warning:] {gap}")
    if reply.strip() and not gaps:
        st.caption(f":green[:material/check:] {texts.REPLY_CHECKS['clean']}")
    sure = not gaps or st.checkbox(texts.REPLY_CONFIRM, key=f"sure_{ticket.number}")
    if not st.button(texts.STEPS["close"], type="primary", key="step_close"):
        return False
    if not reply.strip():
        st.error(texts.REPLY_MISSING)
        return False
    if not sure:
        st.warning(texts.REPLY_CHECK)
        return False
    return submit(ticket, "close", reply=reply.strip())


def _return(ticket: TicketDetail) -> bool:
    with st.form("return_form", border=False):
        st.caption(texts.RETURN_LEAD)
        reason = _reason(texts.RETURN_REASONS, "return_reason")
        note = st.text_area(texts.RETURN_NOTE, key="return_note", max_chars=2000, height=90)
        pressed = st.form_submit_button(texts.STEPS["return"], key="step_return")
    return pressed and _with_reason(ticket, "return", reason, note=note)


def _redispatch(ticket: TicketDetail) -> bool:
    units = {unit.code: unit.name for unit in frame.reference().units}
    with st.form("redispatch_form", border=False):
        unit = st.selectbox(
            texts.CHANGE_UNIT,
            list(units),
            index=None,
            format_func=units.__getitem__,
            placeholder=texts.REASON_CHOOSE,
            key="redispatch_unit",
        )
        reason = _reason(texts.REDISPATCH_REASONS, "redispatch_reason")
        pressed = st.form_submit_button(texts.STEPS["redispatch"], key="step_redispatch")
    if pressed and not unit:
        st.error(texts.CHANGE_NEEDS_UNIT)
        return False
    return pressed and _with_reason(ticket, "redispatch", reason, unit_code=unit)


def _void(ticket: TicketDetail) -> bool:
    with st.form("void_form", border=False):
        reason = _reason(texts.VOID_REASONS, "void_reason")
        pressed = st.form_submit_button(texts.STEPS["void"], key="step_void")
    return pressed and _with_reason(ticket, "void", reason)


def _extend(ticket: TicketDetail) -> bool:
    most = frame.reference().extension_workdays
    with st.form("extend_form", border=False):
        days = st.number_input(
            texts.EXTEND_DAYS,
            min_value=1,
            max_value=max(1, most),
            value=min(5, max(1, most)),
            key="extend_days",
        )
        reason = _reason(texts.EXTEND_REASONS, "extend_reason")
        pressed = st.form_submit_button(texts.STEPS["extend"], key="step_extend")
    return pressed and _with_reason(ticket, "extend", reason, days=int(days))


def _supervise(ticket: TicketDetail) -> bool:
    with st.form("supervise_form", border=False):
        note = st.text_area(texts.SUPERVISE_NOTE, key="supervise_note", max_chars=500, height=80)
        pressed = st.form_submit_button(texts.STEPS["supervise"], key="step_supervise")
    if pressed and not note.strip():
        st.error(texts.SUPERVISE_MISSING)
        return False
    return pressed and submit(ticket, "supervise", note=note.strip())


def _call_back(ticket: TicketDetail) -> bool:
    with st.form("callback_form", border=False):
        solved = st.segmented_control(
            texts.CALLBACK_SOLVED, [texts.SOLVED, texts.NOT_SOLVED], key="callback_solved"
        )
        note = st.text_area(texts.CALLBACK_NOTE, key="callback_note", max_chars=2000, height=80)
        pressed = st.form_submit_button(texts.STEPS["callback"], key="step_callback")
    if pressed and solved is None:
        st.error(texts.CALLBACK_MISSING)
        return False
    return pressed and submit(ticket, "callback", solved=solved == texts.SOLVED, note=note)


def _reason(choices: tuple[str, ...], key: str) -> str | None:
    return st.selectbox(
        texts.REASON,
        choices,
        index=None,
        key=key,
        placeholder=texts.REASON_CHOOSE,
        accept_new_options=True,
    )


def _with_reason(ticket: TicketDetail, step: str, reason: str | None, **values: object) -> bool:
    if not reason:
        st.error(texts.REASON_MISSING)
        return False
    return submit(ticket, step, "", reason=reason, **values)


FORMS: dict[str, Callable[[TicketDetail], bool]] = {
    "close": _close,
    "return": _return,
    "callback": _call_back,
    "redispatch": _redispatch,
    "extend": _extend,
    "supervise": _supervise,
    "void": _void,
}
