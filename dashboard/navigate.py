"""Moving between pages from inside one."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dashboard.roles import TICKET


def go(name: str, **params: str) -> NoReturn:
    """Switch to a page of the present role with ``params`` in the address."""
    st.switch_page(st.session_state["pages"][name], query_params=params)


def can_go(name: str) -> bool:
    """Whether the present role has that page."""
    return name in st.session_state.get("pages", {})


def open_ticket(number: str, came_from: str, listed: list[str] | None = None) -> NoReturn:
    """Open a ticket; ``listed`` are the numbers next and previous walk through."""
    st.session_state["came_from"] = came_from
    if listed is not None:
        st.session_state["listed"] = listed
    go(TICKET, no=number)
