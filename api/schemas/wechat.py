"""The mini-program's log-in and what its citizens agree to be told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from api.schemas.base import Shape, Storable


class WeChatLogin(Shape):
    """What ``wx.login`` gave the mini-program."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$"), Storable]


class Subscription(Shape):
    """A kind of message the citizen can agree to; ``left``: how many more are agreed to."""

    key: str
    title: str
    template_id: str
    long_term: bool
    left: int = Field(ge=0)


class Subscriptions(Shape):
    """All kinds; empty when the channel is off or has no templates."""

    items: list[Subscription]


class NewConsents(Shape):
    """What the citizen chose in WeChat's window; the same ``request_id`` counts once."""

    request_id: UUID
    choices: dict[Annotated[str, StringConstraints(max_length=40)], bool] = Field(max_length=10)
