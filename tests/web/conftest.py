"""The real page served by the real API on a real database, walked in Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.web.page_walk import Walk

ROOT = Path(__file__).parents[2]
PATIENCE = 180
PHONE = {"width": 390, "height": 844}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def other_site_port() -> int:
    """The port of a site that embeds the widget."""
    return free_port()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, other_site_port: int) -> Iterator[str]:
    """The address of a running API; Rasa is not there, so the knowledge base answers."""
    folder = tmp_path_factory.mktemp("web")
    port, nothing = free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if "SUISHENG" not in name}
    environment |= {
        "SUISHENG_DEMO": "1",
        "SUISHENG_API_PORT": str(port),
        "SUISHENG_VAR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'suisheng.db'}",
        "SUISHENG_RASA_URL": f"http://127.0.0.1:{nothing}",
        "SUISHENG_ACTIONS_URL": f"http://127.0.0.1:{nothing}",
        "SUISHENG_EMBED_ORIGINS": f"http://127.0.0.1:{other_site_port}",
        "SUISHENG_CHAT_PER_MINUTE": "0",
        "SUISHENG_CLIENT_PER_MINUTE": "0",
        "SUISHENG_ADDRESS_PER_MINUTE": "0",
        "SUISHENG_GUESSES_PER_MINUTE": "0",
    }
    log = folder / "api.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/v1/health", process, log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"the API did not answer: {log.read_text(encoding='utf-8')}")


@pytest.fixture
def open_walk(chromium: Browser, address: str) -> Iterator[Callable[..., Walk]]:
    """Open a device of its own: ``preferences`` as kept on it, ``options`` of the browser."""
    contexts: list[BrowserContext] = []

    def open_one(preferences: dict[str, object] | None = None, **options: object) -> Walk:
        chosen = {"viewport": PHONE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = chromium.new_context(**chosen)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Walk.begin(context, address, preferences or {})

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def walk(open_walk: Callable[..., Walk]) -> Walk:
    """A phone with the page open."""
    return open_walk()
