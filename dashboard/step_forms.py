"""The steps a person may take on a ticket now, each with what it needs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import frame, texts
from dashboard.moments import percent
from dashboard.shapes import ReplyCheck, TicketDetail
from dashboard.sign_in import desk_client
from dashboard.steps import submit

SIMPLE = {"sign": ("s", ":material/draw:"), "start": ("s", ":material/play_arrow:")}
PRIMARY = ("contribute", "close", "return", "callback", "redispatch")


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
    for step in PRIMARY:
        if step in steps:
            with st.expander(texts.STEPS[step], expanded=step in {"close", "contribute"}):
                taken = FORMS[step](ticket) or taken
    return _more(ticket, [step for step in steps if step in FORMS and step not in PRIMARY]) or taken


def _more(ticket: TicketDetail, steps: list[str]) -> bool:
    """The rarer steps: one is chosen, then its form shows."""
    if not steps:
        return False
    chosen = st.pills(
        texts.MORE_STEPS, steps, format_func=texts.STEPS.__getitem__, key=f"more_{ticket.number}"
    )
    if not chosen:
        return False
    with st.container(border=True):
        return FORMS[chosen](ticket)


def _close(ticket: TicketDetail) -> bool:
    key = f"reply_{ticket.number}"
    reply = st.text_area(
        texts.REPLY_LABEL,
        key=key,
        height=220,
        help=texts.REPLY_HINT,
        placeholder=texts.REPLY_HINT,
        max_chars=5000,
    ).strip()
    check = desk_client().check_reply(ticket.number, reply) if reply else None
    doubtful = check is not None and show_check(check)
    sure = not doubtful or st.checkbox(texts.REPLY_CONFIRM, key=f"sure_{ticket.number}")
    with st.container(horizontal=True):
        pressed = st.button(texts.STEPS["close"], type="primary", key="step_close")
        st.button(texts.REPLY_CHECK_GO, key="check_reply")
    if not pressed:
        return False
    if not reply:
        st.error(texts.REPLY_MISSING)
        return False
    if not sure:
        st.warning(texts.REPLY_CHECK)
        return False
    return submit(ticket, "close", reply=reply)


def show_check(check: ReplyCheck) -> bool:
    """Show what stands out in a reply; return whether anything does."""
    for gap in (*check.missing, *check.reasons):
        st.caption(f":orange[:material/warning:] {gap}")
    if not check.doubtful:
        st.caption(f":green[:material/check:] {texts.REPLY_CLEAN}")
    facts = [texts.REPLY_ANSWERED.format(matters=check.matters, answered=check.answered)]
    if check.explains is not None:
        facts.append(texts.REPLY_EXPLAINS.format(share=percent(check.explains)))
    st.caption(" · ".join(facts))
    return check.doubtful


def _contribute(ticket: TicketDetail) -> bool:
    with st.form("contribute_form", border=False):
        part = st.text_area(
            texts.CO_PART,
            key="co_part",
            max_chars=5000,
            height=140,
            placeholder=texts.CO_PART_HINT,
        )
        pressed = st.form_submit_button(
            texts.STEPS["contribute"], type="primary", key="step_contribute"
        )
    if pressed and not part.strip():
        st.error(texts.CO_PART_MISSING)
        return False
    return pressed and submit(ticket, "contribute", part=part.strip())


def _review(ticket: TicketDetail) -> bool:
    with st.form("review_form", border=False):
        reason = _reason("review", "review_reason")
        pressed = st.form_submit_button(texts.STEPS["review"], key="step_review")
    return pressed and _with_reason(ticket, "review", reason)


def _split(ticket: TicketDetail) -> bool:
    matters = ticket.suggestion.matters if ticket.suggestion else []
    with st.form("split_form", border=False):
        st.caption(texts.SPLIT_LEAD)
        parts: list[dict[str, str]] = []
        for position, matter in enumerate(matters):
            label = f"{matter.text}（{matter.category.split('/')[-1]}）"
            if st.checkbox(label, value=position > 0, key=f"split_{position}"):
                parts.append({"text": matter.text, "category": matter.category})
        other = st.text_area(texts.SPLIT_OTHER, key="split_other", max_chars=2000, height=80)
        pressed = st.form_submit_button(texts.STEPS["split"], key="step_split")
    if not pressed:
        return False
    if other.strip():
        parts.append({"text": other.strip()})
    if not parts:
        st.error(texts.SPLIT_NONE)
        return False
    return submit(ticket, "split", parts=[_known(part) for part in parts])


def _known(part: dict[str, str]) -> dict[str, str]:
    """A part with its category only where the city has it."""
    names = {category.name for category in frame.reference().categories}
    return {key: value for key, value in part.items() if key != "category" or value in names}


def _repeat(ticket: TicketDetail) -> bool:
    likely = [ticket.suggestion.repeat_of] if ticket.suggestion else []
    known = [number for number in likely if number] + [each.number for each in ticket.same_person]
    titles = {each.number: f"{each.status} · {each.title}" for each in ticket.same_person}
    with st.form("repeat_form", border=False):
        st.caption(texts.REPEAT_LEAD)
        other = st.selectbox(
            texts.REPEAT_OTHER,
            list(dict.fromkeys(known)),
            index=0 if likely and likely[0] else None,
            format_func=lambda number: f"{number} {titles.get(number, '')}".strip(),
            accept_new_options=True,
            placeholder=texts.REASON_CHOOSE,
            key="repeat_other",
        )
        merge = st.checkbox(texts.REPEAT_MERGE, key="repeat_merge")
        pressed = st.form_submit_button(texts.STEPS["repeat"], key="step_repeat")
    if pressed and not other:
        st.error(texts.OTHER_MISSING)
        return False
    return pressed and submit(ticket, "repeat", other=str(other).strip(), merge=merge)


def _link(ticket: TicketDetail) -> bool:
    with st.form("link_form", border=False):
        other = st.text_input(texts.LINK_OTHER, key="link_other", max_chars=40)
        pressed = st.form_submit_button(texts.STEPS["link"], key="step_link")
    if pressed and not other.strip():
        st.error(texts.OTHER_MISSING)
        return False
    return pressed and submit(ticket, "link", other=other.strip())


def _return(ticket: TicketDetail) -> bool:
    with st.form("return_form", border=False):
        st.caption(texts.RETURN_LEAD)
        reason = _reason("return", "return_reason")
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
        reason = _reason("change", "redispatch_reason")
        pressed = st.form_submit_button(texts.STEPS["redispatch"], key="step_redispatch")
    if pressed and not unit:
        st.error(texts.CHANGE_NEEDS_UNIT)
        return False
    return pressed and _with_reason(ticket, "redispatch", reason, unit_code=unit)


def _void(ticket: TicketDetail) -> bool:
    with st.form("void_form", border=False):
        reason = _reason("void", "void_reason")
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
        reason = _reason("extend", "extend_reason")
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


def _reason(kind: str, key: str) -> str | None:
    return st.selectbox(
        texts.REASON,
        frame.reference().reasons.get(kind, []),
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
    "contribute": _contribute,
    "review": _review,
    "split": _split,
    "repeat": _repeat,
    "link": _link,
}
