"""Everything kept about the citizen calling, and what became of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas.base import Shape
from api.schemas.chat import Reply
from hotline.appointments import Booking
from hotline.progress import Progress


class CitizenData(Shape):
    """All of it: what was said, filed, booked and handed in, and which secrets were hidden."""

    channel: str
    phone_masked: str | None = Field(description="对话里留过的手机号，隐去中间四位")
    hidden: list[str] = Field(description="对话里出现过、已隐藏的个人信息种类")
    messages: list[Reply]
    tickets: list[Progress]
    bookings: list[Booking]
    photos: int
    devices: int = Field(description="登录过的设备数")
    made_at: datetime


class Deletion(Shape):
    """What was deleted; ``kept_tickets`` are still being handled and stay until finished."""

    messages: int
    bookings: int
    tickets_anonymised: int
    kept_tickets: list[str]
    session_ended: bool
