"""派单台: what needs a person, in the order it needs one."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import frame, texts
from dashboard.batch import batch_button
from dashboard.moments import moment
from dashboard.navigate import open_ticket
from dashboard.queue_table import queue_table
from dashboard.roles import MAY_DISPATCH, QUEUE
from dashboard.shapes import TicketPage
from dashboard.sign_in import current_user, desk_client

SIZE = 50
FILTERS = (
    "status", "district", "category", "urgency", "dial", "unit", "channel", "flags", "order", "q",
    "page",
)  # fmt: skip
DEFAULT_STATUS, DEFAULT_ORDER = "待派单", "due"


def show() -> None:
    """Filters in the address, one page of tickets from the server, keyboard throughout."""
    frame.head(texts.PAGE_QUEUE, texts.QUEUE_LEAD)
    frame.show_told()
    counts = st.container()
    wanted = _filters()
    page = desk_client().tickets(wanted)
    last = max(1, math.ceil(page.total / SIZE))
    if page.page > last:
        st.session_state["page"] = last
        st.rerun()
    with counts:
        _status_line(page)
    _remember()
    opened = queue_table(
        page.items,
        "queue_table",
        _empty(page),
        st.session_state.get("last_opened"),
        without=() if wanted["status"] in (None, DEFAULT_STATUS) else ("confidence",),
    )
    _foot(page)
    if opened:
        st.session_state["last_opened"] = opened
        open_ticket(opened, QUEUE, [row.number for row in page.items])


def _filters() -> dict[str, str | int | None]:
    known = frame.reference()
    units = {unit.code: unit.name for unit in known.units}
    first, second, third, fourth, fifth, sixth = st.container(key="filters").columns(
        [2.2, 1.1, 1.6, 1.1, 1.4, 0.8], vertical_alignment="bottom"
    )
    with first:
        words = st.text_input(
            texts.FILTER_WORDS,
            key="q",
            bind="query-params",
            placeholder=texts.FILTER_WORDS_HINT,
            max_chars=60,
            on_change=_first_page,
            icon=":material/search:",
        )
    with second:
        district = _choice("district", texts.FILTER_DISTRICT, known.districts)
    with third:
        levels = list(dict.fromkeys(item.name.split("/")[0] for item in known.categories))
        names = [item.name for item in known.categories]
        category = _choice("category", texts.FILTER_CATEGORY, [*levels, *names])
    with fourth:
        urgency = _choice("urgency", texts.FILTER_URGENCY, list(texts.URGENCIES))
    with fifth:
        order = st.selectbox(
            texts.FILTER_ORDER,
            list(texts.ORDERS),
            format_func=texts.ORDERS.__getitem__,
            key="order",
            bind="query-params",
            on_change=_first_page,
        )
    with sixth, st.popover(texts.FILTER_MORE, width="stretch"):
        dial = _choice("dial", texts.FILTER_DIAL, list(texts.DIALS), texts.DIALS)
        unit = _choice("unit", texts.FILTER_UNIT, list(units), units)
        channel = _choice("channel", texts.CHANNEL, list(texts.CHANNELS), texts.CHANNELS)
        flags = st.pills(
            texts.FILTER_FLAGS,
            list(texts.FLAGS),
            selection_mode="multi",
            format_func=texts.FLAGS.__getitem__,
            key="flags",
            bind="query-params",
            on_change=_first_page,
        )
    status = _status()
    return {
        "status": None if status == texts.ALL else status,
        "district": district,
        "category": category,
        "urgency": urgency,
        "dial": dial,
        "unit": unit,
        "channel": channel,
        **dict.fromkeys(flags, "true"),
        "order": order,
        "q": words,
        "page": _page_number(),
        "size": SIZE,
    }


def _status() -> str:
    """The chosen status; not bound to the address by the widget, whose labels carry counts."""
    chosen = st.session_state.get("status") or st.query_params.get("status")
    if chosen not in (*texts.STATUSES, texts.ALL):
        chosen = DEFAULT_STATUS
    st.session_state["status"] = chosen
    return str(chosen)


def _note_status() -> None:
    _first_page()
    st.query_params["status"] = st.session_state["status"]


def _choice(
    key: str, label: str, options: list[str], names: dict[str, str] | None = None
) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        format_func=(lambda value: names.get(value, value)) if names else str,
        key=key,
        bind="query-params",
        placeholder=texts.ALL,
        on_change=_first_page,
    )


def _page_number() -> int:
    value = st.session_state.get("page") or st.query_params.get("page") or 1
    return int(value) if str(value).isdigit() and int(value) > 0 else 1


def _first_page() -> None:
    st.session_state["page"] = 1


def _status_line(page: TicketPage) -> None:
    everything = sum(page.counts.values())

    def label(status: str) -> str:
        number = everything if status == texts.ALL else page.counts.get(status, 0)
        return f"{status} {number:,}"

    user = current_user()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            texts.FILTER_STATUS,
            [*texts.STATUSES, texts.ALL],
            required=True,
            format_func=label,
            key="status",
            label_visibility="collapsed",
            on_change=_note_status,
        )
        st.space("stretch")
        if user is not None and user.role in MAY_DISPATCH:
            batch_button(page.items)
        st.button(
            texts.REFRESH, key="refresh", type="tertiary", icon=":material/refresh:", shortcut="g"
        )


def _remember() -> None:
    """Keep the filters, so that coming back from a ticket finds the same queue."""
    st.session_state["queue_filters"] = {
        name: st.query_params[name] for name in FILTERS if name in st.query_params
    }


def _empty(page: TicketPage) -> str:
    return texts.QUEUE_EMPTY if sum(page.counts.values()) or _filtered() else texts.QUEUE_EMPTY_ALL


def _filtered() -> bool:
    return any(name in st.query_params for name in FILTERS)


def _foot(page: TicketPage) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(texts.QUEUE_TOTAL.format(total=f"{page.total:,}"), width="content")
        if page.total > SIZE:
            st.pagination(math.ceil(page.total / SIZE), key="page", bind="query-params")
        st.space("stretch")
        if page.items:
            frame.export_button(_table(page), texts.PAGE_QUEUE, "export_queue")
        if _filtered():
            st.button(
                texts.FILTER_CLEAR,
                key="clear",
                type="tertiary",
                on_click=_clear,
                icon=":material/filter_alt_off:",
            )
    st.caption(texts.QUEUE_HELP)


def _clear() -> None:
    for name in ("district", "category", "urgency", "dial", "unit", "channel"):
        st.session_state[name] = None
    st.session_state["flags"] = []
    st.session_state["q"] = ""
    st.session_state["order"] = DEFAULT_ORDER
    st.session_state["status"] = DEFAULT_STATUS
    st.query_params.pop("status", None)
    st.session_state["page"] = 1


def _table(page: TicketPage) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                texts.COLUMN_NUMBER: row.number,
                texts.COLUMN_WHAT: row.title,
                texts.FILTER_STATUS: row.status,
                texts.FILTER_CATEGORY: row.category or "",
                texts.FILTER_DISTRICT: row.district or "",
                texts.FILTER_UNIT: row.unit.name if row.unit else "",
                texts.FILTER_URGENCY: row.urgency,
                texts.COLUMN_RECEIVED: moment(row.created_at),
                texts.CLOCK_DUE: moment(row.due_at),
                texts.DEMO_MARK: texts.BADGE_DEMO if row.demo else "",
            }
            for row in page.items
        ]
    )
