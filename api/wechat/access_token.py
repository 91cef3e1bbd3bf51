"""The access token of one app: fetched once for all who wait, kept until shortly before its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

EARLY = 300.0
"""Seconds before its end at which WeChat already hands out the next token."""


@dataclass(frozen=True)
class AccessToken:
    """A token and the moment (of the keeper's clock, in seconds) at which it ends."""

    value: str
    ends: float


Fetch = Callable[[bool], Awaitable[tuple[str, float]]]


class TokenKeeper:
    """Keeps one app's token.

    It comes from ``stable_token``, which gives every process the same one, so nothing has to be
    shared between processes.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        """Take ``fetch(force)``, which asks WeChat for (token, seconds it lives)."""
        self._fetch = fetch
        self._clock = clock
        self._token: AccessToken | None = None
        self._flight = asyncio.Lock()

    async def current(self) -> str:
        """Return a token that is good for now."""
        kept = self._token
        if kept is not None and self._clock() < kept.ends - EARLY:
            return kept.value
        async with self._flight:
            if self._token is not kept and self._token is not None:
                return self._token.value
            return await self._renew(False)

    async def instead_of(self, bad: str) -> str:
        """Return a token other than ``bad``, which WeChat has just refused.

        Somebody else may have renewed it already; only when WeChat insists on the same token is
        a new one forced, which it allows 20 times a day.
        """
        async with self._flight:
            if self._token is not None and self._token.value != bad:
                return self._token.value
            fresh = await self._renew(False)
            return fresh if fresh != bad else await self._renew(True)

    async def _renew(self, force: bool) -> str:
        value, seconds = await self._fetch(force)
        # A token close to its end would otherwise be asked for again with every call.
        life = seconds if seconds > EARLY else EARLY + 10
        self._token = AccessToken(value, self._clock() + life)
        return value
