"""账号: who may come in, as what, and what they see."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from dashboard import admin_texts as texts
from dashboard import frame
from dashboard.admin_client import admin_client
from dashboard.admin_shapes import Account, AccountSecret
from dashboard.client import Refused
from dashboard.moments import moment
from dashboard.roles import MAY_CHANGE_ACCOUNTS
from dashboard.sign_in import current_user
from dashboard.texts import ALL, QUEUE_EMPTY, ROLES

SIZE = 50
STAFF = [role for role in ROLES if role not in {"citizen", "machine"}]


def show() -> None:
    """The accounts with filters in the address; opening and changing them."""
    frame.head(texts.PAGE_ACCOUNTS, texts.ACCOUNTS_LEAD)
    frame.show_told()
    _secret()
    filters = _filters()
    page = admin_client().accounts({**filters, "page": _page(), "size": SIZE})
    if page.items:
        st.dataframe(
            [_row(account) for account in page.items],
            column_config={
                **texts.ACCOUNT_COLUMNS,
                "where": st.column_config.TextColumn(
                    texts.ACCOUNT_COLUMNS["where"], width="medium"
                ),
            },
            hide_index=True,
            width="stretch",
        )
    else:
        st.caption(QUEUE_EMPTY)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(texts.ACCOUNTS_TOTAL.format(total=f"{page.total:,}"), width="content")
        if page.total > SIZE:
            st.pagination(math.ceil(page.total / SIZE), key="accounts_page")
    user = current_user()
    if user is None or user.role not in MAY_CHANGE_ACCOUNTS:
        return
    left, right = st.columns(2, gap="large")
    with left:
        _change(page.items)
    with right:
        _add()


def _filters() -> dict[str, str | int | None]:
    first, second, third = st.columns([2, 1, 1])
    with first:
        words = st.text_input(
            texts.FIND,
            key="who",
            bind="query-params",
            placeholder=texts.FIND_HINT,
            icon=":material/search:",
            max_chars=60,
        )
    with second:
        role = st.selectbox(
            texts.ROLE,
            STAFF,
            index=None,
            format_func=ROLES.__getitem__,
            key="role",
            placeholder=ALL,
        )
    with third:
        active = st.selectbox(
            texts.STATE,
            list(texts.STATES),
            index=None,
            format_func=texts.STATES.__getitem__,
            key="active",
            placeholder=ALL,
        )
    return {"q": words, "role": role, "active": active}


def _page() -> int:
    return int(st.session_state.get("accounts_page") or 1)


def _row(account: Account) -> dict[str, str]:
    state = texts.ACTIVE if account.active else texts.CLOSED
    whole = "" if account.role == "unit_handler" else texts.WHOLE_CITY
    where = [account.unit_name or "", account.scope or whole]
    return {
        "username": account.username,
        "name": account.name,
        "role": ROLES.get(account.role, account.role),
        "where": " · ".join(part for part in where if part),
        "state": texts.LOCKED if account.locked else state,
        "way": texts.BY_PASSWORD if account.password else texts.BY_PROVIDER,
        "created": moment(account.created_at),
    }


def _add() -> None:
    st.subheader(texts.NEW_ACCOUNT)
    with st.form("new_account", clear_on_submit=False):
        username = st.text_input(texts.USERNAME, key="new_username", max_chars=64)
        fields = _fields("new", None)
        with_password = st.checkbox(texts.WITH_PASSWORD, value=True, key="new_with_password")
        pressed = st.form_submit_button(texts.NEW_ACCOUNT, key="new_go", type="primary")
    if not pressed:
        return
    if not (username.strip() and fields["name"]):
        st.error(texts.NAME_MISSING)
        return
    try:
        made = admin_client().add_account(
            username=username.strip(), with_password=with_password, **fields
        )
    except Refused as error:
        st.error(error.message)
    else:
        _tell(texts.CREATED.format(username=made.account.username), made)


def _change(accounts: list[Account]) -> None:
    st.subheader(texts.CHANGE_ACCOUNT)
    known = {account.username: account for account in accounts}
    chosen = st.selectbox(
        texts.PICK_ACCOUNT,
        list(known),
        index=None,
        format_func=lambda name: f"{name} {known[name].name}",
        key="account",
        placeholder=texts.CHOOSE,
    )
    if chosen is None:
        return
    account = known[chosen]
    with st.form(f"change_{chosen}"):
        fields = _fields(chosen, account)
        active = st.checkbox(texts.IS_ACTIVE, value=account.active, key=f"active_{chosen}")
        pressed = st.form_submit_button(texts.SAVE, key="change_account_go", type="primary")
    if pressed:
        try:
            admin_client().change_account(chosen, active=active, **fields)
        except Refused as error:
            st.error(error.message)
        else:
            frame.tell(texts.CHANGED.format(username=chosen))
            st.rerun()
    with st.popover(texts.RESET, icon=":material/key:"):
        st.caption(texts.RESET_ASK)
        if st.button(texts.RESET, key="reset_go", type="primary"):
            try:
                made = admin_client().reset_password(chosen)
            except Refused as error:
                st.error(error.message)
            else:
                _tell(texts.CHANGED.format(username=chosen), made)


def _fields(key: str, account: Account | None) -> dict[str, Any]:
    known = frame.reference()
    units = {unit.code: unit.name for unit in known.units}
    name = st.text_input(
        texts.NAME, value=account.name if account else "", key=f"name_{key}", max_chars=60
    )
    role = st.selectbox(
        texts.ROLE,
        STAFF,
        index=STAFF.index(account.role) if account and account.role in STAFF else 0,
        format_func=ROLES.__getitem__,
        key=f"role_{key}",
    )
    code = account.unit_code if account else None
    unit = st.selectbox(
        texts.UNIT,
        list(units),
        index=list(units).index(code) if code in units else None,
        format_func=units.__getitem__,
        key=f"unit_{key}",
        placeholder="—",
    )
    scope = account.scope if account else None
    district = st.selectbox(
        texts.SCOPE,
        known.districts,
        index=known.districts.index(scope) if scope in known.districts else None,
        key=f"scope_{key}",
        placeholder=texts.WHOLE_CITY,
    )
    return {"name": name.strip(), "role": role, "unit_code": unit, "scope": district}


def _tell(message: str, made: AccountSecret) -> None:
    frame.tell(message)
    st.session_state["secret"] = made
    st.rerun()


def _secret() -> None:
    """Show a new password once; the next action makes it go."""
    made: AccountSecret | None = st.session_state.pop("secret", None)
    if made and made.password:
        st.success(texts.SECRET.format(username=made.account.username), icon=":material/key:")
        st.code(made.password, language=None)
