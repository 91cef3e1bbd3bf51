"""Chat messages between citizen, bot and clerk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Paragraph, Shape, Storable

Speaker = Literal["citizen", "bot", "human", "system"]
Kind = Literal["text", "answer", "summary", "ticket", "progress", "emergency"]
State = Literal["bot", "waiting", "human"]


class Button(Shape):
    """A choice offered to the citizen."""

    title: str
    payload: str


class Reply(Shape):
    """One message of a conversation."""

    id: str
    at: datetime
    speaker: Speaker
    kind: Kind
    text: str
    buttons: list[Button] = Field(default=[])
    card: dict[str, Any] | None = None


class ChatMessage(Shape):
    """What the citizen sends; the same ``message_id`` twice gets the same answer once."""

    message_id: UUID
    text: Annotated[str, StringConstraints(max_length=20_000), Storable] = ""
    payload: Annotated[str, StringConstraints(max_length=2000), Storable] | None = None


class ChatAnswer(Shape):
    """Replies, who is speaking now, and the citizen's place in the queue for a person."""

    replies: list[Reply]
    state: State
    queue_position: int | None = Field(None, ge=1)


class ChatSummary(Shape):
    """One live conversation in the desk's list."""

    id: str
    state: State
    channel: str
    queue_position: int | None
    waiting_since: datetime | None
    clerk: str | None
    reason: str | None
    last_text: str
    last_at: datetime | None


class ChatList(Shape):
    """Conversations waiting for or held by a clerk, longest wait first."""

    items: list[ChatSummary]


class ChatDetail(ChatSummary):
    """One conversation with its history and answers the clerk could send."""

    messages: list[Reply]
    facts: dict[str, Any]
    suggestions: list[str]


class ClerkMessage(Shape):
    """What the clerk writes to the citizen."""

    text: Paragraph
