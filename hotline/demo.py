"""The demo archive: three months of a hotline's life, played through the real steps.

Texts are the city's hand-written messages, used once each and as they are, and planted recurring
matters in many people's words. The same day gives the same archive. Everything is marked demo, and
everything is written in one transaction: an interrupted run leaves nothing behind.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import rollups
from hotline.demo_data import read_lines, read_matters, read_messages
from hotline.demo_life import DemoDesk, Life, Step
from hotline.demo_rhythm import Arrival, arrivals
from hotline.demo_world import OfficeClock, People
from hotline.dispatch import Dispatcher
from hotline.errors import InvalidInput
from hotline.held_back import released
from hotline.intake import Intake
from hotline.ledger import Decision, record, record_all
from hotline.lifecycle import Actor, Role
from hotline.models import Ticket
from hotline.promise import keep_promise
from hotline.reading import Question
from hotline.store import Store
from hotline.thresholds import PROMISE
from hotline.tickets import create_ticket

SEED = 12345
MONDAY = 0
ASKED_WHERE = 0.75
MESSAGES = 2_450
FORGET_EVERY = 400
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DemoReport:
    """How many tickets came in, how many steps were taken, by name."""

    tickets: int
    steps: Counter[str]


def is_empty(store: Store) -> bool:
    """Whether there is no ticket yet."""
    with store.session(read_only=True) as session:
        return session.scalar(select(Ticket.id).limit(1)) is None


def make_demo(
    store: Store,
    models: Path | str,
    now: datetime | None = None,
    *,
    on_progress: Progress = lambda _done, _total: None,
    limit: int = MESSAGES,
) -> DemoReport:
    """Play the three months up to ``now``.

    :param limit: at most this many messages besides the planted ones.
    :raises InvalidInput: there are tickets already.
    :raises ModelsUnusable: the classifiers are not trained.
    :raises CityError: the demo's files are wrong.
    """
    if not is_empty(store):
        raise InvalidInput("库里已有工单，不再生成演示档案。")
    end = (now or datetime.now(UTC)).astimezone(UTC)
    dice = random.Random(f"{SEED} {store.clocks.local_day(end)}")
    messages = read_messages(store.city)
    dice.shuffle(messages)
    planned = arrivals(messages[:limit], read_matters(store.city), end, store.clocks, dice)
    dispatcher = Dispatcher(store.city, models, store)
    with store.session() as session:
        _settle(session)
        play = _Play(store, dispatcher, session, dice, end, on_progress, len(planned))
        steps = play.run(planned)
        facts = {"tickets": len(planned), "until": end.isoformat(), "seed": SEED}
        record(session, [Decision("demo", "demo", None, facts, {})], end)
        _settle(session)
    return DemoReport(len(planned), steps)


def _settle(session: Session) -> None:
    """Write figures and ledger entries held back so far, and go on holding back."""
    with released(session) as waiting:
        changed = {place: delta for place, delta in waiting.figures.items() if delta}
        rollups.write(session, Counter(changed))
        record_all(session, waiting.decisions)


class _Play:
    """The simulated clock: messages as they come, steps as they fall due."""

    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        session: Session,
        dice: random.Random,
        end: datetime,
        on_progress: Progress,
        total: int,
    ) -> None:
        lines = read_lines(store.city)
        self._store, self._dispatcher, self._session = store, dispatcher, session
        self._dice, self._end = dice, end
        self._on_progress, self._total = on_progress, total
        self._people = People(dice, lines.names)
        office = OfficeClock(store.clocks, dice)
        self._desk = DemoDesk(store.city, lines, office, dice)
        self._due: list[tuple[datetime, int, Step, Life]] = []
        self._planned = 0
        self._steps: Counter[str] = Counter()

    def run(self, planned: Iterable[Arrival]) -> Counter[str]:
        """Play everything up to the end."""
        done = 0
        for _, coming in groupby(planned, key=lambda one: self._store.clocks.local_day(one.at)):
            for arrival, intake in self._read(list(coming)):
                self._advance(arrival.at)
                self._receive(arrival, intake)
                done += 1
            self._on_progress(done, self._total)
        self._advance(self._end)
        return self._steps

    def _read(self, coming: list[Arrival]) -> Iterator[tuple[Arrival, Intake]]:
        """The day's messages with what the dispatcher says, knowing what was closed before."""
        self._advance(coming[0].at)
        _settle(self._session)
        self._dispatcher.refresh(coming[0].at, session=self._session)
        if self._store.clocks.local(coming[0].at).weekday() == MONDAY:
            keep_promise(self._session, PROMISE, coming[0].at)
        intakes = [self._intake(one) for one in coming]
        questions = [
            Question(
                text=one.text,
                now=one.received_at,
                citizen_key=self._store.vault.citizen_key(one.phone or ""),
                district=one.district,
                street=one.street,
            )
            for one in intakes
        ]
        read = self._dispatcher.suggest_many(questions, session=self._session)
        for arrival, intake, suggestion in zip(coming, intakes, read, strict=True):
            yield arrival, replace(intake, suggestion=suggestion.model_dump(mode="json"))

    def _intake(self, arrival: Arrival) -> Intake:
        citizen, phone, name = self._people.writer(arrival)
        message = arrival.message
        asked = bool(message.district) and (
            bool(message.matter) or self._dice.random() < ASKED_WHERE
        )
        return Intake(
            text=message.text,
            channel=arrival.channel,
            district=message.district if asked else None,
            street=(message.street or None) if asked else None,
            phone=phone,
            name=name,
            citizen_id=citizen,
            demo=True,
            received_at=arrival.at,
        )

    def _receive(self, arrival: Arrival, intake: Intake) -> None:
        citizen = Actor(intake.citizen_id or "", Role.CITIZEN)
        ticket = create_ticket(self._session, intake, citizen, now=arrival.at)
        life = Life(ticket.number, citizen.user, arrival.message)
        self._plan(*self._desk.received(ticket, life))
        self._steps["receive"] += 1

    def _advance(self, until: datetime) -> None:
        """Take every step due before ``until``, in order of time."""
        while self._due and self._due[0][0] < until:
            at, _, step, life = heapq.heappop(self._due)
            following = step(self._session, life, at)
            if following:
                self._plan(*following)
            self._steps[step.__name__.lstrip("_")] += 1
            if self._steps.total() % FORGET_EVERY == 0:
                self._session.flush()
                self._session.expunge_all()

    def _plan(self, at: datetime, step: Step, life: Life) -> None:
        self._planned += 1
        heapq.heappush(self._due, (at, self._planned, step, life))
