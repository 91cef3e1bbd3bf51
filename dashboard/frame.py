"""What is the same on every page: style, sidebar, page head, demo mark, notices, CSV."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import texts
from dashboard.client import DeskError, client_for
from dashboard.shapes import Indicator, Reference, User
from dashboard.sign_in import desk_client, drop_session, sign_out

ASSETS = Path(__file__).parent / "assets"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def style() -> None:
    """Put the desk's style sheet into the page."""
    st.html(ASSETS / "desk.css")


def sidebar(user: User) -> None:
    """Say who is signed in and where; offer the way out."""
    st.logo(str(ASSETS / "logo.svg"), icon_image=str(ASSETS / "mark.svg"), size="large")
    with st.sidebar:
        where = user.unit_name or user.scope or ""
        role = texts.ROLES.get(user.role, user.role)
        mark = (
            f'<span class="demo-mark" title="{texts.DEMO_HINT}">{texts.DEMO_MARK}</span>'
            if is_demo()
            else ""
        )
        st.html(
            f'<div class="who">{escape(user.name)}'
            f"<small>{escape(' · '.join(part for part in (role, where) if part))}</small>"
            f"{mark}</div>"
        )
        _own_password()
        st.button(texts.SIGN_OUT, on_click=sign_out, key="sign_out", icon=":material/logout:")


def _own_password() -> None:
    with (
        st.popover(texts.OWN_PASSWORD, icon=":material/key:", type="tertiary"),
        st.form("own_password", border=False),
    ):
        old = st.text_input(texts.OWN_OLD, type="password", key="own_old", max_chars=256)
        new = st.text_input(texts.OWN_NEW, type="password", key="own_new", max_chars=256)
        if st.form_submit_button(texts.OWN_PASSWORD, key="own_go") and old and new:
            try:
                desk_client().change_own_password(old, new)
            except DeskError as error:
                st.error(error.message)
            else:
                drop_session(texts.OWN_DONE)
                st.rerun()


def head(title: str, lead: str = "", demo: bool | None = None) -> None:
    """Print the page's title with one line on what it is for; ``demo`` defaults to the mode."""
    mark = is_demo() if demo is None else demo
    shown = f'<span class="demo-mark">{texts.DEMO_MARK}</span>' if mark else ""
    st.html(f'<div class="page-head"><h1>{escape(title)}</h1><p>{escape(lead)}</p>{shown}</div>')


@st.cache_data(ttl=60, show_spinner=False)
def _demo_mode() -> bool:
    return client_for(None).health().demo


def is_demo() -> bool:
    """Whether the whole installation runs as a demo; unknown while the API is down."""
    try:
        return bool(_demo_mode())
    except DeskError:
        return False


def reference() -> Reference:
    """Return the city's names, asked for once per session."""
    found: Reference | None = st.session_state.get("reference")
    if found is None:
        found = desk_client().reference()
        st.session_state["reference"] = found
    return found


def indicators() -> dict[str, Indicator]:
    """Return the indicator dictionary, asked for once per session."""
    found: dict[str, Indicator] | None = st.session_state.get("indicators")
    if found is None:
        found = desk_client().indicators()
        st.session_state["indicators"] = found
    return found


def tell(message: str, kind: str = "done") -> None:
    """Keep a message for the next run, after a page change or rerun."""
    st.session_state.setdefault("told", []).append((kind, message))


def show_told() -> None:
    """Show what was kept by ``tell``."""
    for kind, message in st.session_state.pop("told", []):
        if kind == "done":
            st.toast(message, icon=":material/check:")
        else:
            st.error(message, icon=":material/error:")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return CSV that spreadsheets open as UTF-8 and in which no cell runs as a formula."""
    text: str = table.map(_disarmed).to_csv(index=False)
    return text.encode("utf-8-sig")


def _disarmed(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def export_button(table: pd.DataFrame, name: str, key: str) -> None:
    """Offer a table as CSV."""
    st.download_button(
        texts.EXPORT,
        csv_bytes(table),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
