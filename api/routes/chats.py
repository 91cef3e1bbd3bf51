"""The desk's side of live conversations."""

from __future__ import annotations

from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.chat import ChatDetail, ChatList, ChatSummary, ClerkMessage, Reply

router = guarded_router()


@router.get("/v1/desk/chats", tags=["chats"])
def list_chats(services: ServicesDep) -> ChatList:
    """Return conversations waiting for or held by a clerk."""
    return services.chat_desk.waiting()


@router.get("/v1/desk/chats/{conversation_id}", tags=["chats"])
def show_chat(conversation_id: str, services: ServicesDep) -> ChatDetail:
    """Return one conversation with its history and suggested answers."""
    return services.chat_desk.detail(conversation_id)


@router.post("/v1/desk/chats/{conversation_id}/take", tags=["chats"])
def take_chat(conversation_id: str, staff: StaffDep, services: ServicesDep) -> ChatDetail:
    """Take the conversation over; the bot falls silent."""
    return services.chat_desk.take(conversation_id, staff)


@router.post("/v1/desk/chats/{conversation_id}/messages", tags=["chats"])
def say(
    conversation_id: str, message: ClerkMessage, staff: StaffDep, services: ServicesDep
) -> Reply:
    """Write to the citizen."""
    return services.chat_desk.say(conversation_id, staff, message.text)


@router.post("/v1/desk/chats/{conversation_id}/hand-back", tags=["chats"])
def hand_back(conversation_id: str, staff: StaffDep, services: ServicesDep) -> ChatSummary:
    """Let the bot speak again."""
    return services.chat_desk.hand_back(conversation_id, staff)
