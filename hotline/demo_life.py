"""What happens to one demo ticket after it came in: the steps, their moments and their words.

Each function takes the real step and returns when the next one is due, or nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hotline.city import City
from hotline.corrections import is_change
from hotline.demo_data import DemoMessage, Lines
from hotline.demo_world import OfficeClock, is_stubborn, true_unit
from hotline.intake import lane_named
from hotline.lifecycle import Actor, Role
from hotline.models import Ticket
from hotline.tickets import (
    call_back,
    close,
    dispatch,
    extend,
    find_ticket,
    rate,
    reopen,
    send_back,
    sign,
    start,
    supervise,
    void,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DISPATCHER = Actor("demo-dispatcher", Role.DISPATCHER)
AGENT = Actor("demo-agent", Role.AGENT)
CORRECTED, REFUSED, WRONGLY_REFUSED, TWICE = 0.7, 0.75, 0.012, 0.12
VOIDED, LATE, EXTENDED, CALLED, RATED, REOPENED = 0.008, 0.07, 0.04, 0.36, 0.32, 0.05


@dataclass(slots=True)
class Life:
    """One ticket under way: who wrote it, what is true of it, and whether it was refused."""

    number: str
    citizen: str
    message: DemoMessage
    unit: str | None = None
    returns: int = 0
    late: bool = False
    reopened: bool = False


Step = Callable[[Session, Life, datetime], "Next | None"]
Next = tuple[datetime, Step, Life]


class DemoDesk:
    """Takes the steps; every choice comes from ``dice``."""

    def __init__(self, city: City, lines: Lines, office: OfficeClock, dice: random.Random) -> None:
        self._city = city
        self._lines = lines
        self._office = office
        self._dice = dice

    def received(self, ticket: Ticket, life: Life) -> Next:
        """When the desk will look at a new ticket."""
        dice, at = self._dice, ticket.received_at
        if ticket.safety:
            return at + dice.uniform(1, 5) * MINUTE, self._dispatch, life
        if dice.random() < VOIDED:
            return self._office.desk(at + dice.uniform(10, 90) * MINUTE), self._void, life
        most = {"auto": 15, "one_click": 70}.get(ticket.dial or "", 360)
        return self._office.desk(at + dice.uniform(2, most) * MINUTE), self._dispatch, life

    def _void(self, session: Session, life: Life, now: datetime) -> None:
        reason = self._dice.choice(self._lines.voids)
        void(session, life.number, DISPATCHER, None, reason=reason, now=now)

    def _dispatch(self, session: Session, life: Life, now: datetime) -> Next:
        """The desk follows the suggestion, corrects it, or fails to notice that it is wrong."""
        ticket, dice = find_ticket(session, life.number), self._dice
        category = life.message.category
        right = true_unit(self._city, category, ticket.district, ticket.street, life.message.text)
        leader = self._city.lead_unit(category, ticket.district, ticket.street)
        unit, reason, label = right.code, None, category
        if life.returns:
            reason = f"经核对职责，应由{right.name}主办。"
        elif is_stubborn(category, ticket.district) and ticket.suggested_unit != right.code:
            unit = leader.unit.code
        elif ticket.suggested_unit and ticket.suggested_unit != right.code:
            if dice.random() < CORRECTED:
                reason = f"按职责改为{right.name}。"
            else:
                unit, label = ticket.suggested_unit, ticket.category or category
        partners = [one.code for one in leader.co_units if one.code != unit]
        given = label if label != ticket.category else None
        if reason is None and is_change(ticket, unit, label):
            reason = f"按职责定为{self._city.unit(unit).name}。"
        dispatch(
            session, life.number, DISPATCHER, None, unit_code=unit, co_units=partners,
            category=given, reason=reason, now=now,
        )  # fmt: skip
        life.unit = unit
        if ticket.safety:
            return now + dice.uniform(2, 12) * MINUTE, self._sign, life
        slow = dice.random() < 0.03
        wait = (26 * HOUR, 50 * HOUR) if slow else (10 * MINUTE, 9 * HOUR)
        return self._office.after(now, *wait), self._sign, life

    def _sign(self, session: Session, life: Life, now: datetime) -> Next:
        ticket = sign(session, life.number, _handler(life), None, now=now)
        right = true_unit(
            self._city, life.message.category, ticket.district, ticket.street, life.message.text
        )
        lane = lane_named(ticket.special, self._city)
        may = (lane is None or lane.returnable) and not ticket.final_review and not ticket.safety
        chance = REFUSED if ticket.unit_code != right.code else WRONGLY_REFUSED
        if life.returns:
            chance = TWICE
        if may and self._dice.random() < chance:
            return now + self._dice.uniform(8, 100) * MINUTE, self._return, life
        if ticket.safety:
            return now + self._dice.uniform(1, 8) * MINUTE, self._start, life
        return self._office.after(now, 10 * MINUTE, 5 * HOUR), self._start, life

    def _return(self, session: Session, life: Life, now: datetime) -> Next:
        reason, note = self._dice.choice(self._lines.returns)
        handler = _handler(life)
        send_back(session, life.number, handler, None, reason=reason, note=note, now=now)
        life.returns += 1
        later = self._office.desk(now + self._dice.uniform(20, 240) * MINUTE)
        return later, self._dispatch, life

    def _start(self, session: Session, life: Life, now: datetime) -> Next:
        ticket = start(session, life.number, _handler(life), None, now=now)
        due = ticket.due_at or now + 5 * DAY
        if ticket.safety:
            return now + self._dice.uniform(0.3, 6) * HOUR, self._close, life
        life.late = self._dice.random() < LATE
        if life.late:
            if self._dice.random() < 0.4:
                return self._office.open_at(due + 2 * HOUR), self._supervise, life
            return self._office.after(due, 3 * HOUR, 6 * DAY), self._close, life
        if self._dice.random() < EXTENDED:
            halfway = now + (due - now) * 0.7
            return self._office.open_at(max(halfway, now)), self._extend, life
        share = self._dice.betavariate(1.6, 2.2)
        planned = self._office.open_at(now + max(due - now, HOUR) * share)
        return min(planned, max(due, now + HOUR)), self._close, life

    def _extend(self, session: Session, life: Life, now: datetime) -> Next:
        reason, days = self._dice.choice(self._lines.extend), self._dice.randrange(3, 11)
        handler = _handler(life)
        ticket = extend(session, life.number, handler, None, days=days, reason=reason, now=now)
        room = max((ticket.due_at or now) - now, 2 * HOUR)
        return self._office.open_at(now + room * self._dice.uniform(0.4, 0.8)), self._close, life

    def _supervise(self, session: Session, life: Life, now: datetime) -> Next:
        note = self._dice.choice(self._lines.supervise)
        supervise(session, life.number, DISPATCHER, None, note=note, now=now)
        return self._office.after(now, 4 * HOUR, 4 * DAY), self._close, life

    def _close(self, session: Session, life: Life, now: datetime) -> Next | None:
        message = life.message
        reply = self._dice.choice(self._lines.replies_to(message.category, message.appeal_type))
        close(session, life.number, _handler(life), None, reply=reply, now=now)
        if self._dice.random() < CALLED:
            return self._office.after(now, 5 * HOUR, 3 * DAY), self._call_back, life
        return self._rated(life, now)

    def _call_back(self, session: Session, life: Life, now: datetime) -> Next | None:
        solved = self._dice.random() < (0.6 if life.late or life.returns else 0.88)
        note = self._dice.choice(self._lines.callback_good if solved else self._lines.callback_bad)
        call_back(session, life.number, AGENT, None, solved=solved, note=note, now=now)
        if not solved and not life.reopened and self._dice.random() < 0.4:
            return now + self._dice.uniform(1, 30) * HOUR, self._reopen, life
        return self._rated(life, now)

    def _rated(self, life: Life, now: datetime) -> Next | None:
        if self._dice.random() < RATED:
            return now + self._dice.uniform(0.2, 60) * HOUR, self._rate, life
        if not life.reopened and self._dice.random() < REOPENED / 2:
            return now + self._dice.uniform(4, 120) * HOUR, self._reopen, life
        return None

    def _rate(self, session: Session, life: Life, now: datetime) -> Next | None:
        weights = (16, 12, 18, 24, 30) if life.late or life.returns else (4, 4, 9, 28, 55)
        score = self._dice.choices((1, 2, 3, 4, 5), weights)[0]
        words = self._dice.choice(self._lines.ratings[score])
        citizen = Actor(life.citizen, Role.CITIZEN)
        rate(session, life.number, citizen, score=score, text=words, now=now)
        if score <= 2 and not life.reopened and self._dice.random() < 0.35:
            return now + self._dice.uniform(0.1, 24) * HOUR, self._reopen, life
        return None

    def _reopen(self, session: Session, life: Life, now: datetime) -> Next:
        reason = self._dice.choice(self._lines.reopen)
        child = reopen(session, life.number, Actor(life.citizen, Role.CITIZEN), reason=reason,
                       now=now)  # fmt: skip
        again = Life(child.number, life.citizen, life.message, child.unit_code, reopened=True)
        return self._office.after(now, 20 * MINUTE, 8 * HOUR), self._sign, again


def _handler(life: Life) -> Actor:
    return Actor("demo-handler", Role.UNIT_HANDLER, unit=life.unit)
