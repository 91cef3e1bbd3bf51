"""One line of script puts the assistant on another site, isolated from that site's styles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser
HOSTILE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>街道网站</title>
<style>* {{ color: red !important; display: block !important; font-size: 60px !important }}</style>
<p>街道办事处</p><script src="{address}/widget.js" async></script></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def other_site(tmp_path: Path, address: str, other_site_port: int) -> Iterator[str]:
    """Another site that embeds the widget and styles everything it can reach."""
    (tmp_path / "index.html").write_text(HOSTILE.format(address=address), encoding="utf-8")
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", other_site_port), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{other_site_port}/"
        server.shutdown()
        thread.join()


def test_widget_opens_answers_and_closes_on_a_hostile_site(
    chromium: Browser, other_site: str, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(other_site)
    # The shadow root is closed, so the keyboard is the way in, as for any visitor.
    page.wait_for_function("() => document.body.lastElementChild.tagName === 'DIV'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    frame = next(frame for frame in page.frames if frame.url.startswith(address))
    frame.wait_for_selector(".starter")
    assert frame.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") < 20
    frame.fill("textarea.message-box", "居住证怎么签注续期")
    frame.press("textarea.message-box", "Enter")
    expect(frame.locator(".answer-card")).to_be_visible(timeout=30_000)
    frame.press("textarea.message-box", "Escape")
    expect(frame.locator(".composer")).not_to_be_in_viewport()
    context.close()
