"""A message on each step the citizen agreed to hear of: once, in order, and not lost."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.wechat.outgoing import LEASE
from hotline.store import WeChatOutgoing
from tests.api.desk_story import Caller
from tests.api.wechat.conftest import deliver
from tests.api.wechat.wechat_place import Fault, WeChatPlace

SUBSCRIBE = "/cgi-bin/message/subscribe/send"
UNIT = "tianhe-shipai"


@pytest.fixture
def citizen(connected: TestClient, place: WeChatPlace) -> Caller:
    deliver(connected)  # the courier begins with what happens from now on
    opened = connected.post("/v1/wechat/session", json={"code": place.code_for("o-1")})
    return Caller(connected, opened.json()["token"])


def agree(citizen: Caller, place: WeChatPlace, *kinds: str, **options: object) -> dict[str, int]:
    """Agree as WeChat's window does: WeChat counts, and we are told."""
    for kind in kinds:
        place.consents["o-1", f"tmpl-{kind}"] += 1
    body = {
        "request_id": str(options.get("request_id") or uuid.uuid4()),
        "choices": dict.fromkeys(kinds, True),
    }
    answer = citizen.post("/v1/wechat/subscriptions", body)
    assert answer.status_code == 200, answer.text
    return {item["key"]: item["left"] for item in answer.json()["items"]}


def handled(citizen: Caller, upto: str = "close") -> str:
    """File a ticket and let the desk and the unit take their steps."""
    number = citizen.file()["number"]
    dispatcher = Caller.staff(citizen.client, "dispatcher")
    unit = Caller.staff(citizen.client, "unit")
    code = unit.get("/v1/session").json()["unit_code"]
    found = dispatcher.get(f"/v1/desk/tickets/{number}").json()
    name = "redispatch" if found["unit"] else "dispatch"
    steps = [
        (dispatcher, name, {"unit_code": code, "reason": "按职责"}),
        (unit, "sign", {}),
        (unit, "start", {}),
        (unit, "close", {"reply": "已约谈店主，噪音已停。"}),
    ]
    for caller, step, fields in steps:
        answer = caller.step(number, step, **fields)
        assert answer.status_code == 200, answer.text
        if step == upto or (step == name and upto == "dispatch"):
            break
    return number


def rows(client: TestClient) -> list[WeChatOutgoing]:
    with client.app.state.services.store.session(read_only=True) as session:
        return list(session.scalars(select(WeChatOutgoing).order_by(WeChatOutgoing.id)))


def test_what_can_be_agreed_to_is_what_the_official_gave_templates_for(citizen: Caller):
    items = citizen.get("/v1/wechat/subscriptions").json()["items"]
    assert [item["template_id"] for item in items] == [
        "tmpl-dispatched", "tmpl-handling", "tmpl-closed",
    ]  # fmt: skip
    assert {item["left"] for item in items} == {0}


def test_each_step_agreed_to_is_told_once(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "dispatched", "handling", "closed")
    number = handled(citizen)
    deliver(citizen.client)
    deliver(citizen.client)
    told = place.subscription_messages
    assert [message["template_id"] for message in told] == [
        "tmpl-dispatched", "tmpl-handling", "tmpl-closed",
    ]  # fmt: skip
    assert {message["touser"] for message in told} == {"o-1"}
    assert told[0]["data"]["character_string1"]["value"] == number
    assert told[2]["data"]["phrase3"]["value"] == "已办结"
    assert told[2]["page"] == f"pages/ticket/ticket?number={number}"


def test_who_did_not_agree_is_told_nothing(citizen: Caller, place: WeChatPlace):
    handled(citizen)
    deliver(citizen.client)
    assert place.called(SUBSCRIBE) == 0


def test_one_agreement_is_one_message(citizen: Caller, place: WeChatPlace):
    assert agree(citizen, place, "closed")["closed"] == 1
    handled(citizen)
    handled(citizen)
    deliver(citizen.client)
    assert len(place.subscription_messages) == 1
    left = citizen.get("/v1/wechat/subscriptions").json()["items"]
    assert left[2]["left"] == 0


def test_the_same_agreement_sent_twice_counts_once(citizen: Caller, place: WeChatPlace):
    request_id = uuid.uuid4()
    agree(citizen, place, "closed", request_id=request_id)
    assert agree(citizen, place, "closed", request_id=request_id)["closed"] == 1


def test_a_withdrawn_consent_is_believed(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "closed")
    agree(citizen, place, "closed")
    place.consents.clear()
    handled(citizen)
    deliver(citizen.client)
    assert citizen.get("/v1/wechat/subscriptions").json()["items"][2]["left"] == 0
    assert [(row.state, row.error) for row in rows(citizen.client)] == [("refused", 43101)]


def test_a_wrong_template_does_not_cost_the_citizen_the_consent(
    citizen: Caller, place: WeChatPlace
):
    agree(citizen, place, "closed")
    place.templates.clear()
    handled(citizen)
    deliver(citizen.client)
    assert citizen.get("/v1/wechat/subscriptions").json()["items"][2]["left"] == 1


def test_a_busy_wechat_is_tried_again_later_in_order(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "dispatched", "handling")
    place.fail(SUBSCRIBE, *[Fault(code=-1)] * 3)
    handled(citizen, upto="sign")
    assert deliver(citizen.client) == 0
    assert [row.state for row in rows(citizen.client)] == ["waiting", "waiting"]
    make_due(citizen.client)
    assert deliver(citizen.client) == 2
    assert [message["template_id"] for message in place.subscription_messages] == [
        "tmpl-dispatched", "tmpl-handling",
    ]  # fmt: skip


def test_a_message_wechat_may_have_taken_is_not_repeated(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "closed")
    place.fail(SUBSCRIBE, Fault(drop=True))
    handled(citizen)
    deliver(citizen.client)
    make_due(citizen.client)
    deliver(citizen.client)
    assert [row.state for row in rows(citizen.client)] == ["unsure"]
    assert place.called(SUBSCRIBE) == 1


def test_what_was_not_sent_before_a_restart_is_sent_after_it(
    make_client: Callable[..., TestClient],
    keys: dict[str, object],
    place: WeChatPlace,
    citizen: Caller,
    tmp_path: Path,
):
    agree(citizen, place, "dispatched", "closed")
    handled(citizen)
    place.fail(SUBSCRIBE, *[Fault(code=-1)] * 3)
    deliver(citizen.client)
    store = citizen.client.app.state.services.store
    var = tmp_path / "restarted"
    shutil.copytree(citizen.client.app.state.services.settings.var / "keys", var / "keys")
    later = make_client(**{**keys, "database_url": str(store.engine.url), "var": var})
    make_due(later)
    deliver(later)
    deliver(later)
    assert [row.state for row in rows(later)] == ["sent", "sent"]
    assert len(place.subscription_messages) == 2


def test_a_process_that_stopped_while_sending_leaves_it_unsure(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "closed")
    handled(citizen)
    services = citizen.client.app.state.services
    outgoing = services.wechat.courier._outgoing
    services.wechat.courier._notices.gather()
    assert len(outgoing.take()) == 1
    assert outgoing.take() == []
    with services.store.session() as session:
        row = session.scalars(select(WeChatOutgoing)).one()
        row.due_at -= LEASE * 2
    deliver(citizen.client)
    assert [row.state for row in rows(citizen.client)] == ["unsure"]
    assert place.called(SUBSCRIBE) == 0


def test_words_that_were_sent_are_not_kept(citizen: Caller, place: WeChatPlace):
    agree(citizen, place, "closed")
    handled(citizen)
    deliver(citizen.client)
    assert [row.content for row in rows(citizen.client)] == [{}]


def make_due(client: TestClient) -> None:
    with client.app.state.services.store.session() as session:
        for row in session.scalars(select(WeChatOutgoing)):
            row.due_at -= LEASE * 10
