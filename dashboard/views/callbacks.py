"""回访清单: closings in doubt, for the people who call back."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from dashboard import frame, quality
from dashboard import quality_texts as own
from dashboard.moments import moment, now, percent
from dashboard.navigate import can_go, open_ticket
from dashboard.paging import present_page, turn_pages
from dashboard.panel import panel
from dashboard.quality_shapes import DoubtfulReply
from dashboard.roles import CALLBACKS, TICKET

SIZE = 20


def show() -> None:
    """Which list and how far back in the address; then the tickets with what speaks against them."""
    frame.head(own.PAGE_CALLBACKS, own.CALLBACKS_LEAD)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = st.segmented_control(
            own.CALLBACK_KIND, list(own.CALLBACK_KINDS), default="unsolved", required=True,
            format_func=own.CALLBACK_KINDS.__getitem__, key="callback_kind", bind="query-params",
        )  # fmt: skip
        days = st.segmented_control(
            own.DAYS, list(own.CALLBACK_DAYS), default=14, required=True,
            format_func=own.CALLBACK_DAYS.__getitem__, key="callback_days", bind="query-params",
        )  # fmt: skip
    kind, days = str(kind), int(days or 14)
    page = present_page("callbacks", (kind, days))
    found = quality.doubtful(kind, days, page, SIZE)
    name = own.CALLBACK_KINDS[kind]
    panel(
        own.CALLBACKS_COUNT.format(kind=name, n=found.total),
        own.CALLBACK_DEFINITIONS[kind],
        moment(now()),
        doubtful_table(found.items),
        "doubtful",
        own.SOURCE_REPLIES,
    )
    st.caption(own.CALLBACK_DEFINITIONS[kind])
    if not found.items:
        st.info(own.CALLBACKS_EMPTY.format(days=days, kind=name), icon=":material/task_alt:")
    listed = [one.ticket.number for one in found.items]
    for one in found.items:
        _closing(one, listed)
    turn_pages("callbacks", found.total, SIZE)


def doubtful_table(items: list[DoubtfulReply]) -> pd.DataFrame:
    """Return doubtful closings as a table."""
    names = own.CALLBACK_COLUMNS
    return pd.DataFrame(
        [
            {
                names["number"]: one.ticket.number,
                names["title"]: one.ticket.title,
                names["unit"]: one.ticket.unit.name if one.ticket.unit else "",
                names["closed_at"]: moment(one.closed_at),
                names["signs"]: "；".join([*one.signs, *one.reasons]),
                names["on_topic"]: percent(one.on_topic),
                names["reply"]: one.reply,
            }
            for one in items
        ]
    )


def _closing(one: DoubtfulReply, listed: list[str]) -> None:
    unit = one.ticket.unit.name if one.ticket.unit else ""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f"<b>{escape(one.ticket.title)}</b>", width="stretch")
            if can_go(TICKET) and st.button(
                f"{own.CALLBACK_OPEN} {one.ticket.number}",
                key=f"open_{one.ticket.number}",
                type="tertiary",
                icon=":material/description:",
            ):
                open_ticket(one.ticket.number, CALLBACKS, listed)
        place = one.ticket.district or ""
        parts = (unit, one.ticket.category or "", place, f"{moment(one.closed_at)} 办结")
        st.caption(" · ".join(part for part in parts if part))
        with st.container(horizontal=True, gap="small"):
            for sign in one.signs:
                st.badge(sign, color="red")
            for reason in one.reasons:
                st.badge(reason, color="orange")
        with st.expander(own.CALLBACK_REPLY):
            st.html(f'<div class="past">{escape(one.reply)}</div>')
