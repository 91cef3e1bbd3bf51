"""What can go wrong in the hotline; every message is one Chinese sentence for the person who asked.

HotlineError
├── TicketNotFound      no such ticket, or not one this person may see
├── NotAllowed          this role or unit may not do that
├── IllegalStep         the ticket is not where this step starts
├── VersionConflict     somebody else changed the ticket meanwhile
├── InvalidInput        a value is missing or wrong
└── StoreError          the database or its keys are not usable
    └── VaultError      contact data cannot be read with the keys at hand
"""

from __future__ import annotations

from collections.abc import Mapping


class HotlineError(Exception):
    """Base of all; ``code`` is the API's error code, ``detail`` holds facts without personal data."""

    code = "hotline_error"

    def __init__(self, message: str, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail = dict(detail) if detail else None


class TicketNotFound(HotlineError):  # noqa: N818
    """No such ticket, or not one this person may see."""

    code = "ticket_not_found"


class NotAllowed(HotlineError):  # noqa: N818
    """This role or unit may not do that."""

    code = "not_allowed"


class IllegalStep(HotlineError):  # noqa: N818
    """The ticket is not where this step starts."""

    code = "illegal_step"


class VersionConflict(HotlineError):  # noqa: N818
    """Somebody else changed the ticket meanwhile."""

    code = "version_conflict"


class InvalidInput(HotlineError):  # noqa: N818
    """A value is missing or wrong."""

    code = "invalid_input"


class StoreError(HotlineError):
    """The database is not usable; the message says what to do."""

    code = "store_unavailable"


class VaultError(StoreError):
    """Contact data cannot be read with the keys at hand."""

    code = "vault_unreadable"
