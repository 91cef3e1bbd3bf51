"""Pages of a long list: which one is shown, and the buttons to the next and the one before."""

from __future__ import annotations

from math import ceil

import streamlit as st

from dashboard import quality_texts as own

NOTHING = object()


def present_page(key: str, wanted: object) -> int:
    """Return the page of the list ``key`` one is on; other conditions begin at the first."""
    if st.session_state.get(f"{key}_wanted", NOTHING) != wanted:
        st.session_state[f"{key}_wanted"] = wanted
        st.session_state[f"{key}_page"] = 1
    return int(st.session_state[f"{key}_page"])


def turn_pages(key: str, total: int, size: int) -> None:
    """Offer the page before and the next, where there is more than one."""
    page, pages = int(st.session_state[f"{key}_page"]), ceil(total / size)
    if pages < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.caption(own.PAGE_OF.format(page=page, pages=pages), width="content")
        for label, to in ((own.EARLIER, page - 1), (own.LATER, page + 1)):
            if st.button(label, key=f"{key}_to_{to}", disabled=not 1 <= to <= pages):
                st.session_state[f"{key}_page"] = to
                st.rerun()
