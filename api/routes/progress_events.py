"""Progress of a ticket as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import CitizenDep, ServicesDep
from api.guard import guarded_router

router = guarded_router()

RETRY_MILLISECONDS = 3000


def _may_follow(number: str, citizen: CitizenDep, services: ServicesDep) -> None:
    services.progress_events.check(number, citizen.actor)


@router.get(
    "/v1/tickets/{number}/events",
    tags=["tickets"],
    response_class=EventSourceResponse,
    dependencies=[Depends(_may_follow)],
)
async def follow(
    number: str,
    citizen: CitizenDep,
    services: ServicesDep,
    last_event_id: Annotated[int | None, Header(ge=0, le=9_007_199_254_740_991)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell of each step as it happens; ``Last-Event-ID`` goes on where a broken stream ended.

    A comment every 15 s keeps the connection open; after 15 minutes it ends and the client comes
    back, as the standard has it.
    """
    yield ServerSentEvent(comment="穗声", retry=RETRY_MILLISECONDS)
    async for event_id, event in services.progress_events.follow(
        number, citizen.actor, last_event_id
    ):
        yield ServerSentEvent(event="progress", id=str(event_id), data=event)
