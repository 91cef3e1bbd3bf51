"""Sessions of staff and citizens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from api.schemas.base import Shape, Storable


class Login(Shape):
    """A staff member's name and password."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=64), Storable]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256), Storable]


class PasswordChange(Shape):
    """One's own password, old and new."""

    old: Annotated[str, StringConstraints(min_length=1, max_length=256), Storable]
    new: Annotated[str, StringConstraints(min_length=1, max_length=256), Storable]


class StaffUser(Shape):
    """Who is logged in and how far they see."""

    username: str
    name: str
    role: str
    unit_code: str | None
    unit_name: str | None
    scope: str


class StaffSession(Shape):
    """An opened staff session."""

    token: str
    user: StaffUser


class Provider(Shape):
    """Whether staff can sign in through an identity provider, and what it is called."""

    enabled: bool
    name: str


class ProviderAttempt(Shape):
    """Where to send the browser, and the sealed attempt it has to bring back."""

    url: str
    attempt: str


class ProviderAnswer(Shape):
    """What the provider gave the browser, with the sealed attempt."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=4096), Storable]
    state: Annotated[str, StringConstraints(min_length=1, max_length=256), Storable]
    attempt: Annotated[str, StringConstraints(min_length=1, max_length=4096), Storable]


class NewCitizenSession(Shape):
    """Where the citizen comes from."""

    channel: Literal["h5", "widget", "mini_program", "official_account", "phone", "api"] = "h5"


class CitizenSession(Shape):
    """An opened citizen session."""

    token: str
    citizen_id: str
    expires_at: datetime


class Done(Shape):
    """Plain confirmation."""

    done: bool = True
