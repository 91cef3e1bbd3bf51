"""系统: which part works, and what happens without it; a text read without making a ticket."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import evidence, frame, texts
from dashboard.auto_switch import show_auto
from dashboard.client import Refused
from dashboard.moments import moment, now
from dashboard.off_switches import show_switches
from dashboard.roles import MAY_SUGGEST, MAY_TURN_AUTO
from dashboard.settings import api_url
from dashboard.shapes import Health
from dashboard.sign_in import current_user, desk_client


def show() -> None:
    """The parts' health, refreshed on demand, and a trial reading."""
    frame.head(texts.PAGE_SYSTEM, texts.SYSTEM_LEAD)
    _health(desk_client().health())
    st.button(texts.REFRESH, key="refresh", icon=":material/refresh:", shortcut="g")
    user = current_user()
    if user is None:
        return
    show_switches(may_turn=user.role in MAY_TURN_AUTO)
    show_auto(may_turn=user.role in MAY_TURN_AUTO)
    if user.role in MAY_SUGGEST:
        _trial()


def _health(health: Health) -> None:
    bad = sum(not part.ok for part in health.parts.values())
    if bad:
        st.warning(texts.SYSTEM_DEGRADED.format(n=bad), icon=":material/warning:")
    else:
        st.success(texts.SYSTEM_OK, icon=":material/check_circle:")
    lines = []
    for name, part in health.parts.items():
        effect = texts.SYSTEM_WITHOUT.get(name, "")
        rest = part.detail + (
            f"　{texts.SYSTEM_EFFECT.format(effect=effect)}" if effect and not part.ok else ""
        )
        lines.append(
            f'<div class="part {"" if part.ok else "bad"}"><span class="dot"></span>'
            f"<b>{escape(texts.SYSTEM_PARTS.get(name, name))}</b>"
            f"<em>{texts.PART_OK if part.ok else texts.PART_BAD}</em>"
            f'<span class="rest">{escape(rest)}</span></div>'
        )
    checked = texts.SYSTEM_CHECKED.format(at=moment(now()))
    st.html("".join(lines))
    st.caption(f"{checked} · {texts.SYSTEM_API} {api_url()}")


def _trial() -> None:
    st.subheader(texts.TRY)
    st.caption(texts.TRY_LEAD)
    with st.form("trial_form", border=False):
        text = st.text_area(texts.TRY_TEXT, key="trial_text", max_chars=5000, height=110)
        pressed = st.form_submit_button(texts.TRY_GO, key="trial_go")
    if not pressed or not text.strip():
        return
    try:
        suggestion = desk_client().suggest(text.strip())
    except Refused as error:
        st.warning(error.message)
        return
    with st.container(border=True):
        st.html(
            evidence.danger(suggestion)
            + evidence.verdict(suggestion)
            + evidence.reasons(suggestion)
            + evidence.neighbours(suggestion)
            + evidence.trace(suggestion)
        )
