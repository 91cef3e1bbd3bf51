"""A clerk dispatches twenty imported letters without touching the mouse."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Hotline

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SUISHENG_DATA") or ROOT / "../shared/data")
MAPPING = ROOT / "hotline" / "mappings" / "mayor_mailbox_incoming.yml"
PATIENCE = 60_000
LETTERS = 20
NUMBER = re.compile(r"GZ\d{8}-\d{6}")
WATCH_THE_MOUSE = "window.mouse = 0; addEventListener('pointerdown', () => window.mouse++, true);"


def letters(file: Path) -> None:
    """Twenty real letters where the public data lies, else twenty of the city's own messages."""
    real = DATA / "mayor_mailbox" / "letters_dev.csv"
    if real.exists():
        with real.open(encoding="utf-8-sig", newline="") as source:
            rows = [
                (row["mail_id"], row["url"], row["title"], row["query"])
                for row in list(csv.DictReader(source))[:LETTERS]
            ]
    else:
        own = ROOT / "city" / "messages" / "author_4.csv"
        with own.open(encoding="utf-8-sig", newline="") as source:
            rows = [
                (row["id"], row["id"], row["text"][:20], row["text"])
                for row in list(csv.DictReader(source))[:LETTERS]
            ]
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([("mail_id", "url", "title", "query"), *rows])


def bring_in(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hotline", "import", str(file), "--mapping", str(MAPPING)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


class Desk:
    """The clerk's account over the API, to see what the keys have done."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, trust_env=False, timeout=30)
        body = {"username": "dispatcher", "password": "demo-dispatcher"}
        token = self._http.post("/v1/session", json=body).json()["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._http.close()

    def waiting(self) -> set[str]:
        """Numbers of the letters that still wait."""
        found = self._http.get("/v1/desk/tickets?status=待派单&size=200").json()["items"]
        return {row["number"] for row in found if row["channel"] == "市长信箱"}


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn what the last key asked for."""
    page.wait_for_timeout(150)
    page.wait_for_selector("[data-test-script-state='notRunning']", timeout=PATIENCE)


def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def shown_number(page: Page) -> str | None:
    found = page.locator(".page-head p").first
    text = found.inner_text() if found.count() else ""
    match = NUMBER.search(text)
    return match[0] if match else None


def choose(page: Page, words: str) -> None:
    """Pick in a focused select box by typing."""
    page.keyboard.type(words, delay=20)
    page.keyboard.press("Enter")
    page.wait_for_timeout(150)


def change_unit(page: Page) -> None:
    """Give it to a bureau found by typing, with a reason from the list."""
    page.keyboard.press("e")
    settle(page)
    page.wait_for_function(
        "document.activeElement?.closest('.st-key-change_unit') !== null", timeout=PATIENCE
    )
    choose(page, "广州市民政局")
    tab_to(page, ".st-key-change_reason input")
    choose(page, "职责不在")
    page.keyboard.press("Control+Enter")


def move_on(page: Page, before: str) -> None:
    """Wait until another ticket or the list is there."""
    page.wait_for_function(
        "before => { const head = document.querySelector('.page-head');"
        " return head && !head.innerText.includes(before); }",
        arg=before,
        timeout=PATIENCE,
    )
    settle(page)


def test_twenty_letters_are_dispatched_by_keyboard_alone(
    chromium: Browser, hotline: Hotline, tmp_path: Path
) -> None:
    letters(tmp_path / "letters.csv")
    bring_in(tmp_path / "letters.csv")
    desk = Desk(hotline.citizens)
    assert len(desk.waiting()) == LETTERS
    page = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCH_THE_MOUSE)
    page.goto(hotline.desk)
    expect(page.get_by_label("账号")).to_be_visible(timeout=PATIENCE)
    tab_to(page, "input[autocomplete='username']")
    page.keyboard.type("dispatcher")
    tab_to(page, "input[autocomplete='current-password']")
    page.keyboard.type("demo-dispatcher")
    page.keyboard.press("Enter")
    changed = False
    for _ in range(3 * LETTERS):
        if not desk.waiting():
            break
        number = shown_number(page)
        if number is None:
            expect(page.locator("tbody tr").first).to_be_visible(timeout=PATIENCE)
            settle(page)
            page.keyboard.press("Enter")
            page.wait_for_selector(".clockbox", timeout=PATIENCE)
            settle(page)
            continue
        if not changed and page.get_by_role("button", name=re.compile("按建议派给")).count():
            change_unit(page)
            changed = True
        else:
            page.keyboard.press("a")
        move_on(page, number)
    assert desk.waiting() == set()
    assert changed
    assert page.evaluate("window.mouse") == 0
    page.context.close()
    desk.close()
