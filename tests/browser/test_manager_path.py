"""A manager goes from a rising matter to the ticket behind it and to the brief."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Hotline
from tests.browser.test_desk_paths import Staff
from tests.browser.test_story import NUMBER, PATIENCE, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

CATEGORY = "城市管理/占道经营"
UNIT = "tianhe-shipai"
ROADS = ("石牌东路", "石牌西路", "龙口西路", "天河东路", "岗顶路", "黄埔大道西", "体育东路")


def file_matters(hotline: Hotline) -> set[str]:
    """Have a street trading complaint from each road, given to the unit; return their numbers."""
    desk = Staff(hotline.citizens, "dispatcher")
    numbers = set()
    for road in ROADS:
        citizen = desk.http.post("/v1/citizen/session", json={"channel": "h5"}).json()["token"]
        text = f"天河区{road}的水果摊每天傍晚占住盲道，老人只好走到车道上。"
        filed = desk.http.post(
            "/v1/tickets", json={"text": text}, headers={"Authorization": f"Bearer {citizen}"}
        )
        number = filed.json()["number"]
        version = desk.http.get(f"/v1/desk/tickets/{number}").json()["version"]
        body = {"version": version, "unit_code": UNIT, "category": CATEGORY, "reason": "职责明确"}
        given = desk.http.post(f"/v1/desk/tickets/{number}/dispatch", json=body)
        assert given.status_code == 200, given.text
        numbers.add(number)
    desk.http.close()
    return numbers


def test_a_manager_goes_from_a_rising_matter_to_its_ticket_and_to_the_brief(
    chromium: Browser, hotline: Hotline
) -> None:
    numbers = file_matters(hotline)
    page = sign_in(chromium, hotline, "manager")
    rising = page.get_by_role("button", name=re.compile(r"占道经营.*今天 \d+ 件"))
    rising.first.click()
    expect(page.get_by_role("heading", name="工单明细")).to_be_visible(timeout=PATIENCE)
    row = page.locator("tbody tr", has_text="水果摊").first
    expect(row).to_be_visible(timeout=PATIENCE)
    found = NUMBER.search(row.inner_text())
    assert found
    assert found[0] in numbers
    row.click()
    page.wait_for_selector(".clockbox", timeout=PATIENCE)
    expect(page.locator(".page-head")).to_contain_text(found[0])
    expect(page.get_by_text(re.compile("占住盲道")).first).to_be_visible(timeout=PATIENCE)

    page.get_by_role("link", name="态势").click()
    press(page, "写周报月报")
    press(page, "生成简报")
    expect(page.get_by_text(re.compile("已生成《")).first).to_be_visible(timeout=PATIENCE)
    starts = {"PDF": b"%PDF", "Word": b"PK"}
    for name, start in starts.items():
        with page.expect_download(timeout=PATIENCE) as waiting:
            press(page, name)
        assert Path(waiting.value.path()).read_bytes().startswith(start)
    page.context.close()
