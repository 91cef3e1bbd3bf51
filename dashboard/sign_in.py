"""Who sits at the desk: signing in, staying signed in, signing out."""

from __future__ import annotations

from contextlib import suppress
from html import escape

import streamlit as st

from dashboard import texts
from dashboard.client import ApiDown, Client, DeskError, SignedOut, client_for
from dashboard.keeping import COOKIE, FORGET, KEEP, handovers
from dashboard.provider_sign_in import START
from dashboard.shapes import User

TOKEN, USER = "token", "user"
LEAVING, NOTICE = "leaving", "sign_in_notice"


def current_user() -> User | None:
    """Return who is signed in, from this session or from the cookie of an earlier one."""
    user: User | None = st.session_state.get(USER)
    if user is not None:
        return user
    token = None if st.session_state.get(LEAVING) else st.context.cookies.get(COOKIE)
    if not token:
        return None
    try:
        user = client_for(token).who_am_i()
    except SignedOut:
        return None
    st.session_state[TOKEN], st.session_state[USER] = token, user
    return user


def desk_client() -> Client:
    """Return the API with the rights of whoever is signed in."""
    return client_for(st.session_state.get(TOKEN))


def sign_in(username: str, password: str) -> None:
    """Sign in; on failure leave the sentence to show."""
    try:
        opened = client_for(None).sign_in(username, password)
    except DeskError as error:
        st.session_state[NOTICE] = error.message
        return
    for key in (NOTICE, LEAVING):
        st.session_state.pop(key, None)
    st.session_state[TOKEN], st.session_state[USER] = opened.token, opened.user
    st.session_state["nonce"] = handovers.leave(opened.token)


def sign_out() -> None:
    """End the session here and at the API; nothing of it stays in this tab."""
    # The token dies by itself in hours; a person who leaves must not be kept.
    with suppress(DeskError):
        desk_client().sign_out()
    drop_session(None)


def drop_session(notice: str | None) -> None:
    """Forget everything of the present session and show ``notice`` at the sign-in."""
    st.session_state.clear()
    st.session_state[LEAVING] = True
    if notice:
        st.session_state[NOTICE] = notice


def settle_cookie() -> None:
    """Have the page fetch or drop the cookie after signing in or out."""
    nonce = st.session_state.pop("nonce", None)
    if nonce:
        _post(KEEP, nonce)
    elif st.session_state.get(LEAVING) and not st.session_state.get("cookie_dropped"):
        st.session_state["cookie_dropped"] = True
        _post(FORGET, "1")


def _post(path: str, nonce: str) -> None:
    st.html(
        f"<script>fetch('{path}',{{method:'POST',credentials:'same-origin',"
        f"headers:{{'x-nonce':'{nonce}'}}}})</script>",
        unsafe_allow_javascript=True,
    )


def show_sign_in() -> None:
    """The sign-in page; demo accounts only where the API says that it runs as a demo."""
    try:
        demo = client_for(None).health().demo
    except ApiDown as error:
        demo = False
        st.session_state.setdefault(NOTICE, error.message)
    with st.container(key="sign-in", horizontal_alignment="center"):
        st.html(
            f'<div class="door"><div class="door-mark">{texts.BRAND}</div>'
            f'<div class="door-name">{texts.PRODUCT}</div>'
            f'<p class="door-lead">{texts.SIGN_IN_LEAD}</p></div>',
            width=360,
        )
        _form()
        _provider()
        if demo:
            _demo_accounts()


def _form() -> None:
    with st.form("sign_in_form", width=360):
        username = st.text_input(texts.USERNAME, key="username", autocomplete="username")
        password = st.text_input(
            texts.PASSWORD, type="password", key="password", autocomplete="current-password"
        )
        pressed = st.form_submit_button(texts.SIGN_IN, type="primary", width="stretch")
    if pressed:
        if username.strip() and password:
            sign_in(username.strip(), password)
        else:
            st.session_state[NOTICE] = texts.SIGN_IN_EMPTY
        if st.session_state.get(USER):
            st.rerun()
    notice = st.session_state.pop(NOTICE, None)
    if notice:
        st.error(notice, width=360)


def _provider() -> None:
    """The way through the city's identity provider, where one is configured."""
    try:
        provider = client_for(None).provider()
    except DeskError:
        return
    if provider.enabled:
        name = escape(texts.PROVIDER_GO.format(name=provider.name))
        st.html(f'<a class="provider" href="{START}" target="_self">{name}</a>', width=360)


def _demo_accounts() -> None:
    with st.container(key="demo-accounts", width=360):
        st.caption(f"{texts.DEMO_ACCOUNTS} · {texts.DEMO_ACCOUNTS_HINT}")
        with st.container(horizontal=True, gap="small"):
            for name, label in texts.DEMO_ACCOUNT_NAMES.items():
                st.button(
                    label,
                    key=f"demo_{name}",
                    help=name,
                    on_click=sign_in,
                    args=(name, f"demo-{name}"),
                )
