"""Callers of the API as the tests play them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient


@dataclass
class Caller:
    """Somebody with a token."""

    client: TestClient
    token: str

    @classmethod
    def citizen(cls, client: TestClient) -> Caller:
        opened = client.post("/v1/citizen/session", json={"channel": "h5"})
        return cls(client, opened.json()["token"])

    @classmethod
    def staff(cls, client: TestClient, username: str) -> Caller:
        opened = client.post(
            "/v1/session", json={"username": username, "password": f"demo-{username}"}
        )
        assert opened.status_code == 200, opened.text
        return cls(client, opened.json()["token"])

    def call(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.call("POST", path, json=body, **options)

    def say(
        self, text: str = "", payload: str | None = None, message_id: str | None = None
    ) -> dict[str, Any]:
        body = {"message_id": message_id or str(uuid.uuid4()), "text": text, "payload": payload}
        answer = self.post("/v1/chat/messages", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def file(self, text: str = "天河区石牌东路烧烤店半夜噪音扰民", **fields: Any) -> dict[str, Any]:
        answer = self.post("/v1/tickets", {"text": text, "phone": "13800001234", **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def step(self, number: str, name: str, **fields: Any) -> Any:
        found = self.get(f"/v1/desk/tickets/{number}").json()
        return self.post(
            f"/v1/desk/tickets/{number}/{name}", {"version": found["version"], **fields}
        )


def texts(answer: dict[str, Any]) -> str:
    """Everything said in one answer."""
    return "\n".join(reply["text"] for reply in answer["replies"])
