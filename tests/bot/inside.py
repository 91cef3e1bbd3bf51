"""Checks that need Rasa's libraries: run by pytest in the bot's environment, one name each.

.venv-bot/bin/python -m tests.bot.inside NAME
"""

from __future__ import annotations

import asyncio
import json
import os
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.core.actions.action import RemoteAction

from tests.bot.contract_server import ContractServer

RASAS_OWN_CHECK = RemoteAction._validate_action_result


def fast_validation_refuses_what_rasa_refuses() -> None:
    from jsonschema import ValidationError

    slow = RASAS_OWN_CHECK
    import bot.components  # noqa: F401 - importing puts the fast check in place

    assert RemoteAction._validate_action_result is not slow
    action = RemoteAction("action_answer", None)
    good: list[Any] = [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "misses", "value": 1.0}], "responses": [{}]},
        {"events": [{"event": "followup", "name": "ticket_form"}]},
    ]
    bad: list[Any] = [
        {"events": "none", "responses": []},
        {"events": [{"name": "misses"}], "responses": []},
        {"events": [{"event": "nonsense"}], "responses": []},
        {"events": [{"event": ["slot"], "name": "misses"}]},
        {"events": [{"event": "slot", "name": "misses", "timestamp": "now"}]},
        {"events": [None]},
        {"events": [], "responses": "hello"},
        {"events": [], "responses": ["hello"]},
        {"events": [{"event": "slot", "value": 1}], "responses": []},
        [],
    ]
    from bot.components.fast_action_calls import event_validators, surely_valid

    assert len(event_validators()) > 15
    for answer in good:
        assert surely_valid(answer)
        assert slow(action, answer)
        assert action._validate_action_result(answer)
    for answer in bad:
        said = []
        for check in (slow, RemoteAction._validate_action_result):
            try:
                check(action, answer)
            except ValidationError as error:
                said.append(error.message)
        assert len(said) == 2, answer
        assert said[0] == said[1], said


def fast_validation_is_at_least_five_times_as_fast() -> None:
    from time import perf_counter

    slow = RASAS_OWN_CHECK
    import bot.components  # noqa: F401

    action = RemoteAction("action_answer", None)
    answer = {"events": [{"event": "slot", "name": "misses", "value": 1.0}] * 8, "responses": []}
    spent = []
    for check in (slow, RemoteAction._validate_action_result):
        check(action, answer)
        start = perf_counter()
        for _ in range(20):
            check(action, answer)
        spent.append(perf_counter() - start)
    assert spent[0] > 5 * spent[1]


def tokenizer_drops_blanks_and_keeps_its_cache_private() -> None:
    from bot.components.city_tokenizer import cut, load_jieba

    with TemporaryDirectory() as folder:
        os.environ["SUISHENG_VAR"] = folder
        words = Path(folder, "words.txt")
        words.write_text("猎德涌边 9 ns\n", encoding="utf-8")
        tokenizer = load_jieba(words)
        found = cut(tokenizer, "  猎德涌边 的\u3000路灯\n不亮 ")
        assert [token.text for token in found] == ["猎德涌边", "的", "路灯", "不亮"]
        assert [token.start for token in found] == [2, 7, 9, 12]
        cache = Path(folder, "cache")
        assert cache.stat().st_mode & 0o077 == 0
        assert list(cache.iterdir())


def intent_model_is_stored_without_pickle_and_reads_the_same() -> None:
    import numpy as np

    from bot.components.intent_model import IntentModel

    texts = ["楼下太吵", "吵死了半夜", "半夜太吵了", "谢谢你", "多谢", "谢谢啊"]
    documents = [(text, list(text)) for text in texts]
    model = IntentModel().fit(documents, ["complain"] * 3 + ["thanks"] * 3)
    with TemporaryDirectory() as folder:
        model.save(Path(folder))
        again = IntentModel.load(Path(folder))
        np.testing.assert_allclose(
            again.predict_proba(documents), model.predict_proba(documents), rtol=1e-5
        )
        assert {file.suffix for file in Path(folder).iterdir()} == {".json", ".npz"}
    assert model.predict_proba(documents).sum(axis=1).round(5).tolist() == [1.0] * 6
    vocabulary = " ".join(
        IntentModel()
        .fit([(f"{text} 138{number:08d}", []) for number, text in enumerate(texts)], ["a", "b"] * 3)
        .vocabulary
    )
    assert "138" not in vocabulary


def two_bands_offer_meanings_only_when_fairly_sure() -> None:
    from rasa.shared.nlu.training_data.message import Message

    from bot.components.two_band_fallback import TwoBandFallback

    band = TwoBandFallback({"sure": 0.5, "fairly": 0.25, "families": [["complain", "ask_help"]]})

    def read(**chances: float) -> Message:
        ranking = [{"name": n, "confidence": c} for n, c in chances.items()]
        message = Message(data={"text": "x", "intent": ranking[0], "intent_ranking": ranking})
        return band.process([message])[0]

    family = read(complain=0.3, ask_help=0.28, greet=0.2)
    assert family.get("intent")["name"] == "complain"
    fairly = read(greet=0.4, complain=0.1)
    assert fairly.get("intent")["name"] == "nlu_fallback"
    assert [item["name"] for item in fairly.get("intent_ranking")][1] == "greet"
    unsure = read(greet=0.2, complain=0.1)
    assert [item["name"] for item in unsure.get("intent_ranking")] == ["nlu_fallback"]


def city_messages_name_file_and_line_of_a_bad_row() -> None:
    from bot.components.city_messages import CityMessages

    with TemporaryDirectory() as folder:
        file = Path(folder, "author_1.csv")
        file.write_text("id,text,appeal_type\na,路灯坏了,求助\nb,谢谢,闲聊\n", encoding="utf-8")
        said = _refusal(CityMessages(folder=folder).get_nlu_data)
        assert "author_1.csv 第 3 行" in said
        file.write_text("id,text,appeal_type\na,路灯坏了,求助\n", encoding="utf-8")
        Path(folder, "author_4.csv").write_text("text,appeal_type\n别学我,投诉\n", encoding="utf-8")
        data = CityMessages(folder=folder, held_out=["author_4.csv"]).get_nlu_data()
        assert [(e.get("text"), e.get("intent")) for e in data.intent_examples] == [
            ("路灯坏了", "ask_help")
        ]


def a_conversation_is_read_back_as_it_was_and_can_be_forgotten() -> None:
    asyncio.run(_a_conversation_is_read_back_as_it_was_and_can_be_forgotten())


async def _a_conversation_is_read_back_as_it_was_and_can_be_forgotten() -> None:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import (
        ActionExecuted,
        ActiveLoop,
        SessionStarted,
        SlotSet,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot.components.conversation_store import MOST_EVENTS, ConversationStore
    from bot.components.saved_conversations import saved_conversations

    domain = Domain.load("bot/domain")
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/conversations.db"
        store = ConversationStore(domain, url)
        tracker = DialogueStateTracker("a", domain.slots)
        old = [ActionExecuted("action_session_start"), SessionStarted(), SlotSet("misses", 1.0)]
        events: list[Any] = [*old, SessionStarted(), SlotSet("ticket_place", "石牌东路")]
        events += [ActionExecuted("ticket_form"), ActiveLoop("ticket_form")]
        tracker.update_with_events(events, domain)
        await store.save(tracker)
        again = await store.retrieve("a")
        assert again is not None
        assert [e.type_name for e in again.events] == [e.type_name for e in events[3:]]
        assert again.get_slot("ticket_place") == "石牌东路"
        assert again.active_loop_name == "ticket_form"
        for number in range(MOST_EVENTS):
            said = UserUttered(f"第{number}句", {"name": "inform"}, metadata={"facts": {}})
            tracker.update_with_events([ActionExecuted("action_listen"), said], domain)
        await store.save(tracker)
        again = await store.retrieve("a")
        assert again is not None
        assert len(again.events) < MOST_EVENTS
        assert again.current_slot_values() == tracker.current_slot_values()
        assert again.active_loop_name == "ticket_form"
        assert again.latest_message.text == f"第{MOST_EVENTS - 1}句"
        assert saved_conversations(url).delete("a")
        assert await store.retrieve("a") is None


def calls_tell_refused_from_down() -> None:
    asyncio.run(_calls_tell_refused_from_down())


async def _calls_tell_refused_from_down() -> None:
    import httpx2

    from bot.actions.city_api import ApiDown, ApiRefused, CityApi

    server = ContractServer()
    os.environ["SUISHENG_API_URL"] = await server.start()
    async with httpx2.AsyncClient(timeout=0.5, trust_env=False) as http:
        api = CityApi("conversation-1", http)
        filed = await api.file_ticket("路灯坏了", None, None, "求助")
        assert filed["number"] == "GZ20261121-000001"
        assert server.calls[-1]["who"] == "conversation-1"
        for failure in (503, 500, "garbage", "silent"):
            server.failures["progress"] = failure
            try:
                await api.progress("GZ20261118-000042", "0001")
            except ApiDown:
                continue
            raise AssertionError(failure)
        server.failures["progress"] = "too_many_requests"
        refused = None
        try:
            await api.progress("GZ20261118-000042", "0001")
        except ApiRefused as error:
            refused = error
        assert refused is not None
        assert refused.status == 429
        assert "太频繁" in refused.message
    await server.stop()


def every_action_of_the_domain_exists_and_the_other_way_round() -> None:
    import yaml
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("bot.actions")
    domain = yaml.safe_load(Path("bot/domain/forms.yml").read_text(encoding="utf-8"))
    assert set(domain["actions"]) == set(executor.actions)


def wording_reads_short_answers() -> None:
    from bot.actions import wording

    assert not wording.tells_what("我要投诉")
    assert not wording.tells_what("您好我想反映一下情况")
    assert wording.tells_what("我要投诉楼下烧烤店半夜噪音扰民")
    assert wording.is_vague_place("就在我家楼下")
    assert not wording.is_vague_place("石牌西路")
    assert wording.correction("不对，是荔湾区", {"district": "荔湾区"}).value == "荔湾区"
    turned = wording.correction("不是天河，是越秀", {"place": "天河"})
    assert (turned.field, turned.value) == ("place", "越秀")
    assert wording.correction("时间改成今天早上", {}).field == "time"
    assert wording.corrected_place("天河区中山大道西", "荔湾区") == "荔湾区中山大道西"
    assert wording.corrected_place("天河区中山大道西", "芳村大道12号") == "芳村大道12号"
    scores = {"给五分": 5, "不满意": 2, "非常满意": 5, "满意": 4, "还行吧": 3, "零分": 1}
    assert {words: wording.score_of(words) for words in scores} == scores
    assert wording.score_of("师傅坐地铁来的") is None


def texts_have_a_sentence_for_every_slot_that_is_asked() -> None:
    import yaml

    from bot.actions.texts import entry, texts

    domain = yaml.safe_load(Path("bot/domain/forms.yml").read_text(encoding="utf-8"))
    slots = {slot for form in domain["forms"].values() for slot in form["required_slots"]}
    assert slots - {"ticket_confirmed"} == set(texts()["asks"])
    for need in {need for needs in entry("needs").values() for need in needs}:
        assert f"ticket_{need}" in slots


def _refusal(call: Any) -> str:
    try:
        call()
    except ValueError as error:
        return str(error)
    raise AssertionError("nothing was refused")


CHECKS = [
    check
    for name, check in list(globals().items())
    if not name.startswith("_") and getattr(check, "__module__", "") == __name__
]

if __name__ == "__main__":
    for check in CHECKS:
        wrong = None
        try:
            check()
        except Exception:
            wrong = traceback.format_exc(limit=-3)
        print(json.dumps({"name": check.__name__, "wrong": wrong}, ensure_ascii=False))
