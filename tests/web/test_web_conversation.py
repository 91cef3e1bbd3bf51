"""The conversation on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.web.page_walk import Walk

pytestmark = pytest.mark.browser
QUESTION = "居住证怎么签注续期"


def test_page_opens_without_complaint_and_asks_only_its_own_server(walk: Walk) -> None:
    expect(walk.page.locator(".starter")).to_have_count(5)
    walk.ask(QUESTION)
    assert walk.complaints == []
    assert walk.hosts == {walk.address.removeprefix("http://")}


def test_emergency_numbers_and_demo_mark_are_always_in_sight(walk: Walk) -> None:
    for part in ("#/", "#/tickets", "#/report"):
        walk.open(part)
        for number in ("119", "120", "110"):
            expect(walk.page.locator(f".emergency-line a[href='tel:{number}']")).to_be_visible()
        expect(walk.page.locator(".bar .demo-mark")).to_be_visible()


def test_question_gets_a_card_with_its_basis_and_dates(walk: Walk) -> None:
    walk.ask(QUESTION)
    card = walk.page.locator(".answer-card").last
    expect(card.locator(".card-title")).to_contain_text("居住证")
    expect(card.locator(".sources")).to_contain_text("依据：")
    expect(card.locator(".sources")).to_contain_text("核对")
    expect(card.locator("a.call")).to_have_attribute("href", "tel:12345")


def test_ticked_materials_stay_ticked_after_reload(walk: Walk) -> None:
    walk.ask(QUESTION)
    walk.page.locator(".tick").first.click()
    expect(walk.page.locator(".checklist-count")).to_contain_text("已备 1/")
    walk.page.reload()
    expect(walk.page.locator(".tick input").first).to_be_checked()


def test_history_comes_back_after_reload_once(walk: Walk) -> None:
    walk.ask(QUESTION)
    walk.page.reload()
    expect(walk.page.locator(".answer-card")).to_have_count(1)
    assert walk.bubbles() == [QUESTION]


def test_danger_shows_the_number_first_with_a_large_call_button(walk: Walk) -> None:
    walk.ask("家里煤气泄漏，味道很大")
    call = walk.page.locator(".emergency-card .emergency-call")
    expect(call).to_have_attribute("href", "tel:119")
    assert call.bounding_box()["height"] >= 60


def test_lost_answer_is_asked_for_again_under_the_same_id_and_nothing_is_done_twice(
    walk: Walk,
) -> None:
    lost = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort("connectionreset")
        else:
            route.continue_()

    walk.page.route("**/v1/chat/messages*", lose_first_answer)
    walk.say(QUESTION)
    walk.page.locator(".retry").click()
    expect(walk.page.locator(".answer-card")).to_have_count(1)
    assert [message["message_id"] for message in walk.sent] == [walk.sent[0]["message_id"]] * 2
    said = [reply["text"] for reply in walk.stored() if reply["speaker"] == "citizen"]
    assert said == walk.bubbles() == [QUESTION]


def test_offline_is_told_and_what_was_written_goes_out_once_when_back(walk: Walk) -> None:
    walk.settled()
    walk.context.set_offline(True)
    walk.say(QUESTION)
    expect(walk.page.locator(".network")).to_contain_text("网络断开了")
    expect(walk.page.locator(".delivery.failed")).to_contain_text("没有发出去")
    walk.context.set_offline(False)
    expect(walk.page.locator(".answer-card")).to_have_count(1)
    expect(walk.page.locator(".network")).to_be_empty()
    said = [reply["text"] for reply in walk.stored() if reply["speaker"] == "citizen"]
    assert said == [QUESTION]
    assert len({message["message_id"] for message in walk.sent}) == 1


def test_unsent_message_survives_closing_the_page(walk: Walk) -> None:
    walk.page.route("**/v1/chat/messages*", lambda route: route.abort())
    walk.say(QUESTION)
    expect(walk.page.locator(".delivery.failed")).to_be_visible()
    first = walk.sent[0]["message_id"]
    walk.page.unroute("**/v1/chat/messages*")
    walk.page.reload()
    expect(walk.page.locator(".answer-card")).to_have_count(1)
    assert {message["message_id"] for message in walk.sent} == {first}
    assert walk.bubbles() == [QUESTION]


def test_waiting_for_a_person_shows_the_place_in_the_queue_and_can_be_left(walk: Walk) -> None:
    walk.page.get_by_role("button", name="转人工").click()
    standing = walk.page.locator(".standing")
    expect(standing).to_contain_text("正在为您转接人工")
    walk.page.get_by_role("button", name="不等了", exact=True).click()
    expect(standing).to_be_empty()


def test_message_is_never_markup(walk: Walk) -> None:
    text = "<img src=x onerror=alert(1)>"
    walk.ask(text)
    assert walk.bubbles() == [text]
    assert walk.page.locator(".bubble img").count() == 0


def test_enter_while_an_input_method_composes_sends_nothing(walk: Walk) -> None:
    walk.box.fill("juzhu")
    walk.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert walk.sent == []


def test_traditional_reader_gets_traditional_page_and_answers(
    open_walk: Callable[..., Walk],
) -> None:
    walk = open_walk({"script": "zh-Hant"})
    assert walk.page.evaluate("document.documentElement.lang") == "zh-Hant"
    walk.page.get_by_role("button", name="居住證怎麼辦").click()
    expect(walk.page.locator(".answer-card .block h3").first).to_be_visible()
    expect(walk.page.locator(".answer-card .card-title")).to_contain_text("居住證")
