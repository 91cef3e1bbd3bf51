"""Server-sent events of a ticket, over a real connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from starlette.testclient import TestClient

from tests.api.desk_story import Caller


@dataclass
class Served:
    """The application behind a real port, and a citizen with a ticket."""

    address: str
    citizen: Caller
    number: str

    def stream(self, token: str | None = None, **headers: str) -> Iterator[dict[str, str]]:
        """Yield events (and comments, as ``{"comment": …}``) as they come."""
        headers["Authorization"] = f"Bearer {token or self.citizen.token}"
        address = f"{self.address}/v1/tickets/{self.number}/events"
        with (
            httpx2.Client(trust_env=False, timeout=10) as http,
            http.stream(
                "GET",
                address,
                headers={name.replace("_", "-"): text for name, text in headers.items()},
            ) as response,
        ):
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            event: dict[str, str] = {}
            for line in response.iter_lines():
                if line.startswith(":"):
                    event["comment"] = line
                elif line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif event:
                    yield event
                    event = {}


@pytest.fixture
def served(make_client: Callable[..., TestClient]) -> Iterator[Served]:
    client = make_client(allowed_hosts=("testserver", "127.0.0.1"))
    server = uvicorn.Server(
        uvicorn.Config(
            client.app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    citizen = Caller.citizen(client)
    yield Served(f"http://127.0.0.1:{port}", citizen, citizen.file()["number"])
    server.should_exit = True
    thread.join()


def test_a_step_is_told_as_it_happens(served: Served):
    stream = served.stream()
    assert next(stream)["retry"] == "3000"
    standing = next(stream)
    assert standing["event"] == "progress"
    served.citizen.post(f"/v1/tickets/{served.number}/additions", {"text": "昨晚又吵"})
    told = next(stream)
    assert int(told["id"]) > int(standing["id"])
    data = json.loads(told["data"])
    assert "昨晚又吵" in data["text"]
    assert data["progress"]["number"] == served.number
    stream.close()


def test_a_broken_stream_goes_on_where_it_ended(served: Served):
    stream = served.stream()
    last = [next(stream) for _ in range(2)][-1]["id"]
    stream.close()
    for text in ("第一句", "第二句"):
        served.citizen.post(f"/v1/tickets/{served.number}/additions", {"text": text})
    again = served.stream(Last_Event_ID=last)
    texts = [
        json.loads(event["data"])["text"]
        for event in (next(again), next(again), next(again))
        if "data" in event
    ]
    assert [text.removeprefix("您补充了：") for text in texts] == ["第一句", "第二句"]
    again.close()


def test_an_idle_stream_is_kept_open_by_comments(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.1)
    stream = served.stream()
    events = [next(stream) for _ in range(4)]
    assert events[-1] == {"comment": ": ping"}
    stream.close()


def test_nobody_follows_a_strangers_ticket(served: Served):
    stranger = Caller.citizen(served.citizen.client)
    answer = stranger.get(f"/v1/tickets/{served.number}/events")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ticket_not_found")


def test_a_citizen_has_only_so_many_streams(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.progress_events.MOST_STREAMS", 1)
    stream = served.stream()
    next(stream), next(stream)
    assert served.citizen.get(f"/v1/tickets/{served.number}/events").status_code == 429
    stream.close()
