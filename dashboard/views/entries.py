"""知识条目: the list with its table and imports, or one entry with edit, review and versions."""

from __future__ import annotations

import math

import streamlit as st

from dashboard import frame
from dashboard import knowledge_texts as words
from dashboard.entry_page import show_entry, show_new
from dashboard.entry_table import show_table
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import EntrySummary
from dashboard.moments import moment
from dashboard.roles import MAY_WRITE_ENTRIES
from dashboard.sign_in import current_user

SIZE = 30
NEW = "new"


def show() -> None:
    """The entry named in the address, or the list."""
    frame.head(words.PAGE_ENTRIES, words.ENTRIES_LEAD)
    frame.show_told()
    chosen = st.query_params.get("entry")
    if not chosen:
        _list()
        return
    st.button(
        words.BACK, on_click=_leave, type="tertiary", key="back", icon=":material/arrow_back:"
    )
    if chosen == NEW:
        show_new()
    else:
        show_entry(chosen)


def _list() -> None:
    user = current_user()
    writes = user is not None and user.role in MAY_WRITE_ENTRIES
    with st.container(horizontal=True, vertical_alignment="bottom"):
        said = st.text_input(
            words.WORDS, key="q", bind="query-params", placeholder=words.WORDS_HINT, max_chars=60
        )
        status = st.selectbox(
            words.STATUS,
            list(words.STATUSES),
            index=None,
            format_func=words.STATUSES.__getitem__,
            placeholder=words.ALL,
            key="status",
            width=150,
        )
        kind = st.selectbox(
            words.KIND, words.KINDS, index=None, placeholder=words.ALL, key="kind", width=150
        )
        if writes:
            st.button(words.NEW, on_click=open_entry, args=(NEW,), icon=":material/add:", key="new")
    page = knowledge_client().entries(
        {
            "q": said,
            "status": status,
            "kind": kind,
            "page": int(st.session_state.get("page") or 1),
            "size": SIZE,
        }
    )
    counts = " · ".join(f"{name} {page.counts.get(key, 0)}" for key, name in words.STATUSES.items())
    st.caption(f"{words.TOTAL.format(total=page.total)}　{counts}")
    if not page.items:
        st.caption(words.NOTHING)
    with st.container(gap="xsmall"):
        for item in page.items:
            entry_line(item, "list")
    if page.total > SIZE:
        st.pagination(math.ceil(page.total / SIZE), key="page")
    if writes:
        with st.expander(words.TABLE_TITLE, icon=":material/table_view:"):
            show_table()


def entry_line(item: EntrySummary, group: str, note: str = "") -> None:
    """Show one entry as a line that opens it."""
    if item.in_force == item.version:
        in_force = ""
    elif item.in_force:
        in_force = words.IN_FORCE_OTHER.format(version=item.in_force)
    else:
        in_force = words.IN_FORCE_NONE
    when = words.CHANGED.format(when=moment(item.updated_at)) if item.updated_at else item.id
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small"):
        st.badge(
            words.STATUSES.get(item.status, item.status),
            color=words.STATUS_COLOURS.get(item.status, "gray"),  # type: ignore[arg-type]
        )
        st.button(
            item.title,
            key=f"{group}_{item.id}",
            on_click=open_entry,
            args=(item.id,),
            type="tertiary",
        )
        st.caption(
            note
            or words.LINE.format(unit=item.unit, version=item.version, in_force=in_force, when=when)
        )


def open_entry(name: str) -> None:
    """Put an entry into the address of this page."""
    st.query_params["entry"] = name


def _leave() -> None:
    st.query_params.pop("entry", None)
