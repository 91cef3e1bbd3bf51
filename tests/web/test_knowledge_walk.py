"""The knowledge base as a citizen meets it, while editors work on it at the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.web.page_walk import Walk, call

pytestmark = pytest.mark.browser


class Editors:
    """Who writes entries and who reviews them, over the API."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.tokens = {name: self._sign_in(name) for name in ("editor", "manager")}

    def _sign_in(self, name: str) -> str:
        body = {"username": name, "password": f"demo-{name}"}
        return str(call(self.address, "POST", "/v1/session", None, body)["token"])

    def get(self, path: str) -> dict[str, Any]:
        return call(self.address, "GET", f"/v1/knowledge/{path}", self.tokens["editor"])

    def post(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return call(self.address, "POST", f"/v1/knowledge/{path}", self.tokens[who], body)

    def entry(self, name: str) -> dict[str, Any]:
        return dict(self.get(f"entries/{name}")["entry"])

    def move(self, who: str, name: str, to: str) -> None:
        body = {"version": self.entry(name)["version"], "to": to}
        self.post(who, f"entries/{name}/status", body)

    def rewrite(self, name: str, **changes: Any) -> None:
        draft = self.entry(name)
        body = {"version": draft["version"], "content": {**draft, **changes}}
        self.post("editor", f"entries/{name}", body)

    def gap(self, question: str) -> dict[str, Any]:
        found = [g for g in self.get("gaps?size=200")["items"] if question in g["wordings"]]
        assert len(found) == 1, f"{question} stands in {len(found)} open gaps"
        return dict(found[0])


@pytest.fixture(scope="module")
def editors(address: str) -> Editors:
    return Editors(address)


def answer_to(walk: Walk, question: str) -> Locator:
    """Ask, and return the card that answers."""
    walk.ask(question)
    card = walk.page.locator(".answer-card").last
    expect(card).to_be_visible()
    return card


def test_an_answer_shows_what_it_rests_on_and_when_it_was_checked(
    walk: Walk, editors: Editors
) -> None:
    entry = editors.entry("passport-lost")
    card = answer_to(walk, "护照不见了怎么补")
    expect(card.locator(".card-title")).to_have_text(entry["title"])
    expect(card.locator(".lead")).to_have_text(entry["summary"])
    sources = card.locator(".sources")
    expect(sources).to_contain_text(entry["basis"][0]["title"])
    year, month, day = (int(part) for part in entry["reviewed_date"].split("-"))
    expect(sources).to_contain_text(f"{year}年{month}月{day}日 核对")


def test_an_entry_expired_at_the_desk_is_withheld_and_the_page_says_so(
    walk: Walk, editors: Editors
) -> None:
    question, entry = "带宠物坐地铁可以吗", editors.entry("pets-transit")
    assert entry["summary"] in answer_to(walk, question).inner_text()
    editors.move("manager", entry["id"], "expired")
    walk.open()
    card = answer_to(walk, question)
    expect(card.locator(".lead")).to_contain_text("已停用")
    expect(card.locator(".lead")).to_contain_text("暂不提供旧答案")
    expect(card.locator(".block, .sources, .helped")).to_have_count(0)
    assert entry["summary"] not in card.inner_text()


def test_an_ambiguous_question_is_asked_back_and_the_pressed_choice_is_answered(
    walk: Walk,
) -> None:
    asked_back = "您是第一次办、换新的，还是护照丢了？"
    walk.ask("我要办护照")
    expect(walk.page.locator(".from-bot .bubble").filter(has_text=asked_back)).to_be_visible()
    expect(walk.page.locator(".answer-card")).to_have_count(0)
    walk.page.get_by_role("button", name="护照丢了补发").click()
    expect(walk.page.locator(".answer-card .lead")).to_contain_text("申请补发")


def test_an_unanswered_question_becomes_an_entry_and_then_an_answer(
    walk: Walk, editors: Editors
) -> None:
    question = "宠物蜥蜴要不要办证"
    walk.ask(question)
    said = walk.page.locator(".from-bot").filter(has_text="没有经过核对的答案")
    expect(said).to_be_visible()

    gap = editors.gap(question)
    unit = {"unit": "广州市规划和自然资源局"}
    name = editors.post("editor", f"gaps/{gap['id']}/draft", unit)["entry_id"]
    summary = "蜥蜴里有国家重点保护野生动物，养之前先向林业部门问清品种；保护品种要有人工繁育许可。"
    editors.rewrite(name, summary=summary)
    editors.move("editor", name, "review")
    walk.open()
    walk.ask(question)
    expect(walk.page.locator(".answer-card")).to_have_count(0)

    editors.move("manager", name, "published")
    expect(answer_to(walk, question).locator(".lead")).to_have_text(summary)
    closed = editors.get("gaps?closed=true&size=200")["items"]
    story = next(one["story"] for one in closed if one["entry_id"] == name)
    assert story.startswith("问过 2 次，")
    assert story.endswith("日起已有答案")


def test_an_answer_that_did_not_help_lands_in_the_gap_list_once(
    walk: Walk, editors: Editors
) -> None:
    question = "居住证怎么签注续期"
    answer_to(walk, question)
    helped = walk.page.get_by_role("group", name="这个答案有帮助吗")
    helped.get_by_role("button", name="没解决").focus()
    walk.page.keyboard.press("Enter")
    thanks = walk.page.locator(".helped p")
    expect(thanks).to_contain_text("已记下")
    expect(thanks).to_be_focused()
    gap = editors.gap(question)
    assert (gap["outcome"], gap["near"]) == ("badly_rated", "residence-permit-endorse")
    walk.page.reload()
    expect(thanks).to_contain_text("已记下")
    expect(helped).to_have_count(0)
    assert editors.gap(question)["asked"] == gap["asked"]


def test_an_answer_that_helped_is_thanked_for_and_is_no_gap(
    open_walk: Callable[..., Walk], editors: Editors
) -> None:
    walk = open_walk({"script": "zh-Hant"})
    answer_to(walk, "養狗要辦證嗎")
    before = editors.get("gaps")["open"]
    walk.page.get_by_role("button", name="有幫助").click()
    expect(walk.page.locator(".helped p")).to_have_text("謝謝您告訴我們。")
    assert editors.get("gaps")["open"] == before


def test_a_refused_rating_can_be_sent_again(walk: Walk) -> None:
    answer_to(walk, "护照不见了怎么补")
    walk.page.route("**/v1/answers/rating", lambda route: route.abort())
    walk.page.get_by_role("button", name="有帮助").click()
    expect(walk.page.locator(".notice")).to_contain_text("暂时连不上服务")
    walk.page.unroute("**/v1/answers/rating")
    walk.page.get_by_role("button", name="有帮助").click()
    expect(walk.page.locator(".helped p")).to_contain_text("谢谢")


def test_steps_of_a_life_event_are_numbered_and_a_pressed_one_is_answered(
    walk: Walk, editors: Editors
) -> None:
    card = answer_to(walk, "新生儿一件事怎么办")
    steps = card.locator(".package-steps ol > li")
    expect(steps).to_have_count(len(editors.entry("package-newborn")["steps"]))
    expect(steps.first).to_contain_text("出院前")
    title = steps.first.get_by_role("button")
    name = title.inner_text()
    title.click()
    expect(walk.page.locator(".answer-card .card-title").last).to_have_text(name)
