"""Closings in doubt."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas.base import Shape
from hotline.queue import TicketRow


class DoubtfulReply(Shape):
    """A closed ticket whose closing is in doubt."""

    ticket: TicketRow
    reply: str = Field(description="已脱敏")
    closed_at: datetime
    explains: float = Field(description="把依据和经过说清楚的概率")
    on_topic: float | None = Field(description="答的是所问的概率；太短的答复为空")
    reasons: list[str] = Field(description="答复本身的毛病")
    signs: list[str] = Field(description="没有解决的迹象")


class DoubtfulReplyPage(Shape):
    """A page of doubtful closings."""

    kind: str
    kind_text: str
    items: list[DoubtfulReply]
    total: int
    page: int
    size: int
