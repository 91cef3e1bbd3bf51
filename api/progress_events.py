"""What happens to a ticket, told as it happens: one look at the database a second for all streams."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress

from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool as in_thread

from api.errors import TooManyRequests
from api.schemas.tickets import ProgressEvent
from hotline.lifecycle import Actor
from hotline.lookup import find_ticket
from hotline.progress import progress
from hotline.store import Store, TicketEvent, clocks_of

PAUSE = 1.0
"""Seconds between two looks."""
LIFE = 900.0
"""Seconds after which a stream ends and its client, by the standard, comes back."""
MOST_STREAMS = 5
"""Streams one citizen may have open."""


class ProgressEvents:
    """Streams of the steps citizens may read of."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._newest = 0
        self._moved = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None
        self._open: Counter[str] = Counter()

    def check(self, number: str, actor: Actor) -> None:
        """Make sure that this citizen may follow this ticket, before a stream begins.

        Raises:
            TicketNotFound: not theirs.
            TooManyRequests: they follow too much already.
        """
        if self._open[actor.user] >= MOST_STREAMS:
            raise TooManyRequests(f"最多同时跟踪 {MOST_STREAMS} 张工单，请先关闭一些。")
        with self._store.session(read_only=True) as session:
            find_ticket(session, number, actor)

    async def follow(
        self, number: str, actor: Actor, after: int | None
    ) -> AsyncIterator[tuple[int, ProgressEvent]]:
        """Yield (id, event): what happened after ``after``, then each new step as it happens.

        Without ``after`` the newest step comes first, so that the client knows how things stand.
        """
        self._open[actor.user] += 1
        ends = time.monotonic() + LIFE
        try:
            while time.monotonic() < ends:
                seen = self._newest
                for event_id, event in await in_thread(self._since, number, actor, after):
                    yield event_id, event
                    after = event_id
                after = after or 0
                await self._wait(seen, ends - time.monotonic())
        finally:
            self._open[actor.user] -= 1
            self._open += Counter()  # forgets who has none left

    def _since(
        self, number: str, actor: Actor, after: int | None
    ) -> list[tuple[int, ProgressEvent]]:
        with self._store.session(read_only=True) as session:
            ticket = find_ticket(session, number, actor)
            told = select(TicketEvent).where(
                TicketEvent.ticket_id == ticket.id, TicketEvent.public_text.is_not(None)
            )
            if after is None:
                told = told.order_by(TicketEvent.id.desc()).limit(1)
            else:
                told = told.where(TicketEvent.id > after).order_by(TicketEvent.id)
            events = session.scalars(told).all()
            if not events:
                return []
            now, clocks = progress(session, ticket), clocks_of(session)
            return [
                (
                    event.id,
                    ProgressEvent(
                        at=clocks.local(event.at),
                        text=event.public_text or "",
                        status=event.status,
                        progress=now,
                    ),
                )
                for event in events
            ]

    async def _wait(self, seen: int, seconds: float) -> None:
        """Wait until anything at all has happened, at most ``seconds``."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)), self._moved:
                await self._moved.wait_for(lambda: self._newest != seen)

    async def _look(self) -> None:
        while self._open:
            newest = await in_thread(self._newest_id)
            async with self._moved:
                if newest != self._newest:
                    self._newest = newest
                    self._moved.notify_all()
            await asyncio.sleep(PAUSE)

    def _newest_id(self) -> int:
        with self._store.session(read_only=True) as session:
            return session.scalar(select(func.max(TicketEvent.id))) or 0
