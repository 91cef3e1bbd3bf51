"""``wx.login`` → our session."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tests.api.desk_story import Caller
from tests.api.wechat.wechat_place import MINI, Fault, WeChatPlace

LOGIN = "/sns/jscode2session"


def log_in(client: TestClient, code: str):
    return client.post("/v1/wechat/session", json={"code": code})


def test_a_code_opens_a_citizen_session_of_the_mini_program(
    connected: TestClient, place: WeChatPlace
):
    opened = log_in(connected, place.code_for("o-Abc")).json()
    caller = Caller(connected, opened["token"])
    number = caller.file()["number"]
    dispatcher = Caller.staff(connected, "dispatcher")
    assert dispatcher.get(f"/v1/desk/tickets/{number}").json()["channel"] == "mini_program"


def test_the_same_person_is_the_same_citizen_and_openids_differing_in_case_are_not(
    connected: TestClient, place: WeChatPlace
):
    first, again, other = (
        log_in(connected, place.code_for(openid)).json() for openid in ("o-Abc", "o-Abc", "o-aBC")
    )
    assert first["citizen_id"] == again["citizen_id"] != other["citizen_id"]
    assert first["token"] != again["token"]


def test_a_code_is_good_once(connected: TestClient, place: WeChatPlace):
    code = place.code_for("o-Abc")
    assert log_in(connected, code).status_code == 200
    refused = log_in(connected, code)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "wechat_code_invalid")


@pytest.mark.parametrize(
    ("wechat_says", "status", "code"),
    [
        (40029, 422, "wechat_code_invalid"),
        (45011, 429, "too_many_requests"),
        (40226, 403, "forbidden"),
        (40164, 503, "wechat_unavailable"),
    ],
)
def test_a_refusal_of_wechat_is_told_in_our_words(
    connected: TestClient, place: WeChatPlace, wechat_says: int, status: int, code: str
):
    place.fail(LOGIN, Fault(code=wechat_says))
    refused = log_in(connected, "some-code")
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert "errmsg" not in refused.text


def test_a_wrong_secret_is_our_problem_and_shows_in_health(
    make_client: Callable[..., TestClient], keys: dict[str, object], place: WeChatPlace
):
    client = make_client(**{**keys, "wechat_mini_secret": "of yesterday"})
    assert log_in(client, place.code_for("o-Abc")).status_code == 503
    channel = client.get("/v1/health").json()["channels"]["mini_program"]
    assert channel["on"] is True
    assert channel["ok"] is False
    assert "AppSecret" in channel["detail"]


def test_without_keys_the_channels_are_off_and_say_so(client: TestClient):
    refused = log_in(client, "some-code")
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "channel_off")
    channels = client.get("/v1/health").json()["channels"]
    assert [channels[name]["on"] for name in sorted(channels)] == [False, False]
    assert "SUISHENG_WECHAT_MINI_APPID" in channels["mini_program"]["detail"]


def test_neither_openid_nor_session_key_nor_secret_is_kept_in_clear_or_logged(
    connected: TestClient, place: WeChatPlace, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    log_in(connected, place.code_for("o-VerySecretOpenid", "u-VerySecretUnion"))
    with connected.app.state.services.store.session(read_only=True) as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        kept = " ".join(
            str(row)
            for (table,) in tables.all()
            for row in session.execute(text(f'SELECT * FROM "{table}"')).all()
        )
    for secret in ("o-VerySecretOpenid", "u-VerySecretUnion", "SESSION-KEY", MINI[1]):
        assert secret not in kept
        assert secret not in caplog.text


def test_one_person_in_both_apps_is_one_citizen(connected: TestClient, place: WeChatPlace):
    identities = connected.app.state.services.wechat.identities
    mini = identities.of("mini_program", "a", "o-1", "u-1")
    official = identities.of("official_account", "b", "o-2", "u-1")
    assert mini.citizen_id == official.citizen_id
    assert mini.key != official.key
