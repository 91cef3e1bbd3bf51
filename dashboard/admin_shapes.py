"""The API's answers about administration as the desk reads them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from dashboard.shapes import Shape


class Account(Shape):
    """An account; ``password`` tells whether it can sign in by one."""

    username: str
    name: str
    role: str
    unit_code: str | None = None
    unit_name: str | None = None
    scope: str | None = None
    active: bool = True
    locked: bool = False
    password: bool = True
    created_at: dt.datetime


class AccountPage(Shape):
    """A page of accounts."""

    items: list[Account]
    total: int


class AccountSecret(Shape):
    """An account and its new password."""

    account: Account
    password: str | None = None


class SwitchState(Shape):
    """Whether a function is off, and who said so, when and why."""

    name: str
    off: bool
    reason: str = ""
    actor: str = ""
    at: dt.datetime | None = None


class SwitchList(Shape):
    """All switches."""

    items: list[SwitchState]


class LedgerLine(Shape):
    """One entry of the ledger."""

    seq: int
    at: dt.datetime
    kind: str
    actor: str
    ticket: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


class LedgerPage(Shape):
    """Entries, newest first."""

    items: list[LedgerLine]
    following: int | None = None
    kinds: list[str] = Field(default_factory=list)


class LedgerProof(Shape):
    """Whether the chain of entries is whole."""

    ok: bool
    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""


class CityFile(Shape):
    """A file that can be edited."""

    file: str
    title: str
    changed_at: dt.datetime | None = None
    changed_by: str = ""


class CityFileList(Shape):
    """The files that can be edited."""

    folder: str
    items: list[CityFile]


class CityVersion(Shape):
    """A version of a file."""

    id: int
    at: dt.datetime
    actor: str
    reason: str
    content: str | None = None


class CityText(Shape):
    """A file as it stands, with its versions, newest first."""

    file: str
    title: str
    content: str
    digest: str
    versions: list[CityVersion] = Field(default_factory=list)


class CityProblem(Shape):
    """A mistake in a file."""

    file: str
    line: int
    what: str
    remedy: str


class CityReview(Shape):
    """What is wrong with a new text, and how it differs from what is in force."""

    problems: list[CityProblem] = Field(default_factory=list)
    difference: list[str] = Field(default_factory=list)
