"""The citizen's side of the chat."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request

from api.dependencies import CitizenDep, ServicesDep
from api.guard import guarded_router
from api.limits import check
from api.schemas.chat import ChatAnswer, ChatMessage

router = guarded_router()


@router.post("/v1/chat/messages", tags=["chat"])
async def send(
    message: ChatMessage, citizen: CitizenDep, request: Request, services: ServicesDep
) -> ChatAnswer:
    """Take one message and answer it; the same ``message_id`` again changes nothing."""
    check(request, "chat", citizen.citizen_id, services.settings.chat_per_minute)
    return await services.gateway.receive(citizen, message)


@router.get("/v1/chat/messages", tags=["chat"])
async def history(
    citizen: CitizenDep,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0, le=9_007_199_254_740_991)] = 0,
) -> ChatAnswer:
    """Return everything said after the message with id ``after``."""
    return await services.gateway.history(citizen, after)
