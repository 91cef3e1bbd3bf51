"""The base of every shape, and the few texts that occur in many of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Shape(BaseModel):
    """A shape of the contract: unknown fields are refused, in and out."""

    model_config = ConfigDict(extra="forbid")


def _storable(text: str) -> str:
    # PostgreSQL text cannot hold NUL, and a lone surrogate cannot be encoded as UTF-8.
    if "\x00" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ValueError("不能含有无法保存的字符")
    return text


Storable = AfterValidator(_storable)
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), Storable]
RequiredLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Storable
]
Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Storable
]
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), Storable
]
PhoneLast4 = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
TicketNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4, max_length=40), Storable
]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^(\+?86[- ]?)?[0-9][0-9 -]{5,17}$")
]
UnitCode = Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]


class UnitName(Shape):
    """A unit as shown."""

    code: str
    name: str


class ErrorDetail(Shape):
    """What went wrong."""

    code: str = Field(examples=["ticket_not_found"])
    message: str = Field(description="一句中文")
    detail: dict[str, Any] | None = None
    request_id: str


class ErrorShape(Shape):
    """The one error shape."""

    error: ErrorDetail
