"""The official account: signed, sealed, answered within five seconds, and once."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient
from wechatpy.crypto import WeChatCrypto

from api.wechat.envelope import BadEnvelope, Envelope, fields_of, xml_of
from api.wechat.incoming import LEASE
from hotline.store import Attachment, ChatMessage, WeChatIncoming
from tests.api.desk_story import Caller
from tests.api.fault_injector import RasaPlace
from tests.api.wechat.conftest import be_patient, deliver
from tests.api.wechat.follower import AES_KEY, TOKEN, Follower, sign
from tests.api.wechat.test_subscriptions import make_due
from tests.api.wechat.wechat_place import OFFICIAL, Fault, WeChatPlace


@pytest.fixture
def with_rasa(
    make_client: Callable[..., TestClient],
    keys: dict[str, object],
    rasa_place: RasaPlace,
    place: WeChatPlace,
) -> Follower:
    """A follower whose answers come from the fault injector."""
    client = make_client(**keys, rasa_url=rasa_place.url, rasa_timeout=5.0)
    be_patient(client)
    place.talking.add("o-1")
    return Follower(client, "o-1")


def heard(client: TestClient) -> list[str]:
    with client.app.state.services.store.session(read_only=True) as session:
        said = select(ChatMessage.text).where(ChatMessage.speaker == "citizen")
        return list(session.scalars(said.order_by(ChatMessage.id)))


# ── who is calling ──


def test_the_address_is_proved_to_wechat(connected: TestClient):
    now = str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "echostr": "5837397"}
    answer = connected.get(
        "/v1/wechat/callback", params={**query, "signature": sign(TOKEN, now, "n")}
    )
    assert (answer.status_code, answer.text) == (200, "5837397")
    forged = connected.get("/v1/wechat/callback", params={**query, "signature": "0" * 40})
    assert forged.status_code == 401


def test_a_bad_signature_is_refused_and_not_heard(follower: Follower):
    message = follower.packed(MsgType="text", Content="您好")
    assert follower.post(message, signature="0" * 40).status_code == 401
    assert follower.post(message, bad_signature=True).status_code == 403
    assert heard(follower.client) == []


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_callback_is_refused(follower: Follower, minutes: int):
    message = follower.packed(MsgType="text", Content="您好")
    assert follower.post(message, at=int(time.time()) + 60 * minutes).status_code == 401


def test_another_accounts_message_is_refused(follower: Follower):
    stranger = Follower(follower.client, "o-1", app_id="wx-somebody-else")
    answer = stranger.post(stranger.packed(MsgType="text", Content="您好"))
    assert answer.status_code == 403
    assert heard(follower.client) == []


def test_a_message_sealed_with_another_key_is_refused(follower: Follower):
    stranger = Follower(follower.client, "o-1", aes_key=AES_KEY[::-1])
    assert stranger.post(stranger.packed(MsgType="text", Content="您好")).status_code == 403


def test_a_message_in_the_clear_is_refused(follower: Follower):
    now = str(int(time.time()))
    answer = follower.client.post(
        "/v1/wechat/callback",
        params={"signature": sign(TOKEN, now, "n"), "timestamp": now, "nonce": "n"},
        content=follower.packed(MsgType="text", Content="您好").encode(),
    )
    assert answer.status_code == 403


def test_wechats_servers_have_no_limit_by_address(
    make_client: Callable[..., TestClient], keys: dict[str, object], place: WeChatPlace
):
    client = make_client(**keys, address_per_minute=3)
    now = str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "echostr": "1", "signature": sign(TOKEN, now, "n")}
    answers = [client.get("/v1/wechat/callback", params=query).status_code for _ in range(10)]
    assert set(answers) == {200}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b"<xml><Encrypt>!!!</Encrypt>",
        b"<xml>" + b"<a/>" * 100 + b"</xml>",
        b'<?xml version="1.0" encoding="utf-99"?><xml/>',
    ],
)
def test_dangerous_or_broken_xml_is_refused(body: bytes):
    with pytest.raises(BadEnvelope):
        fields_of(body)


def test_a_sealed_reply_opens_with_another_implementation_and_back():
    ours = Envelope(OFFICIAL[0], TOKEN, AES_KEY)
    theirs = WeChatCrypto(TOKEN, AES_KEY, OFFICIAL[0])
    for length in (0, 1, 31, 32, 33, 2000):
        text = "您" * length
        fields = fields_of(ours.seal(xml_of({"Content": text})))
        sealed = xml_of({"Encrypt": fields["Encrypt"]}).decode()
        opened = theirs.decrypt_message(
            sealed, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"]
        )
        assert fields_of(opened.encode() if isinstance(opened, str) else opened) == {
            "Content": text
        }


# ── what is said ──


def test_a_question_is_answered_at_once_from_the_same_knowledge(
    follower: Follower, place: WeChatPlace
):
    reply = follower.say("居住证怎么办")
    assert reply is not None
    assert "居住证" in reply
    deliver(follower.client)
    whole = "\n".join((reply, *(text for _, text in place.texts)))
    assert "依据：" in whole
    assert "回复序号" in whole


def test_a_number_chooses_what_was_offered(follower: Follower):
    follower.say("石牌东路烧烤店半夜噪音扰民")
    reply = follower.say("１")
    assert reply is not None
    assert "已登记工单 GZ" in reply


def test_voice_is_taken_by_its_recognised_words_and_asked_again_without(follower: Follower):
    follower.send(MsgType="voice", MediaId="v", Recognition="居住证怎么办")
    assert heard(follower.client) == ["居住证怎么办"]
    assert "没有听清" in (follower.send(MsgType="voice", MediaId="v") or "")


def test_personal_data_is_hidden_before_it_is_kept(follower: Follower):
    follower.say("我的电话13812345678，楼下烧烤店太吵")
    assert "13812345678" not in " ".join(heard(follower.client))


def test_danger_gets_the_number_first(follower: Follower):
    reply = follower.say("家里煤气泄漏，头很晕")
    assert reply is not None
    assert "119" in reply or "120" in reply


def test_a_photo_is_kept_and_goes_with_the_ticket_made_next(follower: Follower, place: WeChatPlace):
    place.media["m-1"] = picture()
    assert "照片收到了" in (follower.send(MsgType="image", MediaId="m-1", PicUrl="x") or "")
    follower.say("石牌东路烧烤店半夜噪音扰民")
    reply = follower.say("1") or ""
    assert "照片已补充到工单" in reply
    with follower.client.app.state.services.store.session(read_only=True) as session:
        assert session.scalars(select(Attachment)).one().ticket_id is not None


def test_a_photo_can_be_added_to_an_open_ticket_by_its_number(
    follower: Follower, place: WeChatPlace
):
    follower.say("石牌东路烧烤店半夜噪音扰民")
    follower.say("1")
    place.media["m-1"] = picture()
    assert "请回复 1" in (follower.send(MsgType="image", MediaId="m-1") or "")
    assert "照片已补充" in (follower.say("1") or "")


def test_a_photo_that_cannot_be_fetched_is_asked_for_again(follower: Follower):
    assert "再发一次" in (follower.send(MsgType="image", MediaId="gone") or "")


def test_a_place_sent_from_the_map_is_said_in_words(follower: Follower):
    follower.send(MsgType="location", Label="天河区石牌东路88号", Location_X="1", Location_Y="2")
    assert "石牌东路" in heard(follower.client)[0]


def test_a_new_follower_is_welcomed_and_one_who_leaves_is_let_go(follower: Follower):
    assert "12345" in (follower.send(MsgType="event", Event="subscribe") or "")
    assert follower.send(MsgType="event", Event="unsubscribe") is None


def test_a_menu_entry_says_what_the_official_wrote(follower: Follower):
    assert follower.click("居住证怎么办") is not None
    assert heard(follower.client) == ["居住证怎么办"]


def test_events_nobody_waits_for_and_unknown_kinds_are_let_pass(follower: Follower):
    assert follower.send(MsgType="event", Event="VIEW", EventKey="https://x") is None
    assert "看不懂" in (follower.send(MsgType="link", Title="x", Url="https://x") or "")


def test_who_writes_too_fast_is_told_so(
    make_client: Callable[..., TestClient], keys: dict[str, object]
):
    follower = Follower(make_client(**keys, chat_per_minute=1), "o-1")
    be_patient(follower.client)
    follower.say("您好")
    assert "太快" in (follower.say("您好") or "")


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, format="JPEG")
    return buffer.getvalue()


# ── once, and in time ──


def test_a_repeated_callback_gets_the_same_reply_and_is_heard_once(with_rasa: Follower):
    message = with_rasa.packed(MsgType="text", Content="您好")
    replies = [with_rasa.read(with_rasa.post(message)) for _ in range(3)]
    assert replies == ["好的"] * 3
    assert heard(with_rasa.client) == ["您好"]


def test_a_repeated_event_is_done_once(with_rasa: Follower):
    message = with_rasa.packed(MsgType="event", Event="CLICK", EventKey="我要投诉", CreateTime="9")
    assert with_rasa.read(with_rasa.post(message)) == with_rasa.read(with_rasa.post(message))
    assert len(heard(with_rasa.client)) == 1


def test_callbacks_repeated_at_the_same_time_are_answered_once(
    with_rasa: Follower, rasa_place: RasaPlace
):
    rasa_place.delay = 0.2
    message = with_rasa.packed(MsgType="text", Content="您好")
    answers: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: answers.append(with_rasa.read(with_rasa.post(message))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {"好的"}
    assert len(rasa_place.received) == 1


def test_a_slow_answer_comes_as_a_message_of_its_own_once(
    with_rasa: Follower, rasa_place: RasaPlace, place: WeChatPlace
):
    rasa_place.delay = 0.9
    be_patient(with_rasa.client, 0.3)
    message = with_rasa.packed(MsgType="text", Content="您好")
    assert with_rasa.read(with_rasa.post(message)) is None
    assert with_rasa.read(with_rasa.post(message)) is None
    wait_for(lambda: not unanswered(with_rasa.client))
    deliver(with_rasa.client)
    deliver(with_rasa.client)
    assert place.texts == [("o-1", "好的")]


def test_a_long_answer_is_cut_where_wechat_needs_it_and_nothing_is_lost(
    with_rasa: Follower, rasa_place: RasaPlace, place: WeChatPlace
):
    lines = [f"第{n}条：" + "请携带身份证原件和复印件前往办事大厅。" * 3 for n in range(40)]
    rasa_place.replies = [{"recipient_id": "x", "text": "\n".join(lines)}]
    first = with_rasa.say("怎么办")
    deliver(with_rasa.client)
    pieces = [first or "", *(text for _, text in place.texts)]
    assert "\n".join(pieces) == "\n".join(lines)
    assert max(len(piece.encode()) for piece in pieces) <= 2048


def test_an_answer_a_crash_interrupted_is_given_after_the_restart(
    with_rasa: Follower, place: WeChatPlace
):
    services = with_rasa.client.app.state.services
    message = with_rasa.packed(MsgType="text", Content="您好")
    fields = fields_of(message.encode())
    services.wechat.official._incoming.take("key-of-the-crash", fields)
    with services.store.session() as session:
        session.get_one(WeChatIncoming, "key-of-the-crash").lease_until -= LEASE * 2
    deliver(with_rasa.client)
    assert place.texts == [("o-1", "好的")]
    deliver(with_rasa.client)
    assert len(place.texts) == 1


def test_words_are_sealed_while_they_wait_and_gone_when_answered(follower: Follower):
    services = follower.client.app.state.services
    services.wechat.official._incoming.take("k", {"Content": "很私密的话"})
    with services.store.session(read_only=True) as session:
        assert "很私密的话" not in str(session.get_one(WeChatIncoming, "k").sealed)
    follower.say("您好")
    with services.store.session(read_only=True) as session:
        kept = session.scalars(select(WeChatIncoming).where(WeChatIncoming.key != "k")).one()
        assert kept.sealed is None


# ── from the desk, and about tickets ──


def test_a_clerks_words_reach_the_follower(with_rasa: Follower, place: WeChatPlace):
    with_rasa.send(MsgType="event", Event="subscribe")
    with_rasa.click("转人工客服")
    agent = Caller.staff(with_rasa.client, "agent")
    waiting = agent.get("/v1/desk/chats").json()["items"][0]
    agent.post(f"/v1/desk/chats/{waiting['id']}/take")
    agent.post(f"/v1/desk/chats/{waiting['id']}/messages", {"text": "您好，请讲。"})
    assert with_rasa.say("有人占道经营") is None
    deliver(with_rasa.client)
    texts = [text for _, text in place.texts]
    assert texts[-1] == "您好，请讲。"
    assert any("已接入" in text for text in texts)


def test_too_many_messages_wait_until_the_follower_writes_again(
    with_rasa: Follower, place: WeChatPlace
):
    with_rasa.send(MsgType="event", Event="subscribe")
    with_rasa.click("转人工客服")
    agent = Caller.staff(with_rasa.client, "agent")
    chat_id = agent.get("/v1/desk/chats").json()["items"][0]["id"]
    agent.post(f"/v1/desk/chats/{chat_id}/take")
    place.texts_left = 1
    agent.post(f"/v1/desk/chats/{chat_id}/messages", {"text": "请问在哪里？"})
    deliver(with_rasa.client)
    assert len(place.texts) == 1
    place.texts_left = 20
    with_rasa.say("在石牌东路")
    deliver(with_rasa.client)
    assert place.texts[-1] == ("o-1", "请问在哪里？")


def test_a_follower_hears_of_a_step_while_the_account_may_write(
    follower: Follower, place: WeChatPlace
):
    deliver(follower.client)
    follower.send(MsgType="event", Event="subscribe")
    follower.say("石牌东路烧烤店半夜噪音扰民")
    number = (follower.say("1") or "").split("GZ")[1][:15]
    dispatcher = Caller.staff(follower.client, "dispatcher")
    answer = dispatcher.step(f"GZ{number}", "void", reason="测试")
    assert answer.status_code == 200, answer.text
    deliver(follower.client)
    assert f"GZ{number}" in place.texts[-1][1]


def unanswered(client: TestClient) -> bool:
    with client.app.state.services.store.session(read_only=True) as session:
        left = select(WeChatIncoming.key).where(WeChatIncoming.sealed.is_not(None))
        return session.scalar(left) is not None


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_text_wechat_fails_to_take_is_sent_later(
    with_rasa: Follower, rasa_place: RasaPlace, place: WeChatPlace
):
    place.fail("/cgi-bin/message/custom/send", *[Fault(status=503)] * 3)
    rasa_place.delay = 0.9
    be_patient(with_rasa.client, 0.3)
    with_rasa.say("您好")
    wait_for(lambda: not unanswered(with_rasa.client))
    assert deliver(with_rasa.client) == 0
    make_due(with_rasa.client)
    assert deliver(with_rasa.client) == 1
