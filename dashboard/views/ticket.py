"""工单: one ticket, everything needed to decide on it, and the way to the next."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import evidence, frame, texts, ticket_text
from dashboard.client import DeskError, Refused
from dashboard.decision import show_decision
from dashboard.navigate import can_go, go
from dashboard.related import show_co_parts, show_knowledge, show_related
from dashboard.roles import INBOX, QUEUE, TICKET
from dashboard.shapes import Suggestion, TicketDetail
from dashboard.sign_in import desk_client
from dashboard.step_forms import show_steps
from dashboard.steps import last_change, note_seen

LOOK_EVERY = "10s"


def show() -> None:
    """The ticket named in the address (``?no=``)."""
    number = str(st.query_params.get("no", "")).strip()
    if not number:
        _ask_for_number()
        return
    try:
        ticket = desk_client().ticket(number)
    except Refused as error:
        frame.show_told()
        _ask_for_number()
        st.error(error.message, icon=":material/search_off:")
        return
    frame.head(ticket.title, ticket.number, demo=ticket.demo or None)
    st.html(ticket_text.chips(ticket))
    frame.show_told()
    _walk(number)
    _watch(number, ticket.version)
    danger = evidence.danger(ticket.suggestion)
    if danger:
        st.html(danger)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        _matter(ticket)
    with right:
        _work(ticket)
    note_seen(ticket)


@st.fragment(run_every=LOOK_EVERY)
def _watch(number: str, version: int) -> None:
    """Say it as soon as somebody else has changed the ticket that is on the screen."""
    try:
        found = desk_client().tickets({"q": number, "size": 1}).items
        if not found or found[0].version <= version:
            return
        fresh = desk_client().ticket(number)
    except DeskError:
        return  # the next click says what is wrong
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(texts.WATCH_MOVED.format(who=last_change(fresh)), icon=":material/sync_problem:")
        if st.button(texts.REFRESH, key="reload", icon=":material/refresh:", shortcut="g"):
            st.rerun()


def _ask_for_number() -> None:
    frame.head(texts.PAGE_TICKET, texts.OPEN_BY_NUMBER)
    with st.form("open_form", width=420):
        number = st.text_input(texts.COLUMN_NUMBER, key="open_number", max_chars=40)
        if st.form_submit_button(texts.OPEN_BY_NUMBER, type="primary") and number.strip():
            go(TICKET, no=number.strip().upper())


def _walk(number: str) -> None:
    listed: list[str] = st.session_state.get("listed", [])
    at = listed.index(number) if number in listed else -1
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            texts.BACK_TO_QUEUE,
            key="back",
            icon=":material/arrow_back:",
            type="tertiary",
            shortcut="b",
        ):
            _back()
        st.space("stretch")
        if at >= 0:
            st.caption(texts.POSITION.format(at=at + 1, total=len(listed)), width="content")
        if st.button(texts.PREVIOUS, key="previous", shortcut="p", disabled=at <= 0):
            go(TICKET, no=listed[at - 1])
        if st.button(texts.NEXT, key="next", shortcut="n", disabled=not 0 <= at < len(listed) - 1):
            go(TICKET, no=listed[at + 1])


def _back() -> None:
    home = INBOX if can_go(INBOX) else QUEUE
    go(home, **(st.session_state.get("queue_filters", {}) if home == QUEUE else {}))


def _onward(number: str) -> None:
    """After dispatching: the next one of the list, or a fresh list."""
    listed: list[str] = st.session_state.get("listed", [])
    if number not in listed:
        st.rerun()
    at = listed.index(number)
    remaining = [item for item in listed if item != number]
    st.session_state["listed"] = remaining
    if at < len(remaining):
        go(TICKET, no=remaining[at])
    _back()


def _matter(ticket: TicketDetail) -> None:
    st.html(ticket_text.facts(ticket))
    st.html(ticket_text.highlighted(ticket.text, ticket.spans) + ticket_text.legend(ticket.spans))
    if ticket.contact_masked:
        _unmask(ticket)
    if ticket.reply:
        st.subheader(texts.REPLY)
        st.html(f'<div class="plea">{escape(ticket.reply)}</div>')
        if ticket.rating:
            st.caption(
                texts.RATING.format(score=ticket.rating)
                + (f"：{ticket.rating_text}" if ticket.rating_text else "")
            )
    show_co_parts(ticket)
    show_related(ticket)
    _attachments(ticket)
    show_knowledge(ticket)
    st.subheader(texts.HISTORY)
    st.html(ticket_text.story(ticket))
    if ticket.progress.status_text:
        st.caption(f"{texts.CITIZEN_SEES}：{ticket.progress.status_text}")


def _work(ticket: TicketDetail) -> None:
    st.html(ticket_text.clocks(ticket))
    deciding = "dispatch" in ticket.allowed_steps
    suggestion = ticket.suggestion
    with st.container(border=True):
        st.subheader(texts.SUGGESTION)
        if suggestion is None:
            st.caption(texts.SUGGESTION_NONE)
        else:
            st.html(evidence.verdict(suggestion))
        if deciding and show_decision(ticket):
            _onward(ticket.number)
        if suggestion is not None:
            st.html(evidence.reasons(suggestion))
            st.html(
                f'<dl class="why"><dt>{texts.WHY_NEIGHBOURS}</dt></dl>'
                + evidence.neighbours(suggestion)
            )
            _open_neighbours(suggestion)
            st.html(evidence.trace(suggestion))
    with st.container(border=True):
        st.subheader(texts.STEPS_HEADER)
        if show_steps(ticket):
            st.rerun()


def _open_neighbours(suggestion: Suggestion) -> None:
    with st.container(horizontal=True, gap="small"):
        for near in suggestion.evidence.neighbours[:3]:
            if st.button(near.number, key=f"near_{near.number}", type="tertiary"):
                go(TICKET, no=near.number)


def _unmask(ticket: TicketDetail) -> None:
    with st.popover(texts.UNMASK, icon=":material/visibility:", type="tertiary"):
        reason = st.selectbox(
            texts.UNMASK_WHY,
            frame.reference().reasons.get("unmask", []),
            index=None,
            key="unmask_reason",
            placeholder=texts.REASON_CHOOSE,
            accept_new_options=True,
        )
        if st.button(texts.UNMASK_GO, key="unmask_go", disabled=not reason) and reason:
            try:
                contact = desk_client().unmask(ticket.number, reason)
            except Refused as error:
                st.error(error.message)
            else:
                st.markdown(f"**{contact.phone or texts.NO_CONTACT}**　{contact.name or ''}")


def _attachments(ticket: TicketDetail) -> None:
    if not ticket.attachments:
        return
    st.subheader(texts.ATTACHMENTS)
    columns = st.columns(3)
    for position, picture in enumerate(ticket.attachments):
        with columns[position % 3]:
            if picture.media_type.startswith("image/"):
                st.image(
                    desk_client().picture(picture.id),
                    caption=picture.file_name or None,
                    width="stretch",
                )
            else:
                st.caption(picture.file_name or picture.id)
