"""The main path of a unit and of an administrator, in the browser."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Hotline
from tests.browser.test_story import PATIENCE, open_ticket, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

MATTER = "天河区石牌街道石牌东路的摊档每晚占满人行道，推婴儿车过不去。"


class Staff:
    """A member of staff over the API."""

    def __init__(self, url: str, username: str) -> None:
        self.http = httpx2.Client(base_url=url, trust_env=False, timeout=30)
        body = {"username": username, "password": f"demo-{username}"}
        self.http.headers["Authorization"] = (
            f"Bearer {self.http.post('/v1/session', json=body).json()['token']}"
        )


def test_a_unit_helps_and_another_closes(chromium: Browser, hotline: Hotline) -> None:
    desk, unit = Staff(hotline.citizens, "dispatcher"), Staff(hotline.citizens, "unit")
    mine = unit.http.get("/v1/session").json()["unit_code"]
    citizen = desk.http.post("/v1/citizen/session", json={"channel": "h5"}).json()["token"]
    number = desk.http.post(
        "/v1/tickets", json={"text": MATTER}, headers={"Authorization": f"Bearer {citizen}"}
    ).json()["number"]
    version = desk.http.get(f"/v1/desk/tickets/{number}").json()["version"]
    body = {"version": version, "unit_code": "gz-minzheng", "co_units": [mine], "reason": "试协办"}
    assert desk.http.post(f"/v1/desk/tickets/{number}/dispatch", json=body).status_code == 200
    page = sign_in(chromium, hotline, "unit")
    open_ticket(page, hotline, number)
    page.get_by_role("textbox", name="协办意见").fill("已到场清理，占道摊档三家已劝离。")
    press(page, "提交协办意见")
    expect(page.get_by_text("已到场清理").first).to_be_visible(timeout=PATIENCE)
    assert page.get_by_role("button", name=re.compile("^.*签收")).count() == 0
    page.context.close()
    for staff in (desk, unit):
        staff.http.close()


def test_an_administrator_opens_an_account_and_stops_answers(
    chromium: Browser, hotline: Hotline
) -> None:
    page = sign_in(chromium, hotline, "admin")
    page.goto(f"{hotline.desk}/accounts")
    page.get_by_label("账号（小写字母开头）").fill("zhao.liu")
    page.get_by_label("姓名").last.fill("赵六")
    page.get_by_role("button", name="开通账号").click()
    expect(page.get_by_text(re.compile("新密码（只显示这一次）"))).to_be_visible(timeout=PATIENCE)
    page.goto(f"{hotline.desk}/audit")
    expect(page.get_by_text("核验台账是否完整")).to_be_visible(timeout=PATIENCE)
    press(page, "核验台账是否完整")
    expect(page.get_by_text(re.compile("台账完整"))).to_be_visible(timeout=PATIENCE)
    page.context.close()
