"""Speak to Rasa's REST channel, within a deadline, believing nothing about its answer."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Literal

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

LARGEST_ANSWER = 262_144
MOST_REPLIES = 20


class RasaDown(Exception):  # noqa: N818 - named after what happened
    """Rasa did not give a usable answer in time; ``reason`` is a word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RasaButton(BaseModel):
    """A button as Rasa sends it."""

    model_config = ConfigDict(extra="ignore")

    title: str
    payload: str = ""


class RasaCustom(BaseModel):
    """The fields of a Reply that an action sends as custom JSON."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["text", "answer", "summary", "ticket", "progress", "emergency"] = "text"
    text: str = ""
    buttons: list[RasaButton] = []
    card: dict[str, Any] | None = None


class RasaReply(BaseModel):
    """One element of the REST channel's answer."""

    model_config = ConfigDict(extra="ignore")

    text: str | None = None
    buttons: list[RasaButton] = []
    custom: RasaCustom | None = None


class RasaClient:
    """A client of one Rasa server.

    Args:
        http: the shared connection pool.
        url: base address of Rasa, e.g. ``http://127.0.0.1:5005``.
        timeout: seconds for the whole exchange, however slowly bytes drip in.
    """

    def __init__(self, http: httpx2.AsyncClient, url: str, timeout: float) -> None:
        self._http = http
        self._channel = url.rstrip("/") + "/webhooks/rest"
        self._timeout = timeout

    async def ask(self, sender: str, message: str, metadata: dict[str, Any]) -> list[RasaReply]:
        """Send one message and return what the bot says.

        Raises:
            RasaDown: not reachable, too slow, an error status, or not Rasa's shape.
        """
        body = {"sender": sender, "message": message, "metadata": metadata}
        try:
            async with asyncio.timeout(self._timeout):
                raw = await self._post(body)
        except TimeoutError:
            raise RasaDown("slow") from None
        except httpx2.HTTPError as error:
            raise RasaDown(type(error).__name__) from None
        return _readable(raw)

    async def forget(self, sender: str) -> None:
        """Make the dialogue engine forget a conversation.

        Raises:
            RasaDown: it did not confirm.
        """
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._http.delete(f"{self._channel}/conversations/{sender}")
        except TimeoutError:
            raise RasaDown("slow") from None
        except httpx2.HTTPError as error:
            raise RasaDown(type(error).__name__) from None
        if response.status_code != httpx2.codes.OK:
            raise RasaDown(f"status {response.status_code}")

    async def _post(self, body: dict[str, Any]) -> bytes:
        async with self._http.stream("POST", f"{self._channel}/webhook", json=body) as response:
            if response.status_code != httpx2.codes.OK:
                raise RasaDown(f"status {response.status_code}")
            chunks: list[bytes] = []
            size = 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise RasaDown("too large")
                chunks.append(chunk)
            return b"".join(chunks)


def _readable(raw: bytes) -> list[RasaReply]:
    """Return the elements that can be read; one broken element does not silence the others.

    Raises:
        RasaDown: not a list of replies, or none of them can be read.
    """
    try:
        elements = json.loads(raw)
    except (ValueError, RecursionError):
        raise RasaDown("garbage") from None
    if not isinstance(elements, list):
        raise RasaDown("garbage")
    replies = []
    for element in elements[:MOST_REPLIES]:
        with suppress(ValidationError):
            replies.append(RasaReply.model_validate(element))
    if elements and not replies:
        raise RasaDown("garbage")
    return replies
