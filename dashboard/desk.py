"""The frame around every page: who is here, what they may see, and one place for errors."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard import frame, texts
from dashboard.client import DeskError, SignedOut
from dashboard.pages import doors, menu
from dashboard.sign_in import current_user, drop_session, settle_cookie, show_sign_in

logger = logging.getLogger("suisheng.desk")

st.set_page_config(
    page_title=f"{texts.BRAND} {texts.PRODUCT}",
    page_icon=str(frame.ASSETS / "favicon.svg"),
    layout="wide",
    initial_sidebar_state=224,
)
frame.style()
try:
    user = current_user()
except DeskError as error:
    user = None
    st.session_state.setdefault("sign_in_notice", error.message)
if user is None:
    st.navigation(doors(show_sign_in), position="hidden").run()
    settle_cookie()
else:
    page = st.navigation(menu(user.role), position="sidebar", expanded=True)
    frame.sidebar(user)
    settle_cookie()
    try:
        page.run()
    except SignedOut:
        drop_session(texts.SIGNED_OUT)
        st.rerun()
    except DeskError as error:
        st.error(error.message, icon=":material/cloud_off:")
        st.button(texts.REFRESH, key="retry")
    except Exception:
        # Streamlit would show an English box; values of the page may be personal, so no message.
        logger.exception("page %s failed", page.url_path)
        st.error(texts.UNEXPECTED, icon=":material/error:")
