"""The real API in a thread, once without and once with tickets; pages run against it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import uvicorn
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from api.app import create_app
from api.settings import Settings
from dashboard import client as client_module
from dashboard.settings import api_timeout
from hotline.store import Store
from tests.dashboard.desk_story import fill

SCRIPT = Path(__file__).parents[2] / "dashboard" / "desk.py"
PATIENCE = 60.0


@dataclass
class Api:
    """A running API: its address, and for the filled one what lies in it."""

    url: str
    http: httpx2.Client
    numbers: dict[str, str]
    store: Store
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, username: str) -> str:
        """Return a token of a demo account; hashing passwords takes time, so it is kept."""
        if username not in self.tokens:
            body = {"username": username, "password": f"demo-{username}"}
            self.tokens[username] = self.http.post("/v1/session", json=body).json()["token"]
        return self.tokens[username]

    def step(self, username: str, number: str, step: str, **values: object) -> httpx2.Response:
        """Take a step as somebody else would, on the newest version."""
        headers = {"Authorization": f"Bearer {self.token(username)}"}
        path = f"/v1/desk/tickets/{number}"
        version = self.http.get(path, headers=headers).json()["version"]
        body = {"version": version, **values}
        return self.http.post(f"{path}/{step}", json=body, headers=headers)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(folder: Path, filled: bool) -> Iterator[Api]:
    port = free_port()
    settings = Settings(
        _env_file=None,
        demo=True,
        database_url=f"sqlite:///{folder / 'desk.db'}",
        var=folder,
        models=folder / "no-models",
        web=folder / "no-web",
        rasa_url="http://127.0.0.1:9",
        actions_url="http://127.0.0.1:9",
        chat_per_minute=0,
        client_per_minute=0,
        address_per_minute=0,
        guesses_per_minute=0,
    )
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert time.monotonic() < deadline, "the API did not start"
        time.sleep(0.05)
    url = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=url, timeout=30, trust_env=False) as http:
        numbers = fill(http, app.state.services.store) if filled else {}
        yield Api(url, http, numbers, app.state.services.store)
    client_module.connection(url, api_timeout()).close()
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="session")
def empty_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    yield from serve(tmp_path_factory.mktemp("empty"), filled=False)


@pytest.fixture(scope="session")
def busy_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    yield from serve(tmp_path_factory.mktemp("busy"), filled=True)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the desk against an API, signed in as ``username``, at a page with parameters."""

    def open_desk(
        api: Api, username: str | None = None, page: str | None = None, **params: str
    ) -> AppTest:
        monkeypatch.setenv("SUISHENG_API_URL", api.url)
        at = AppTest.from_file(SCRIPT, default_timeout=30)
        if username is not None:
            at.session_state["token"] = api.token(username)
            at.session_state["user"] = client_module.client_for(
                at.session_state["token"]
            ).who_am_i()
        at.query_params.update(params)
        if page is not None:
            # AppTest.switch_page knows pages that are files only; these are functions.
            at._page_hash = calc_hash(page)
        return at.run()

    return open_desk
