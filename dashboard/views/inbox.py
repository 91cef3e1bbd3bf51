"""单位收件箱: the tickets of one's own unit, by what they wait for."""

from __future__ import annotations

import math

import streamlit as st

from dashboard import frame, texts
from dashboard.client import DeskError, SignedOut
from dashboard.navigate import open_ticket
from dashboard.queue_table import queue_table
from dashboard.roles import INBOX
from dashboard.shapes import TicketRow
from dashboard.sign_in import current_user, desk_client, drop_session

SIZE = 50
HELPING = "协办"


def show() -> None:
    """Tabs by status with counts; a whole page can be signed at once."""
    user = current_user()
    name = user.unit_name if user else None
    if not name:
        frame.head(texts.PAGE_INBOX)
        st.warning(texts.INBOX_NO_UNIT)
        return
    frame.head(texts.PAGE_INBOX, texts.INBOX_LEAD.format(unit=name))
    frame.show_told()
    line = st.container()
    status = _status()
    number = st.session_state.get("inbox_page") or 1
    helping = status == HELPING
    wanted: dict[str, str | int | None] = {
        "status": None if helping else status,
        "helping": str(helping).lower(),
        "page": number,
        "size": SIZE,
        "order": "due",
    }
    page = desk_client().tickets(wanted)
    others = desk_client().tickets({"size": 1, "helping": str(not helping).lower()})
    with line:
        _status_line(page.counts, others.counts, helping)
    opened = queue_table(
        page.items,
        "inbox_table",
        texts.INBOX_EMPTY,
        st.session_state.get("last_opened"),
        without=("unit", "confidence"),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(texts.QUEUE_TOTAL.format(total=f"{page.total:,}"), width="content")
        if page.total > SIZE:
            st.pagination(math.ceil(page.total / SIZE), key="inbox_page")
        st.space("stretch")
        if status == "已派单" and page.items:
            st.button(
                texts.INBOX_SIGN_ALL.format(n=len(page.items)),
                key="sign_all",
                icon=":material/draw:",
                on_click=sign_all,
                args=(page.items,),
            )
        st.button(
            texts.REFRESH, key="refresh", type="tertiary", icon=":material/refresh:", shortcut="g"
        )
    st.caption(texts.INBOX_HELP)
    if opened:
        st.session_state["last_opened"] = opened
        open_ticket(opened, INBOX, [row.number for row in page.items])


def _status() -> str:
    chosen = st.session_state.get("inbox") or st.query_params.get("inbox")
    if chosen not in texts.INBOX_TABS:
        chosen = "已派单"
    st.session_state["inbox"] = chosen
    return str(chosen)


def _status_line(counts: dict[str, int], others: dict[str, int], helping: bool) -> None:
    """``counts`` are those of the tickets shown, ``others`` those of led or helped with instead."""
    lead, help_ = (others, counts) if helping else (counts, others)
    numbers = {**lead, HELPING: sum(help_.get(status, 0) for status in texts.OPEN_STATUSES)}
    st.segmented_control(
        texts.FILTER_STATUS,
        list(texts.INBOX_TABS),
        required=True,
        format_func=lambda status: f"{texts.INBOX_TABS[status]} {numbers.get(status, 0):,}",
        key="inbox",
        label_visibility="collapsed",
        on_change=_note_status,
    )


def _note_status() -> None:
    st.session_state["inbox_page"] = 1
    st.query_params["inbox"] = st.session_state["inbox"]


def sign_all(rows: list[TicketRow]) -> None:
    """Sign each; one that fails does not stop the others."""
    client, done = desk_client(), 0
    for row in rows:
        try:
            client.take_step(row.number, "sign", row.version)
            done += 1
        except SignedOut:
            drop_session(texts.SIGNED_OUT)
            return
        except DeskError as error:
            frame.tell(f"{row.number}：{error.message}", "failed")
    frame.tell(texts.INBOX_SIGNED.format(n=done))
