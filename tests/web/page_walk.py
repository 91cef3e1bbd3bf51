"""What a citizen does on the page, and what the desk does meanwhile."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Request


@dataclass
class Walk:
    """One device with the page open; everything it complains about is noted."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, context: BrowserContext, address: str, preferences: dict[str, object]) -> Walk:
        page = context.new_page()
        walk = cls(context, page, address)
        kept = json.dumps(json.dumps(preferences))
        page.add_init_script(
            "if (!localStorage.getItem('suisheng.preferences'))"
            f" localStorage.setItem('suisheng.preferences', {kept})"
        )
        page.on("console", walk._listen)
        page.on("pageerror", lambda error: walk.complaints.append(str(error)))
        page.on("request", walk._note)
        walk.open()
        return walk

    def _listen(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"}:
            self.hosts.add(parts.netloc)
        if parts.path == "/v1/chat/messages" and request.method == "POST":
            self.sent.append(json.loads(request.post_data or "{}"))

    def open(self, part: str = "") -> None:
        self.page.goto(f"{self.address}/{part}")
        self.page.wait_for_selector("#app[data-ready]")

    @property
    def box(self) -> Locator:
        return self.page.locator("textarea.message-box")

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str) -> Locator:
        """Say something and wait until nothing is under way any more."""
        self.say(text)
        self.settled()
        return self.page.locator(".message").last

    def settled(self) -> None:
        self.page.wait_for_function(
            "() => !document.querySelector('.delivery') && document.querySelector('.thinking').hidden"
        )

    def bubbles(self, speaker: str = "citizen") -> list[str]:
        return self.page.locator(f".from-{speaker} .bubble").all_inner_texts()

    def stored(self) -> list[dict[str, Any]]:
        """Return the conversation as the server keeps it."""
        token = self.page.evaluate("JSON.parse(localStorage.getItem('suisheng.token'))")
        return list(call(self.address, "GET", "/v1/chat/messages", token)["replies"])


class Desk:
    """The hotline's staff, over the API."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.tokens = {name: self._sign_in(name) for name in ("dispatcher", "unit")}
        who = call(address, "GET", "/v1/session", self.tokens["unit"])
        self.unit_code, self.unit_name = who["unit_code"], who["unit_name"]

    def _sign_in(self, name: str) -> str:
        body = {"username": name, "password": f"demo-{name}"}
        return str(call(self.address, "POST", "/v1/session", None, body)["token"])

    def step(self, who: str, number: str, name: str, **fields: Any) -> None:
        path = f"/v1/desk/tickets/{number}"
        version = call(self.address, "GET", path, self.tokens[who])["version"]
        call(
            self.address, "POST", f"{path}/{name}", self.tokens[who], {"version": version, **fields}
        )

    def handle(self, number: str, reply: str) -> None:
        """Take a ticket from the queue to its end."""
        self.step("dispatcher", number, "dispatch", unit_code=self.unit_code, reason="按职责派单")
        self.step("unit", number, "sign")
        self.step("unit", number, "start")
        self.step("unit", number, "close", reply=reply)

    def photos(self, number: str) -> list[Any]:
        path = f"/v1/desk/tickets/{number}"
        return list(call(self.address, "GET", path, self.tokens["dispatcher"])["attachments"])


def call(
    address: str, method: str, path: str, token: str | None, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the JSON of one call of the API."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return dict(json.load(response))
