"""The one place where the API reaches the dispatch suggester, present or not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.schemas.suggestion import Suggestion
from hotline.models import Ticket

logger = logging.getLogger("suisheng.suggesting")

Suggest = Callable[..., Any]
ThinkAgain = Callable[[Session, Ticket, datetime], Ticket]


class Suggester:
    """Reads a text and suggests a unit; without a working model it suggests nothing.

    A ticket never fails for want of a suggestion: it goes to a person (dial "human").
    """

    def __init__(self, suggest: Suggest | None, think_again: ThinkAgain | None = None) -> None:
        self._suggest = suggest
        self._think_again = think_again

    @property
    def ready(self) -> bool:
        """Whether there is a suggester."""
        return self._suggest is not None

    def suggest(
        self,
        text: str,
        *,
        title: str = "",
        place: str | None = None,
        citizen_key: str | None = None,
    ) -> Suggestion | None:
        """Return the suggestion for a text, or ``None`` when none can be made."""
        if self._suggest is None:
            return None
        try:
            made = self._suggest(text, title=title, place=place, citizen_key=citizen_key)
            return Suggestion.model_validate(made, from_attributes=True)
        except Exception as error:
            logger.warning("no suggestion: %s", type(error).__name__)
            return None

    def think_again(self, session: Session, ticket: Ticket, now: datetime) -> Ticket:
        """Read a returned ticket anew; without a suggester the old reading stays."""
        return self._think_again(session, ticket, now) if self._think_again else ticket
