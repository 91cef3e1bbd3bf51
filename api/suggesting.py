"""The one place where the API reaches the dispatch suggester, present or not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.schemas.suggestion import Suggestion
from hotline.models import Ticket
from hotline.reading import Question
from hotline.thresholds import Thresholds

logger = logging.getLogger("suisheng.suggesting")

SuggestMany = Callable[[Sequence[Question]], Sequence[Any]]
ThinkAgain = Callable[[Session, Ticket, datetime], Ticket]


class Suggester:
    """Reads a text and suggests a unit; without a working model it suggests nothing.

    A ticket never fails for want of a suggestion: it goes to a person (dial "human").
    """

    def __init__(
        self,
        suggest_many: SuggestMany | None,
        think_again: ThinkAgain | None = None,
        thresholds: Callable[[], Thresholds | None] = lambda: None,
    ) -> None:
        self._thresholds = thresholds
        self._suggest_many = suggest_many
        self._think_again = think_again

    @property
    def ready(self) -> bool:
        """Whether there is a suggester."""
        return self._suggest_many is not None

    @property
    def thresholds(self) -> Thresholds | None:
        """The dial's lines of the model that decides now."""
        return self._thresholds()

    def suggest(self, question: Question) -> Suggestion | None:
        """Return the suggestion for a matter, or ``None`` when none can be made."""
        return self.suggest_many([question])[0]

    def suggest_many(self, questions: Sequence[Question]) -> list[Suggestion | None]:
        """Return the suggestions for matters in their order, ``None`` where none can be made."""
        if self._suggest_many is None:
            return [None] * len(questions)
        try:
            made = self._suggest_many(questions)
            return [Suggestion.model_validate(one, from_attributes=True) for one in made]
        except Exception as error:
            logger.warning("no suggestion: %s", type(error).__name__)
            return [None] * len(questions)

    def think_again(self, session: Session, ticket: Ticket, now: datetime) -> Ticket:
        """Read a returned ticket anew; without a suggester the old reading stays."""
        return self._think_again(session, ticket, now) if self._think_again else ticket
