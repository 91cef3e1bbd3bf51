"""The typed client against a server that keeps WeChat's rules."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from api.wechat import client as client_module
from api.wechat.client import App, WeChatClient
from api.wechat.errors import Busy, Refused, Unsure
from tests.api.wechat.wechat_place import MINI, OFFICIAL, Fault, WeChatPlace

LOGIN = "/sns/jscode2session"
TOKEN = "/cgi-bin/stable_token"
SUBSCRIBE = "/cgi-bin/message/subscribe/send"
TEXT = "/cgi-bin/message/custom/send"

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSES", (0.01, 0.02))
    monkeypatch.setattr(client_module, "TIMEOUT", httpx2.Timeout(0.5))


def ask(place: WeChatPlace, app: tuple[str, str], act: Callable[[WeChatClient], Awaitable[Any]]):
    async def run() -> Any:
        async with httpx2.AsyncClient(trust_env=False) as http:
            return await act(WeChatClient(http, place.url, App(app[0], SecretStr(app[1]))))

    return asyncio.run(run())


def test_a_code_tells_who_logged_in_and_the_session_key_is_not_kept(place: WeChatPlace):
    account = ask(place, MINI, lambda wechat: wechat.log_in(place.code_for("o-1", "u-1")))
    assert (account.openid, account.unionid) == ("o-1", "u-1")
    assert "SESSION-KEY" not in repr(account)


def test_a_busy_wechat_is_asked_again(place: WeChatPlace):
    place.fail(LOGIN, Fault(code=-1), Fault(status=502))
    assert ask(place, MINI, lambda w: w.log_in(place.code_for("o-1"))).openid == "o-1"
    assert place.called(LOGIN) == 3


def test_a_wechat_that_stays_busy_is_given_up_after_three_tries(place: WeChatPlace):
    place.fail(LOGIN, *[Fault(code=-1)] * 5)
    with pytest.raises(Busy):
        ask(place, MINI, lambda wechat: wechat.log_in(place.code_for("o-1")))
    assert place.called(LOGIN) == 3


@pytest.mark.parametrize("code", [40029, 45011, 40226])
def test_a_refusal_is_not_repeated(place: WeChatPlace, code: int):
    place.fail(LOGIN, Fault(code=code))
    with pytest.raises(Refused) as refused:
        ask(place, MINI, lambda wechat: wechat.log_in("x"))
    assert (refused.value.code, place.called(LOGIN)) == (code, 1)
    assert "rid" not in str(refused.value)


def test_a_call_without_an_answer_is_not_repeated(place: WeChatPlace):
    place.fail(TEXT, Fault(seconds=0.8))
    place.talking.add("o-1")
    with pytest.raises(Unsure):
        ask(place, OFFICIAL, lambda wechat: wechat.send_text("o-1", "您好"))
    assert place.called(TEXT) == 1


def test_a_dropped_connection_is_not_repeated(place: WeChatPlace):
    place.fail(TEXT, Fault(drop=True))
    with pytest.raises(Unsure):
        ask(place, OFFICIAL, lambda wechat: wechat.send_text("o-1", "您好"))
    assert place.called(TEXT) == 1


def test_nobody_listening_counts_as_busy():
    async def run() -> None:
        async with httpx2.AsyncClient(trust_env=False) as http:
            await WeChatClient(http, "http://127.0.0.1:9", App("a", SecretStr("b"))).log_in("c")

    with pytest.raises(Busy):
        asyncio.run(run())


def test_many_at_once_fetch_one_token(place: WeChatPlace):
    place.talking |= {f"o-{n}" for n in range(20)}

    async def all_at_once(wechat: WeChatClient) -> None:
        await asyncio.gather(*(wechat.send_text(f"o-{n}", "您好") for n in range(20)))

    ask(place, OFFICIAL, all_at_once)
    assert len(place.texts) == 20
    assert place.called(TOKEN) == 1


def test_a_revoked_token_is_renewed_once_for_all(place: WeChatPlace):
    place.talking |= {f"o-{n}" for n in range(10)}

    async def revoked_in_between(wechat: WeChatClient) -> None:
        await wechat.send_text("o-0", "一")
        place.revoke(OFFICIAL[0])
        await asyncio.gather(*(wechat.send_text(f"o-{n}", "二") for n in range(10)))

    ask(place, OFFICIAL, revoked_in_between)
    assert len(place.texts) == 11
    assert (place.called(TOKEN), place.forced) == (2, 0)


def test_a_token_wechat_insists_on_but_refuses_is_forced(place: WeChatPlace):
    place.talking.add("o-1")
    place.fail(TEXT, Fault(code=42001))
    ask(place, OFFICIAL, lambda wechat: wechat.send_text("o-1", "您好"))
    assert place.forced == 1
    assert len(place.texts) == 1


def test_a_token_refused_twice_is_an_error_and_no_loop(place: WeChatPlace):
    place.fail(TEXT, *[Fault(code=40001)] * 9)
    with pytest.raises(Refused):
        ask(place, OFFICIAL, lambda wechat: wechat.send_text("o-1", "您好"))
    assert place.called(TEXT) == 2


def test_a_token_near_its_end_is_renewed(place: WeChatPlace):
    place.talking.add("o-1")

    async def twice(wechat: WeChatClient) -> None:
        await wechat.send_text("o-1", "一")
        wechat._tokens._clock = lambda: 10_000_000.0
        await wechat.send_text("o-1", "二")

    ask(place, OFFICIAL, twice)
    assert place.called(TOKEN) == 2


def test_a_picture_comes_as_bytes_and_a_lost_one_as_a_refusal(place: WeChatPlace):
    place.media["m-1"] = b"\xff\xd8\xff picture"
    assert ask(place, OFFICIAL, lambda w: w.media("m-1")) == b"\xff\xd8\xff picture"
    with pytest.raises(Refused) as refused:
        ask(place, OFFICIAL, lambda wechat: wechat.media("m-2"))
    assert refused.value.code == 40007


def test_an_unreadable_answer_is_an_error(place: WeChatPlace):
    place.token_seconds = "soon"  # type: ignore[assignment]
    with pytest.raises(Unsure):
        ask(place, OFFICIAL, lambda wechat: wechat.send_text("o-1", "您好"))


def test_secrets_and_openids_stay_out_of_the_log(
    place: WeChatPlace, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    place.fail(LOGIN, *[Fault(code=-1)] * 3)
    code = place.code_for("o-secret-openid")
    with pytest.raises(Busy):
        ask(place, MINI, lambda wechat: wechat.log_in(code))
    ask(place, MINI, lambda wechat: wechat.log_in(code))
    for secret in (MINI[1], "o-secret-openid", "SESSION-KEY", code):
        assert secret not in caplog.text
