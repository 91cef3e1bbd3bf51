"""The standing work on the store: new tickets into groups, alarms, replies and low ratings, the
nightly consolidation.

One process does this for a store; a second one stands by and takes over when the first is gone.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from analytics.consolidation import WINDOW_DAYS, Consolidated, consolidate
from analytics.improvements import open_items
from analytics.live import LiveGroups, Place
from analytics.reply_check import ReplyChecker
from analytics.reply_desk import check_closed
from analytics.tables import RunRow, last_run, make_tables, note_run
from analytics.watching import Watched, watch
from hotline.store import Store
from nlu.model_folder import ModelError

logger = logging.getLogger("suisheng.analytics")

NIGHT = time(3, 0)
WATCH_EVERY = timedelta(minutes=5)
# More new tickets than this at once (an import) are grouped together, not one by one.
MANY_AT_ONCE = 2000
REPLIES_AT_ONCE = 600
WORKER = "worker"
# A worker that has not been heard of for so long is gone; long work is announced beforehand.
SILENCE, LONG_WORK = timedelta(seconds=30), timedelta(hours=1)


@dataclass
class Turn:
    """What one look did: nothing at all when another worker is `on_duty`."""

    on_duty: bool = True
    places: list[Place] = field(default_factory=list)
    consolidated: Consolidated | None = None
    watched: Watched | None = None
    improvements: list[int] = field(default_factory=list)


class Worker:
    """Keeps the groups and alarms of a store current; call `turn` every second or so."""

    def __init__(self, store: Store, window_days: int = WINDOW_DAYS) -> None:
        make_tables(store.engine)
        self._store = store
        self._days = window_days
        self._name = uuid.uuid4().hex
        self._live: LiveGroups | None = None
        self._grouped_on: datetime | None = None
        self._watched_at: datetime | None = None
        self._checker: ReplyChecker | None = None
        self._duty_until = datetime.min.replace(tzinfo=UTC)

    def turn(self, now: datetime | None = None) -> Turn:
        """Do what is due: consolidate at night and at the start, place new tickets, watch."""
        moment = now or datetime.now(UTC)
        if not self._take_duty(moment, SILENCE):
            self._live = None
            return Turn(on_duty=False)
        done = Turn()
        live = self._live
        if live is None or self._night_has_passed(moment) or live.waiting() > MANY_AT_ONCE:
            done.consolidated, live = self._consolidate(moment)
        if live.waiting():
            done.places = live.catch_up()
        if self._watched_at is None or moment - self._watched_at >= WATCH_EVERY:
            done.watched = watch(self._store, moment)
            done.improvements = open_items(self._store, moment)
            self._check_replies(moment)
            self._watched_at = moment
        return done

    def stop(self) -> None:
        """Give up the duty, so that another worker need not wait."""
        with self._store.session() as session:
            row = last_run(session, WORKER)
            if row is not None and row.facts.get("name") == self._name:
                session.delete(row)

    def _check_replies(self, now: datetime) -> None:
        """Read replies sent since the last look; without a trained model none are."""
        if self._checker is None:
            try:
                self._checker = ReplyChecker.load()
            except ModelError as error:
                logger.warning("replies are not checked: %s", error)
                return
        check_closed(self._store, self._checker, now, REPLIES_AT_ONCE)

    def _night_has_passed(self, now: datetime) -> bool:
        local = self._store.clocks.local
        night = datetime.combine(local(now).date(), NIGHT, local(now).tzinfo)
        return self._grouped_on is not None and self._grouped_on < night <= now

    def _consolidate(self, now: datetime) -> tuple[Consolidated, LiveGroups]:
        self._take_duty(now, LONG_WORK)
        done = consolidate(self._store, now, self._days)
        self._live = live = LiveGroups(self._store, done.frame, self._days, now)
        self._grouped_on = now
        self._take_duty(now, SILENCE)
        return done, live

    def _take_duty(self, now: datetime, length: timedelta) -> bool:
        """Return whether this worker is on duty; if so nobody else is until `length` is over."""
        if now + length / 2 < self._duty_until and length == SILENCE:
            return True
        with self._store.session() as session:
            row = session.get(RunRow, WORKER, with_for_update=True)
            if row is not None and row.facts.get("name") != self._name and row.at > now:
                return False
            note_run(session, WORKER, now + length, {"name": self._name})
        self._duty_until = now + length
        return True
