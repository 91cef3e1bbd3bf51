"""Speak to the API on behalf of one conversation.

ApiTrouble
├── ApiRefused   the API understood and said no: ``code`` for us, ``message`` for the citizen
└── ApiDown      no usable answer in time; nothing may be assumed to have happened
"""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any, Dict, Optional
from urllib.parse import quote
from weakref import WeakKeyDictionary

import httpx2

logger = logging.getLogger("suisheng.actions")

# The gateway waits 8 s for Rasa; an action must have said something before that.
TIMEOUT = httpx2.Timeout(7.0, connect=1.0)
CONNECTIONS = httpx2.Limits(max_connections=64, max_keepalive_connections=32)

Json = Dict[str, Any]


class ApiTrouble(Exception):  # noqa: N818 - both kinds below are no errors of ours
    """A call to the API did not succeed."""


class ApiRefused(ApiTrouble):
    """The API said no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message


class ApiDown(ApiTrouble):
    """The API gave no usable answer."""


class CityApi:
    """The bot's part of the API.

    Args:
        conversation: the sender's id, sent as ``X-Conversation``.
        http: connection pool; one per event loop by default.
    """

    def __init__(self, conversation: str, http: Optional[httpx2.AsyncClient] = None) -> None:
        self._conversation = conversation
        self._http = http or _shared_client()

    async def answer(self, question: str, area: Optional[str] = None) -> Json:
        """Ask the knowledge base; returns an Answer."""
        body = {"question": question[:2000]}
        return await self._send("POST", "answer", {**body, **({"area": area} if area else {})})

    async def file_ticket(
        self, text: str, place: Optional[str], occurred: Optional[str], appeal_type: Optional[str]
    ) -> Json:
        """File a ticket; the same again makes no second one. Returns its Progress."""
        body = {
            "text": text,
            "place": place[:200] if place else None,
            "occurred": occurred[:200] if occurred else None,
            "appeal_type": appeal_type,
        }
        return await self._send("POST", "tickets", body)

    async def progress(self, number: Optional[str], phone_last4: Optional[str]) -> Json:
        """Return a ticket's Progress; without a number, of the citizen's newest."""
        return await self._send("POST", "progress", _case(number, phone_last4))

    async def rate(self, number: str, phone_last4: Optional[str], score: int, text: str) -> Json:
        """Rate a finished ticket, 1 to 5."""
        body = {**_case(number, phone_last4), "score": score, "text": text[:200] or None}
        return await self._send("POST", "rating", body)

    async def reopen(self, number: str, phone_last4: Optional[str], reason: str) -> Json:
        """Ask for a ticket to be handled again; returns the new one's Progress."""
        body = {**_case(number, phone_last4), "reason": reason[:2000]}
        return await self._send("POST", "reopen", body)

    async def add(self, number: str, phone_last4: Optional[str], text: str) -> Json:
        """Add facts to an open ticket."""
        body = {**_case(number, phone_last4), "text": text[:2000]}
        return await self._send("POST", "additions", body)

    async def hand_over(self, reason: str) -> int:
        """Queue the conversation for a person; returns the place in the queue, 1 is next."""
        answer = await self._send("POST", "handover", {"reason": reason[:200]})
        return int(answer.get("queue_position") or 1)

    async def free_slots(self, business: str) -> "tuple[list[Json], list[str]]":
        """Return free times (hall, date, start, end, free) and all that can be booked at all."""
        query = "appointments?business=" + quote(business[:60])
        found = await self._send("GET", query, None)
        items = found.get("items")
        if not isinstance(items, list):
            raise ApiDown("appointments without items")
        free = [item for item in items if isinstance(item, dict) and item.get("free", 0) > 0]
        return free, [str(name) for name in found.get("businesses") or []]

    async def bookings(self) -> "list[Json]":
        """Return the citizen's bookings from today on."""
        items = (await self._send("GET", "bookings", None)).get("items")
        return [item for item in items or [] if isinstance(item, dict)]

    async def cancel_booking(self, code: str) -> Json:
        """Give a booked time back."""
        return await self._send("POST", "cancellations", {"code": code})

    async def book(self, hall: str, date: str, start: str, business: str) -> Json:
        """Book a time; returns the Appointment."""
        body = {"hall": hall, "date": date, "start": start, "business": business[:200]}
        return await self._send("POST", "appointments", body)

    async def _send(self, method: str, path: str, body: Optional[Json]) -> Json:
        headers = {
            "X-Conversation": self._conversation,
            "Authorization": "Bearer " + os.environ.get("SUISHENG_SERVICE_TOKEN", DEMO_TOKEN),
        }
        try:
            response = await self._http.request(
                method, f"{api_url()}/v1/bot/{path}", json=body, headers=headers
            )
            content = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            logger.warning("api %s: %s", path.split("?")[0], type(error).__name__)
            raise ApiDown(path) from None
        if not isinstance(content, dict):
            raise ApiDown(path)
        if response.status_code < 300:
            return content
        raise _trouble(path, response.status_code, content)


DEMO_TOKEN = "demo-service-token"  # noqa: S105 - the API refuses it outside demo mode


def api_url() -> str:
    """Base address of the API, from ``SUISHENG_API_URL`` or ``SUISHENG_API_PORT``."""
    port = os.environ.get("SUISHENG_API_PORT", "8000")
    return os.environ.get("SUISHENG_API_URL", f"http://127.0.0.1:{port}").rstrip("/")


def _trouble(path: str, status: int, content: Json) -> ApiTrouble:
    raw = content.get("error")
    error = raw if isinstance(raw, dict) else {}
    code, message = str(error.get("code", "")), str(error.get("message", ""))
    logger.warning("api %s: %s %s", path.split("?")[0], status, code)
    if status in (404, 409, 413, 422, 429) and message:
        return ApiRefused(status, code, message)
    return ApiDown(path)


def _case(number: Optional[str], phone_last4: Optional[str]) -> Json:
    return {"number": number, "phone_last4": phone_last4}


_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient]" = WeakKeyDictionary()


def _shared_client() -> httpx2.AsyncClient:
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        # Proxies of the environment are for the outside world; the API is on loopback.
        _clients[loop] = httpx2.AsyncClient(timeout=TIMEOUT, limits=CONNECTIONS, trust_env=False)
    return _clients[loop]
