"""The mini-program's own tests, and its walk against the running API and a local WeChat."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.wechat.follower import AES_KEY, TOKEN
from tests.api.wechat.wechat_place import MINI, OFFICIAL, WeChatPlace

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
APP = ROOT / "miniprogram"
PATIENCE = 120


@pytest.fixture(scope="session")
def packages() -> Path:
    """The test packages of the lock file, installed once per lock."""
    if shutil.which("npm") is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("node 20 with npm is missing: the mini-program's tests cannot run")
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = HERE / "node_modules" / ".lock-digest"
    if not mark.exists() or mark.read_text() != digest:
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=HERE, check=True, capture_output=True, timeout=300)
        mark.write_text(digest)
    return HERE


def jest(packages: Path, name: str, **environment: str) -> str:
    done = subprocess.run(
        ["node", "node_modules/jest/bin/jest.js", "--ci", name],
        cwd=packages,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_pages_and_components_on_a_phone_with_a_bad_network(packages: Path):
    assert re.search(r"Tests: +\d+ passed", jest(packages, "pages.test.js"))


def test_a_citizen_walks_from_question_to_rating(packages: Path, running: tuple[str, WeChatPlace]):
    address, place = running
    code = place.code_for("o-Walker")
    for template in place.templates:
        place.consents["o-Walker", template] = 1
    told = jest(
        packages,
        "walk.test.js",
        SUISHENG_TEST_API=address,
        SUISHENG_TEST_CODES=json.dumps([code]),
    )
    assert re.search(r"Tests: +1 passed", told)
    deadline = time.monotonic() + 10
    while len(place.subscription_messages) < 3:
        assert time.monotonic() < deadline, place.subscription_messages
        time.sleep(0.1)
    assert {message["touser"] for message in place.subscription_messages} == {"o-Walker"}


def test_every_page_and_component_the_app_names_is_there():
    app = json.loads((APP / "app.json").read_text())
    theme = json.loads((APP / "theme.json").read_text())
    folders = [APP / page for page in app["pages"]]
    for page in folders:
        assert all(page.with_suffix(f".{kind}").exists() for kind in ("js", "json", "wxml", "wxss"))
        for name, path in json.loads(page.with_suffix(".json").read_text())[
            "usingComponents"
        ].items():
            assert (page.parent / path).with_suffix(".js").exists(), name
    assert {tab["pagePath"] for tab in app["tabBar"]["list"]} <= set(app["pages"])
    for tab in app["tabBar"]["list"]:
        assert (APP / tab["iconPath"]).exists()
        assert (APP / tab["selectedIconPath"]).exists()
    named = set(re.findall(r'"@(\w+)"', json.dumps(app)))
    assert named == set(theme["light"]) == set(theme["dark"])


def test_pages_of_subscription_messages_exist():
    app = json.loads((APP / "app.json").read_text())
    text = (ROOT / "city" / "wechat.yml").read_text()
    assert set(re.findall(r"page: ([\w/]+)", text)) <= set(app["pages"])


@pytest.fixture
def running(tmp_path: Path, city_with_templates: Path) -> Iterator[tuple[str, WeChatPlace]]:
    """``python -m api`` in demo mode, its WeChat the local server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with WeChatPlace() as place:
        keys = {
            "DEMO": "1",
            "DEMO_UNIT": "tianhe-shipai",
            "VAR": str(tmp_path),
            "CITY": str(city_with_templates),
            "API_PORT": str(port),
            "RASA_URL": "http://127.0.0.1:9",
            "ACTIONS_URL": "http://127.0.0.1:9",
            "WECHAT_URL": place.url,
            "WECHAT_MINI_APPID": MINI[0],
            "WECHAT_MINI_SECRET": MINI[1],
            "WECHAT_OFFICIAL_APPID": OFFICIAL[0],
            "WECHAT_OFFICIAL_SECRET": OFFICIAL[1],
            "WECHAT_OFFICIAL_TOKEN": TOKEN,
            "WECHAT_OFFICIAL_AES_KEY": AES_KEY,
        }
        environment = {
            **os.environ,
            **{f"SUISHENG_{name}": value for name, value in keys.items()},
            "DATABASE_URL": f"sqlite:///{tmp_path / 'walk.db'}",
        }
        api = subprocess.Popen([sys.executable, "-m", "api"], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/v1/health", api)
            yield f"http://127.0.0.1:{port}", place
        finally:
            api.terminate()
            api.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "the API stopped"
        assert time.monotonic() < deadline, "the API did not come up"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
