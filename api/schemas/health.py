"""Whether each part works."""

from __future__ import annotations

from typing import Literal

from api.schemas.base import Shape


class Part(Shape):
    """One part."""

    ok: bool
    detail: str


class Parts(Shape):
    """All parts."""

    database: Part
    rasa: Part
    actions: Part
    models: Part
    knowledge_base: Part


class Channel(Part):
    """A front reached through somebody else; off while it has no keys."""

    on: bool


class Channels(Shape):
    """The WeChat fronts."""

    mini_program: Channel
    official_account: Channel


class Health(Shape):
    """All together."""

    status: Literal["ok", "degraded"]
    parts: Parts
    channels: Channels
    demo: bool
