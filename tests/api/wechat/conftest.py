"""Applications whose WeChat is the local server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api.wechat.follower import AES_KEY, TOKEN, Follower
from tests.api.wechat.wechat_place import MINI, OFFICIAL, WeChatPlace

CITY = Path(__file__).parents[3] / "city"


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatPlace]:
    monkeypatch.setattr("api.wechat.client.PAUSES", (0.01, 0.02))
    with WeChatPlace() as wechat:
        yield wechat


@pytest.fixture(scope="session")
def city_with_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city as an official completes it: with the template ids of the platform."""
    folder = tmp_path_factory.mktemp("wechat") / "city"
    shutil.copytree(CITY, folder)
    path = folder / "wechat.yml"
    text = path.read_text()
    for key in ("dispatched", "handling", "closed"):
        start = text.index(f"key: {key}")
        text = text[:start] + text[start:].replace(
            'template_id: ""', f'template_id: "tmpl-{key}"', 1
        )
    path.write_text(text)
    return folder


@pytest.fixture
def keys(place: WeChatPlace, city_with_templates: Path) -> dict[str, object]:
    return {
        "city": city_with_templates,
        "wechat_url": place.url,
        "wechat_mini_appid": MINI[0],
        "wechat_mini_secret": MINI[1],
        "wechat_official_appid": OFFICIAL[0],
        "wechat_official_secret": OFFICIAL[1],
        "wechat_official_token": TOKEN,
        "wechat_official_aes_key": AES_KEY,
    }


@pytest.fixture(autouse=True)
def still_courier(monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier moves only when a test calls it; the mini-program's walk lets it run."""

    async def rest(_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("api.wechat.courier.Courier.run", rest)


@pytest.fixture
def connected(make_client: Callable[..., TestClient], keys: dict[str, object]) -> TestClient:
    """An application with both fronts on."""
    client = make_client(**keys)
    be_patient(client)
    return client


def be_patient(client: TestClient, seconds: float = 30) -> None:
    """Let the official account wait for an answer however busy this machine is."""
    client.app.state.services.wechat.official._patience = seconds


@pytest.fixture
def follower(connected: TestClient, place: WeChatPlace) -> Follower:
    place.talking.add("o-Follower-1")
    return Follower(connected, "o-Follower-1")


def deliver(client: TestClient) -> int:
    """Let the courier make one round."""
    return client.portal.call(client.app.state.services.wechat.courier.round)
