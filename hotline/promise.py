"""Whether the promised accuracy still holds, category by category, on what really happened.

A suggestion the dial called sure counts once the matter is decided: right if the unit it named
closed the ticket without a return, wrong if a unit sent it back or another one was chosen. This
is measured whether the machine or a person dispatched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.stats import binomtest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.lifecycle import FINISHED
from hotline.models import Ticket
from hotline.rollups import SUGGESTED_CATEGORY
from hotline.switches import load_switches, turn

WINDOW = timedelta(days=90)
MOST, ENOUGH = 200, 100
DOUBT = 0.05
MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Audit:
    """How sure suggestions of a category turned out."""

    category: str
    decided: int
    right: int

    @property
    def accuracy(self) -> float:
        """Share that was right; 1 where nothing is decided yet."""
        return self.right / self.decided if self.decided else 1.0

    def breaks(self, promise: float) -> bool:
        """True when the promise is broken: below it over 100 decisions, or fewer so clearly that
        a kept promise would show as many errors less than once in twenty (exact binomial test)."""
        wrong = self.decided - self.right
        if not wrong or self.accuracy >= promise:
            return False
        if self.decided >= ENOUGH:
            return True
        test = binomtest(wrong, self.decided, 1 - promise, alternative="greater")
        return bool(test.pvalue < DOUBT)


def audit(session: Session, now: datetime) -> list[Audit]:
    """Measure every category with decided sure suggestions in the last 90 days, newest 200 each.

    A category a person has opened again is judged only by what came in since.
    """
    opened = load_switches(session).opened
    rows = session.execute(
        select(
            SUGGESTED_CATEGORY, Ticket.received_at,
            Ticket.unit_code, Ticket.suggested_unit, Ticket.bounces,
        )
        .where(
            Ticket.received_at >= now - WINDOW,
            Ticket.dial == "auto",
            Ticket.voided_at.is_(None),
            or_(
                Ticket.status.in_(FINISHED), Ticket.bounces > 0,
                Ticket.unit_code != Ticket.suggested_unit,
            ),
        )
        .order_by(Ticket.received_at.desc())
    )  # fmt: skip
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for category, received, unit, suggested, bounces in rows:
        if category in opened and received < opened[category]:
            continue
        if len(outcomes[category]) < MOST:
            outcomes[category].append(not bounces and unit == suggested)
    return [Audit(name, len(found), sum(found)) for name, found in sorted(outcomes.items())]


def keep_promise(session: Session, promise: float, now: datetime) -> list[Audit]:
    """Close automatic dispatch for every category whose promise is broken; returns those."""
    already = load_switches(session).closed
    broken = [
        one for one in audit(session, now) if one.breaks(promise) and one.category not in already
    ]
    for one in broken:
        turn(session, off=True, reason=_why(one, promise), actor=MACHINE, now=now,
             category=one.category)  # fmt: skip
    return broken


def _why(one: Audit, promise: float) -> str:
    return (
        f"近 90 天核对 {one.decided} 件，派对 {one.right} 件（{one.accuracy:.1%}），"
        f"低于承诺的 {promise:.0%}，已自动停止本类自动派单"
    )


def summary(audits: Iterable[Audit]) -> tuple[int, int]:
    """Decided and right over all categories."""
    decided = right = 0
    for one in audits:
        decided, right = decided + one.decided, right + one.right
    return decided, right
