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


class Health(Shape):
    """All together."""

    status: Literal["ok", "degraded"]
    parts: Parts
    demo: bool
