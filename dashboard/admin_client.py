"""The API of administration, with the rights of whoever is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import streamlit as st

from dashboard.admin_shapes import (
    Account,
    AccountPage,
    AccountSecret,
    CityFileList,
    CityReview,
    CityText,
    CityVersion,
    LedgerPage,
    LedgerProof,
    SwitchList,
    SwitchState,
)
from dashboard.client import Client, connection
from dashboard.settings import api_timeout, api_url
from dashboard.sign_in import TOKEN


class AdminClient(Client):
    """Calls the routes of administration."""

    def accounts(self, filters: Mapping[str, str | int | None]) -> AccountPage:
        """Return a page of accounts; empty filters do not filter."""
        wanted = {name: value for name, value in filters.items() if value not in (None, "")}
        return self._ask(AccountPage, "GET", "/v1/admin/users", params=wanted)

    def add_account(self, **fields: object) -> AccountSecret:
        """Open an account; its password is told once."""
        return self._ask(AccountSecret, "POST", "/v1/admin/users", fields)

    def change_account(self, username: str, **fields: object) -> Account:
        """Change an account; its sign-ins end."""
        return self._ask(Account, "POST", f"{_user(username)}/change", fields)

    def reset_password(self, username: str) -> AccountSecret:
        """Give a new password, told once."""
        return self._ask(AccountSecret, "POST", f"{_user(username)}/password")

    def switches(self) -> list[SwitchState]:
        """Return the off-switches."""
        return self._ask(SwitchList, "GET", "/v1/admin/switches").items

    def turn_switch(self, name: str, *, off: bool, reason: str) -> SwitchState:
        """Turn a function off or on."""
        body = {"off": off, "reason": reason}
        return self._ask(SwitchState, "POST", f"/v1/admin/switches/{name}", body)

    def ledger(self, filters: Mapping[str, str | int | None]) -> LedgerPage:
        """Search the ledger; empty filters do not filter."""
        wanted = {name: value for name, value in filters.items() if value not in (None, "")}
        return self._ask(LedgerPage, "GET", "/v1/admin/ledger", params=wanted)

    def prove_ledger(self) -> LedgerProof:
        """Have the whole chain recomputed."""
        return self._ask(LedgerProof, "GET", "/v1/admin/ledger/proof")

    def city_files(self) -> CityFileList:
        """Return the files that can be edited."""
        return self._ask(CityFileList, "GET", "/v1/admin/city")

    def city_file(self, file: str) -> CityText:
        """Return a file as it stands."""
        return self._ask(CityText, "GET", f"/v1/admin/city/{quote(file, safe='')}")

    def city_version(self, file: str, version: int) -> CityVersion:
        """Return an earlier text of a file."""
        path = f"/v1/admin/city/{quote(file, safe='')}/versions/{version}"
        return self._ask(CityVersion, "GET", path)

    def check_city(self, file: str, content: str) -> CityReview:
        """Have a new text looked over."""
        path = f"/v1/admin/city/{quote(file, safe='')}/check"
        return self._ask(CityReview, "POST", path, {"content": content})

    def save_city(self, file: str, content: str, digest: str, reason: str) -> CityText:
        """Put a new text in force."""
        body = {"content": content, "digest": digest, "reason": reason}
        return self._ask(CityText, "POST", f"/v1/admin/city/{quote(file, safe='')}", body)


def admin_client() -> AdminClient:
    """Return the API of administration for whoever is signed in."""
    return AdminClient(connection(api_url(), api_timeout()), st.session_state.get(TOKEN))


def _user(username: str) -> str:
    return f"/v1/admin/users/{quote(username, safe='')}"
