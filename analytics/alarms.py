"""Sudden rises: when to warn, and when not again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.series import Board, Unusual, judge_day

NEW, ACKNOWLEDGED, ASSIGNED, ACTED, CLOSED = "new", "acknowledged", "assigned", "acted", "closed"
STATES = (NEW, ACKNOWLEDGED, ASSIGNED, ACTED, CLOSED)
STATE_TEXT = dict(zip(STATES, ("新预警", "已知悉", "已交办", "已处置", "已关闭"), strict=True))

LEAST_COUNT = 5
LEAST_RISE = 2.0
QUIET_DAYS = 7
FALSE_ALARMS_PER_WEEK = 1.0
DEFAULT_LEVEL = 1e-5
# Improbability levels tried when calibrating.
_LEVELS = [10.0**-power for power in (3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10)]


@dataclass(frozen=True)
class Rise:
    """A series on a day that calls for a warning."""

    day: date
    category: str
    district: str
    street: str
    unusual: Unusual

    @property
    def cause(self) -> str:
        """What the warning is about; streets of a district are one cause with it."""
        return f"rise:{self.category}|{self.district}"


def rises(board: Board, at: int, level: float = DEFAULT_LEVEL) -> list[Rise]:
    """Return the rises of day number `at`, the most improbable first, one for each cause.

    A street goes before its district when most of the district's excess lies there.
    """
    day = board.days()[at]
    found: dict[str, Rise] = {}
    for (category, district, street), unusual in judge_day(board, at, LEAST_COUNT):
        if unusual.improbability > level:
            continue
        if unusual.observed < LEAST_RISE * unusual.expected:
            continue
        rise = Rise(day, category, district, street, unusual)
        other = found.get(rise.cause)
        found[rise.cause] = rise if other is None else _closer(rise, other)
    return sorted(found.values(), key=lambda one: (one.unusual.improbability, one.cause))


def _closer(one: Rise, other: Rise) -> Rise:
    """Return the one that says best where it is."""
    if bool(one.street) == bool(other.street):
        return min((one, other), key=lambda rise: (rise.unusual.improbability, rise.street))
    street, whole = (one, other) if one.street else (other, one)
    excess = whole.unusual.observed - whole.unusual.expected
    here = street.unusual.observed - street.unusual.expected
    return street if here >= 0.7 * excess else whole


def replay(board: Board, level: float) -> list[Rise]:
    """Return the warnings the whole board would have given, each cause once in a quiet period."""
    raised: list[Rise] = []
    last: dict[str, Rise] = {}
    for at in range(len(board.days())):
        for rise in rises(board, at, level):
            if not repeats(rise.day, rise.unusual.observed, last.get(rise.cause)):
                raised.append(rise)
                last[rise.cause] = rise
    return raised


def repeats(day: date, observed: int, before: Rise | None) -> bool:
    """Return whether a warning would only repeat one of the last week; twice as many is news."""
    if before is None or day - before.day > timedelta(days=QUIET_DAYS):
        return False
    return observed < 2 * before.unusual.observed


@dataclass(frozen=True)
class Calibration:
    """`level` gives at most `per_week` warnings a week on `weeks` weeks of history."""

    level: float
    per_week: float
    weeks: float


def calibrate(board: Board, allowed: float = FALSE_ALARMS_PER_WEEK) -> Calibration:
    """Return the most sensitive level that warned at most `allowed` times a week in the replay.

    Real events of the past count as false here, so the true rate lies below the stated one.
    """
    days = max(1, len(board.days()) - 21)
    weeks = days / 7
    best: Calibration | None = None
    for level in sorted(_LEVELS):
        rate = len(replay(board, level)) / weeks
        if best is not None and rate > allowed:
            break
        best = Calibration(level, round(rate, 2), round(weeks, 1))
    return best or Calibration(DEFAULT_LEVEL, 0.0, 0.0)


def sentence(rise: Rise, today: date) -> str:
    """Return what a manager reads: “天河区石牌街道“占道经营”平时每周 2–4 件，昨天 19 件。”"""
    low, high = rise.unusual.usual_week
    usual = f"{low}–{high} 件" if high > low else (f"约 {high} 件" if high else "不到 1 件")
    ago = (today - rise.day).days
    when = {0: "今天", 1: "昨天"}.get(ago, f"{rise.day.month}月{rise.day.day}日")
    where = f"{rise.district}{rise.street}" or "未识别区域"
    what = rise.category.rsplit("/", 1)[-1] or "未分类"
    return f"{where}“{what}”平时每周 {usual}，{when} {rise.unusual.observed} 件。"


def usual_states(state: str) -> Sequence[str]:
    """Return the states a warning may go to from `state`: forward only."""
    return STATES[STATES.index(state) + 1 :]
