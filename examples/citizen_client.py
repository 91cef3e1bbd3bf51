"""A front of your own in one file: ask, file a ticket with a photo, follow it to the end.

    $ python examples/citizen_client.py --api http://127.0.0.1:8000 \
          --ask 居住证怎么办 --tell "石牌东路88号烧烤店半夜噪音" [--photo photo.jpg] [--follow 60]

Needs only ``httpx2`` (of requirements.txt). ``Hotline`` is what you would copy into an app, a
kiosk or a portal; docs/api.md explains each step.
"""

from __future__ import annotations

import argparse
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

TRIES = 4


class RefusedError(Exception):
    """The hotline said no, in one sentence a citizen can read."""


class Hotline:
    """One citizen's device."""

    def __init__(self, address: str) -> None:
        self.http = httpx2.Client(base_url=address, timeout=30, trust_env=False)
        session = self._send("POST", "/v1/citizen/session", json={"channel": "api"})
        self.http.headers["Authorization"] = f"Bearer {session['token']}"

    def ask(self, text: str, payload: str | None = None) -> dict[str, Any]:
        """Say something; ``payload`` is that of a button that was pressed."""
        message = {"message_id": str(uuid.uuid4()), "text": text, "payload": payload}
        return self._send("POST", "/v1/chat/messages", json=message)

    def upload(self, photo: Path) -> str:
        """Upload a photo; return its id."""
        form = {"file": (photo.name, photo.read_bytes(), "image/jpeg")}
        return str(self._send("POST", "/v1/attachments", files=form)["id"])

    def file(self, text: str, photos: list[str], phone: str | None = None) -> dict[str, Any]:
        """File a ticket; however often the network breaks, it is filed once."""
        body = {"text": text, "phone": phone, "attachments": photos}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return self._send("POST", "/v1/tickets", json=body, headers=key)

    def follow(self, number: str) -> Iterator[dict[str, Any]]:
        """Yield each step as it happens; goes on where a broken connection ended."""
        last, pause = "", 3.0
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            address = f"/v1/tickets/{number}/events"
            try:
                with self.http.stream("GET", address, headers=headers) as response:
                    if response.is_error:
                        response.read()
                        raise RefusedError(_sentence(response))
                    for event in _events(response.iter_lines()):
                        pause = int(event.get("retry", pause * 1000)) / 1000
                        last = event.get("id", last)
                        if "data" in event:
                            yield json.loads(event["data"])
            except httpx2.TransportError:
                pass
            time.sleep(pause)

    def rate(self, number: str, score: int) -> dict[str, Any]:
        """Judge a finished ticket, 1 to 5."""
        return self._send("POST", f"/v1/tickets/{number}/rating", json={"score": score})

    def _send(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """Send; the same again (with the same ids) when busy or broken, and no other time."""
        for attempt in range(TRIES):
            try:
                response = self.http.request(method, path, **request)
            except httpx2.TransportError as error:
                if attempt == TRIES - 1:
                    raise RefusedError("连不上热线，请稍后再试。") from error
            else:
                if not response.is_error:
                    return dict(response.json())
                if response.status_code not in {429, 503} or attempt == TRIES - 1:
                    raise RefusedError(_sentence(response))
                time.sleep(float(response.headers.get("Retry-After", 0)))
            time.sleep(2**attempt * 0.5)
        raise AssertionError("unreachable")


def _sentence(response: httpx2.Response) -> str:
    return str(response.json()["error"]["message"])


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Read server-sent events (WHATWG HTML, 9.2); lines that begin with a colon keep it open."""
    event: dict[str, str] = {}
    for line in lines:
        if not line:
            if event:
                yield event
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            event[name] = f"{event[name]}\n{value}" if name in event else value


def main() -> None:
    """Walk the whole way once."""
    options = argparse.ArgumentParser(description="12345 热线接口的示例客户端")
    options.add_argument("--api", default="http://127.0.0.1:8000", help="接口的地址")
    options.add_argument("--ask", default="居住证怎么办", help="问一句")
    options.add_argument("--tell", default="石牌东路88号烧烤店占道，半夜还很吵", help="反映的事")
    options.add_argument("--photo", type=Path, help="现场照片")
    options.add_argument("--follow", type=float, default=10, help="跟踪进度的秒数")
    given = options.parse_args()

    hotline = Hotline(given.api)
    for reply in hotline.ask(given.ask)["replies"]:
        print(f"[{reply['speaker']}] {reply['text']}")
    photos = [hotline.upload(given.photo)] if given.photo else []
    ticket = hotline.file(given.tell, photos)
    print(f"工单 {ticket['number']}：{ticket['status']}，下一步：{ticket['next_step']}")
    ends = time.monotonic() + given.follow
    for step in hotline.follow(ticket["number"]):
        print(f"{step['at'][:16]} {step['status']} {step['text']}")
        if step["progress"]["can_rate"]:
            print(f"评价：{hotline.rate(ticket['number'], 5)['rating']} 分")
            break
        if time.monotonic() > ends:
            break


if __name__ == "__main__":
    main()
