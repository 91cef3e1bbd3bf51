"""The dispatcher: reads a matter and suggests who should get it, how sure, and why.

Duty table × place × history → units, the three-way dial and the evidence pack.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from hotline.city import City
from hotline.classifiers import Classifiers, ModelsUnusable, load_classifiers
from hotline.deciding import Decider, Known
from hotline.intake import Intake
from hotline.model_shelf import ModelShelf, latest_switch, open_models
from hotline.reading import Question, read_all
from hotline.repeats import find_earlier
from hotline.return_history import ReturnHistory, load_history
from hotline.settings import hotline_settings
from hotline.store import Store
from hotline.suggestion import Suggestion
from hotline.switches import Switches, load_switches

__all__ = ["Dispatcher", "ModelsUnusable", "Question", "batch_suggester"]

FRESH_SECONDS = 20.0
logger = logging.getLogger("suisheng.dispatch")


class Dispatcher:
    """Suggests units for matters. Safe to share between threads.

    :param models: a model folder as ``python -m hotline train`` writes it, or loaded classifiers.
    :param as_of: look at the archive as it stood then and never again; ``None`` keeps up with it.
    :param shelf: follow the model the ledger names as deciding; without one ``models`` stays.
    :raises ModelsUnusable: the models are missing, damaged or of another city.
    """

    def __init__(
        self,
        city: City,
        models: Path | str | Classifiers,
        store: Store,
        *,
        as_of: datetime | None = None,
        shelf: ModelShelf | None = None,
    ) -> None:
        self._city = city
        self._store = store
        self._as_of = as_of
        self._shelf = shelf
        if isinstance(models, Classifiers):
            loaded = models
        elif shelf is None:
            loaded = load_classifiers(models, city)
        else:
            with store.session() as session:
                loaded = open_models(session, shelf, Path(models), city)
        self._decider = Decider(city, loaded)
        self._looking = Lock()
        self._known = Known(ReturnHistory(), Switches(), 0.0)
        self.refresh()

    def suggest(
        self,
        text: str,
        title: str = "",
        place: str | None = None,
        now: datetime | None = None,
        citizen_key: str | None = None,
    ) -> Suggestion:
        """Read one matter. ``now`` is when it was written, ``citizen_key`` who wrote it."""
        return self.suggest_many([Question(text, title, place, now, citizen_key)])[0]

    def suggest_many(
        self, questions: Sequence[Question], *, session: Session | None = None
    ) -> list[Suggestion]:
        """Read matters in one batch; the order stays, and no answer depends on the others.

        :param session: look for repeats in this session, which may hold what is not written yet.
        """
        if not questions:
            return []
        if session is None:
            self._keep_up()
        known, decider = self._known, self._decider
        labels = decider.models.category.labels
        readings = read_all(questions, decider.models)
        near = decider.index.nearest(
            [one.text for one in readings],
            [labels[one.main] for one in readings],
            without=[one.question.number for one in readings],
        )
        with self._looking_at(session) as archive:
            earlier = find_earlier(archive, readings, decider.models)
        return [
            decider.decide(reading, alike, before, known)
            for reading, alike, before in zip(readings, near, earlier, strict=True)
        ]

    @property
    def models(self) -> Classifiers:
        """The models that decide now."""
        return self._decider.models

    def refresh(self, now: datetime | None = None, *, session: Session | None = None) -> None:
        """Look at the archive anew: closed tickets, returns, switches, which model decides."""
        moment = self._as_of or now or datetime.now(UTC)
        with self._looking_at(session) as archive:
            decider = self._followed(archive)
            decider.index.refresh(archive, self._as_of)
            history = load_history(archive, moment)
            switches = load_switches(archive, self._as_of)
            self._decider = decider
            self._known = Known(history, switches, time.monotonic())

    def _followed(self, archive: Session) -> Decider:
        """Decide by the city's present files and with the models the ledger names.

        Where those models fail, or do not fit the files, the present ones stay.
        """
        if self._as_of is None and self._store.city is not self._city:
            self._take_up(self._store.city)
        last = latest_switch(archive) if self._shelf else None
        if self._shelf is None or last is None or last.after == self.models.digest:
            return self._decider
        try:
            return Decider(self._city, self._shelf.load(last.after, self._city))
        except ModelsUnusable as error:
            logger.warning("the model the ledger names is not usable: %s", error)
            return self._decider

    def _take_up(self, city: City) -> None:
        """Decide by edited units, duties, categories and clocks from now on."""
        labels = self.models.category.labels
        lost = [label for label in labels if label not in city.categories]
        if lost:
            logger.warning("the models know %s, which the city no longer has", lost[0])
            return
        fresh = Decider(city, self.models)
        fresh.index = self._decider.index
        self._city, self._decider = city, fresh

    def _looking_at(self, session: Session | None) -> AbstractContextManager[Session]:
        return nullcontext(session) if session else self._store.session(read_only=True)

    def _keep_up(self) -> None:
        """Refresh when the last look is old; one thread does it, the others go on."""
        if self._as_of or time.monotonic() - self._known.looked < FRESH_SECONDS:
            return
        if self._looking.acquire(blocking=False):
            try:
                self.refresh()
            finally:
                self._looking.release()


def batch_suggester(store: Store) -> Any:
    """The reader an import asks: one suggestion per matter; ``None`` without usable models."""
    try:
        settings = hotline_settings()
        shelf = ModelShelf(settings.var / "models")
        dispatcher = Dispatcher(store.city, settings.models, store, shelf=shelf)
    except ModelsUnusable:
        return None

    def read(intakes: Sequence[Intake]) -> list[dict[str, Any]]:
        questions = [question_of(store, one) for one in intakes]
        return [one.model_dump(mode="json") for one in dispatcher.suggest_many(questions)]

    return read


def question_of(store: Store, intake: Intake) -> Question:
    """A matter that comes in, as a question to the dispatcher."""
    identity = intake.phone or intake.citizen_id
    return Question(
        text=intake.text,
        title=intake.title,
        place=intake.place,
        now=intake.received_at,
        citizen_key=store.vault.citizen_key(identity) if identity else None,
        district=intake.district,
        street=intake.street,
    )
