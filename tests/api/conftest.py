"""A real application on real rooms and a real SQLite file; only Rasa's place is taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from knowledge_base.base import KnowledgeBase
from tests.api.desk_story import Caller
from tests.api.fault_injector import RasaPlace

SERVICE_TOKEN = "token-of-the-tests-0123456789"


def settings_in(folder: Path, **given: object) -> Settings:
    """Settings of an installation in ``folder``, without rate limits unless given."""
    chosen = {
        "demo": True,
        "var": folder,
        "database_url": f"sqlite:///{folder / 'suisheng.db'}",
        "allowed_hosts": ("testserver",),
        "service_token": SERVICE_TOKEN,
        "rasa_url": "http://127.0.0.1:9",
        "actions_url": "http://127.0.0.1:9",
        "chat_per_minute": 0,
        "client_per_minute": 0,
        "address_per_minute": 0,
        "guesses_per_minute": 0,
        **given,
    }
    return Settings(_env_file=None, **chosen)


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The city's real entries, read once; nothing in these tests changes them."""
    return KnowledgeBase.from_folder()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, base: KnowledgeBase) -> Path:
    """A folder with a migrated database, demo accounts and keys, to be copied."""
    folder = tmp_path_factory.mktemp("installation")
    app = create_app(settings_in(folder), base)
    app.state.services.store.close()
    return folder


@pytest.fixture
def make_client(
    installation: Path, base: KnowledgeBase, tmp_path: Path
) -> Iterator[Callable[..., TestClient]]:
    """Start an application of its own with the given settings."""
    opened: list[TestClient] = []

    def make(**given: object) -> TestClient:
        folder = tmp_path / f"installation-{len(opened)}"
        shutil.copytree(installation, folder)
        client = TestClient(create_app(settings_in(folder, **given), base))
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    return make_client()


@pytest.fixture(scope="module")
def shared_client(
    installation: Path, base: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """One application for tests that only look."""
    folder = tmp_path_factory.mktemp("shared") / "installation"
    shutil.copytree(installation, folder)
    with TestClient(create_app(settings_in(folder), base)) as client:
        yield client


@pytest.fixture
def rasa_place() -> Iterator[RasaPlace]:
    with RasaPlace() as place:
        yield place


@pytest.fixture
def chat(make_client: Callable[..., TestClient], rasa_place: RasaPlace) -> Caller:
    """A citizen whose messages go to the fault injector."""
    client = make_client(rasa_url=rasa_place.url, rasa_timeout=0.6)
    return Caller.citizen(client)
