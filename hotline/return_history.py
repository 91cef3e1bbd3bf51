"""What returns (退单) teach: who refuses what where, who takes it in the end, and the risk of more."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clocks import Clocks
from hotline.corrections import corrections_that_stood
from hotline.models import DailyRollup, Ticket, UnitReturn
from hotline.store import clocks_of

WINDOW = timedelta(days=180)
PRIOR_RETURNS, PRIOR_CASES = 1.0, 20.0
WEIGHT_OF_PRIOR = 10.0
DOUBT = 2.0

Kind = tuple[str, str]
"""A category in a district ("" where unknown)."""


@dataclass(frozen=True)
class ReturnHistory:
    """Counts of the last 180 days.

    ``closed`` and ``returned`` by (unit, category, district); ``moved`` by kind and unit that
    refused it, or was suggested and corrected by a person: who took it instead; ``reasons`` by (unit, category).
    """

    closed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    returned: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    moved: Mapping[tuple[Kind, str], Counter[str]] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def flow(self, unit: str, category: str, district: str) -> dict[str, float]:
        """Shares of a unit's probability that belong to others by what returns have taught.

        share(u→t) = returned by u and closed by t ÷ (closed by u + returned by u + 2): one return
        among many closings moves little, three without a single closing move more than half.
        """
        takers = self.moved.get(((category, district), unit))
        if not takers:
            return {}
        total = self.closed[unit, category, district] + sum(takers.values()) + DOUBT
        return {code: count / total for code, count in takers.items()}

    def risk(self, unit: str, category: str) -> tuple[float, int, int]:
        """Probability that the unit returns a ticket of the category; its returns; its cases.

        Shrunk twice: the unit's own rate towards the category's, the category's towards the
        archive's, each with the weight of ten cases.
        """
        mine_returned, mine = self._cases.get((unit, category), (0, 0))
        all_returned, every = self._cases.get(("", category), (0, 0))
        returned, cases = self._cases.get(("", ""), (0, 0))
        base = (returned + PRIOR_RETURNS) / (cases + PRIOR_CASES)
        kind = (all_returned + WEIGHT_OF_PRIOR * base) / (every + WEIGHT_OF_PRIOR)
        own = (mine_returned + WEIGHT_OF_PRIOR * kind) / (mine + WEIGHT_OF_PRIOR)
        return min(1.0, own), mine_returned, mine

    def usual_reason(self, unit: str, category: str) -> str:
        """The reason this unit has given most often for this category, "" where never."""
        reasons = self.reasons.get((unit, category))
        return reasons.most_common(1)[0][0] if reasons else ""

    @cached_property
    def _cases(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(returned, all) by unit and category; "" stands for every one."""
        found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for counts, returned in ((self.returned, 1), (self.closed, 0)):
            for (unit, category, _), count in counts.items():
                for key in ((unit, category), ("", category), ("", "")):
                    found[key][0] += count * returned
                    found[key][1] += count
        return {key: (back, every) for key, (back, every) in found.items()}


def load_history(session: Session, now: datetime) -> ReturnHistory:
    """Read the last 180 days before ``now`` from the daily figures and the returns."""
    clocks: Clocks = clocks_of(session)
    first, last = (clocks.local_day(day).isoformat() for day in (now - WINDOW, now))
    closed: Counter[tuple[str, str, str]] = Counter()
    returned: Counter[tuple[str, str, str]] = Counter()
    figures = session.execute(
        select(
            DailyRollup.unit_code, DailyRollup.category, DailyRollup.district,
            func.sum(DailyRollup.closed), func.sum(DailyRollup.returned),
        )
        .where(DailyRollup.day >= first, DailyRollup.day <= last, DailyRollup.unit_code != "")
        .group_by(DailyRollup.unit_code, DailyRollup.category, DailyRollup.district)
    )  # fmt: skip
    for code, kind, area, done, back in figures:
        if done:
            closed[code, kind, area] = int(done)
        if back:
            returned[code, kind, area] = int(back)
    moved: dict[tuple[Kind, str], Counter[str]] = defaultdict(Counter)
    reasons: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    rows = session.execute(
        select(
            UnitReturn.unit_code, UnitReturn.taken_by, UnitReturn.reason, UnitReturn.category,
            Ticket.district,
        )
        .join(Ticket, Ticket.id == UnitReturn.ticket_id)
        .where(UnitReturn.at >= now - WINDOW, UnitReturn.at < now)
        .order_by(UnitReturn.id)
    )  # fmt: skip
    for unit, taker, reason, category, district in rows:
        reasons[unit, category or ""][reason] += 1
        if taker and taker != unit:
            moved[(category or "", district or ""), unit][taker] += 1
    stood = corrections_that_stood(session, now - WINDOW, now)
    for (category, district, suggested, chosen), count in stood.items():
        moved[(category, district), suggested][chosen] += count
    return ReturnHistory(closed, returned, dict(moved), dict(reasons))
