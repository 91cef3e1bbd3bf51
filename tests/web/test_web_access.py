"""Everybody can use the page: with a keyboard, a screen reader, weak eyes, in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.page_walk import Walk

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
MODES = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "elder": {"elder": True},
    "elder in the dark": {"elder": True, "theme": "dark"},
    "traditional": {"script": "zh-Hant"},
}


def violations(page: Page) -> list[str]:
    # Evaluated by the debugger, so the page's own Content-Security-Policy stays in force.
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical", "moderate"}
    ]


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_serious(open_walk: Callable[..., Walk], mode: str) -> None:
    walk = open_walk(MODES[mode])
    expect(walk.page.locator(".starter").first).to_be_visible()
    assert violations(walk.page) == []
    walk.ask("居住证怎么签注续期")
    walk.ask("天河区石牌东路路灯坏了")
    walk.page.locator(".chip").filter(has_text=re.compile("登[记記]成工[单單]")).last.click()
    walk.page.locator(".ticket-card").wait_for()
    walk.ask("家里煤气泄漏，味道很大")
    assert violations(walk.page) == []
    walk.open("#/tickets")
    walk.page.locator(".ticket-row").first.wait_for()
    assert violations(walk.page) == []
    walk.page.locator(".ticket-row").first.click()
    walk.page.locator(".other-page .ticket-card").wait_for()
    assert violations(walk.page) == []
    walk.open("#/data")
    walk.page.locator(".data-list").wait_for()
    assert violations(walk.page) == []
    walk.open("#/report")
    assert violations(walk.page) == []
    walk.page.locator(".bar-tools .tool").click()
    assert violations(walk.page) == []


def test_keyboard_alone_asks_ticks_and_reaches_tickets(walk: Walk) -> None:
    page = walk.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(walk.box).to_be_focused()
    page.keyboard.type("居住证怎么签注续期")
    page.keyboard.press("Enter")
    page.locator(".answer-card").wait_for()
    page.locator(".tick input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".checklist-count")).to_contain_text("已备 1/")
    page.get_by_role("link", name="我的工单").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".other-page h1")).to_be_focused()


def test_dialog_keeps_the_focus_and_gives_it_back(walk: Walk) -> None:
    page = walk.page
    opener = page.get_by_role("button", name="显示设置")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_new_messages_are_announced(walk: Walk) -> None:
    expect(walk.page.locator(".messages")).to_have_attribute("aria-live", "polite")
    walk.ask("家里煤气泄漏，味道很大")
    expect(walk.page.locator(".emergency-card")).to_have_attribute("role", "alert")


def test_elder_mode_is_larger_puts_the_phone_first_and_stays(walk: Walk) -> None:
    page = walk.page
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="长者模式").click()
    assert page.evaluate(size) >= before * 1.3
    walk.ask("居住证怎么签注续期")
    card = page.locator(".answer-card")
    assert card.locator("a.call").bounding_box()["y"] < card.locator(".lead").bounding_box()["y"]
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-elder", "yes")


@pytest.mark.parametrize("width", [320, 360, 390, 430, 768, 1280])
@pytest.mark.parametrize("elder", [False, True])
def test_nothing_runs_over_the_edge(
    open_walk: Callable[..., Walk], width: int, elder: bool
) -> None:
    walk = open_walk({"elder": elder}, viewport={"width": width, "height": 800})
    walk.ask("居住证怎么签注续期")
    for part in ("#/", "#/tickets", "#/report"):
        walk.open(part)
        wide = walk.page.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.offsetParent &&"
            " !e.closest('.visually-hidden, .skip') &&"
            " e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"
        )
        assert wide == []
