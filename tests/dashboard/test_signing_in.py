"""Signing in and out, staying signed in, and an API that is gone."""

from __future__ import annotations

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import texts
from dashboard.keeping import COOKIE, FORGET, KEEP, ROUTES, Handovers, handovers
from dashboard.sign_in import NOTICE


class Gone:
    """An address where nobody answers."""

    url = "http://127.0.0.1:9"

    def token(self, username):
        return "s-none"


def test_a_wrong_password_gets_one_sentence(busy_api, desk):
    at = desk(busy_api)
    at.text_input(key="username").set_value("dispatcher")
    at.text_input(key="password").set_value("wrong")
    at.button[0].click().run()
    assert [error.value for error in at.error] == ["账号或密码不正确。"]


def test_signing_in_opens_the_first_page_of_the_role(busy_api, desk):
    at = desk(busy_api)
    at.text_input(key="username").set_value("unit")
    at.text_input(key="password").set_value("demo-unit")
    at.button[0].click().run()
    assert not at.exception
    assert any(texts.PAGE_INBOX in element.proto.body for element in at.get("html"))


def test_demo_accounts_are_offered_in_demo_mode(busy_api, desk):
    at = desk(busy_api)
    at.button(key="demo_manager").click().run()
    assert any(texts.PAGE_OVERVIEW in element.proto.body for element in at.get("html"))


def test_signing_out_ends_the_session_at_the_api(busy_api, desk):
    at = desk(busy_api, "manager")
    token = at.session_state["token"]
    at.button(key="sign_out").click().run()
    del busy_api.tokens["manager"]
    assert at.text_input(key="username")
    answer = busy_api.http.get("/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == httpx2.codes.UNAUTHORIZED


def test_an_expired_session_leads_back_to_the_sign_in(busy_api, desk):
    at = desk(busy_api, "manager")
    headers = {"Authorization": f"Bearer {at.session_state['token']}"}
    busy_api.http.delete("/v1/session", headers=headers)
    del busy_api.tokens["manager"]
    at.run()
    assert not at.exception
    assert [error.value for error in at.error] == [texts.SIGNED_OUT]


def test_a_missing_api_is_one_clear_sentence_at_the_sign_in(desk):
    at = desk(Gone())
    assert not at.exception
    assert [error.value for error in at.error] == [texts.API_DOWN]


def test_a_missing_api_is_one_clear_sentence_on_a_page(busy_api, desk, monkeypatch):
    at = desk(busy_api, "dispatcher")
    monkeypatch.setenv("SUISHENG_API_URL", Gone.url)
    at.run()
    assert not at.exception
    assert [error.value for error in at.error] == [texts.API_DOWN]
    assert NOTICE not in at.session_state


@pytest.fixture
def keeper():
    with TestClient(Starlette(routes=list(ROUTES))) as client:
        yield client


def test_a_nonce_fetches_the_cookie_once(keeper):
    nonce = handovers.leave("s-token")
    first = keeper.post(KEEP, headers={"x-nonce": nonce})
    cookie = first.headers["set-cookie"]
    assert first.status_code == 204
    assert f"{COOKIE}=s-token" in cookie
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert keeper.post(KEEP, headers={"x-nonce": nonce}).status_code == 403


@pytest.mark.parametrize("path", [KEEP, FORGET])
def test_the_cookie_routes_need_their_header(keeper, path):
    assert keeper.post(path).status_code == 403


def test_a_nonce_expires(monkeypatch):
    waiting = Handovers()
    nonce = waiting.leave("s-token")
    monkeypatch.setattr("dashboard.keeping.time.monotonic", lambda: 1e12)
    assert waiting.fetch(nonce) is None
