"""Accounts, switches, the ledger and the city's files, as administration sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.schemas.base import Line, RequiredLine, Shape, Storable, UnitCode
from hotline.lifecycle import Role

StaffRole = Literal[
    Role.AGENT,
    Role.DISPATCHER,
    Role.UNIT_HANDLER,
    Role.KNOWLEDGE_EDITOR,
    Role.MANAGER,
    Role.AUDITOR,
    Role.ADMIN,
]
Username = Annotated[str, StringConstraints(min_length=2, max_length=64), Storable]
FileText = Annotated[str, StringConstraints(max_length=1_000_000), Storable]


class Account(Shape):
    """An account; ``password`` tells whether it can sign in by one."""

    username: str
    name: str
    role: str
    unit_code: str | None
    unit_name: str | None
    scope: str | None
    active: bool
    locked: bool
    password: bool
    demo: bool
    created_at: datetime


class AccountPage(Shape):
    """A page of accounts."""

    items: list[Account]
    total: int
    page: int
    size: int


class AccountFields(Shape):
    """What can be set of an account; ``scope`` is a district, ``None`` the whole city."""

    name: RequiredLine
    role: StaffRole
    unit_code: UnitCode | None = None
    scope: Line | None = None


class NewAccount(AccountFields):
    """A new account; without ``with_password`` it signs in through the identity provider only."""

    username: Username
    with_password: bool = True


class AccountChange(AccountFields):
    """The account as it shall be."""

    active: bool


class AccountSecret(Shape):
    """An account and its new password, told once and never again."""

    account: Account
    password: str | None


class SwitchState(Shape):
    """Whether a function is off, and who said so, when and why."""

    name: str
    off: bool
    reason: str
    actor: str
    at: datetime | None


class SwitchList(Shape):
    """All switches."""

    items: list[SwitchState]


class SwitchTurn(Shape):
    """Turn a function off or on."""

    off: bool = Field(strict=True)
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200), Storable
    ]


class LedgerLine(Shape):
    """One entry of the ledger."""

    seq: int
    at: datetime
    kind: str
    actor: str
    ticket: str | None
    facts: dict[str, Any]
    digests: dict[str, str]
    digest: str


class LedgerPage(Shape):
    """Entries, newest first; ``following`` fetches the next page."""

    items: list[LedgerLine]
    following: int | None
    kinds: list[str]


class LedgerProof(Shape):
    """Whether the chain of entries is whole."""

    ok: bool
    entries: int
    head: str
    broken_at: int | None
    reason: str


class CityProblem(Shape):
    """A mistake in a file: ``line`` 0 is the file as a whole."""

    file: str
    line: int
    what: str
    remedy: str


class CityFile(Shape):
    """A file that can be edited."""

    file: str
    title: str
    digest: str
    lines: int
    changed_at: datetime | None
    changed_by: str


class CityFileList(Shape):
    """The files that can be edited."""

    folder: str
    items: list[CityFile]


class CityVersion(Shape):
    """A version of a file; ``content`` only where one is asked for."""

    id: int
    at: datetime
    actor: str
    reason: str
    digest: str
    content: str | None = None


class CityText(Shape):
    """A file as it stands, with its versions, newest first."""

    file: str
    title: str
    content: str
    digest: str
    versions: list[CityVersion]


class CityDraft(Shape):
    """A new text to look over."""

    content: FileText


class CityReview(Shape):
    """What is wrong with a new text, and how it differs from what is in force."""

    problems: list[CityProblem]
    difference: list[str]


class CityEdit(CityDraft):
    """A new text to put in force; ``digest`` is that of the text it started from."""

    digest: RequiredLine
    reason: RequiredLine
