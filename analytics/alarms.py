"""Sudden rises: when to warn, and when not again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.areas import Neighbourhoods, replay_areas
from analytics.series import LEAST_DAYS, Board, Judged, Unusual, judge_day
from hotline.alarm_rules import USUAL, AlarmRules, RiseRule

NEW, ACKNOWLEDGED, ASSIGNED, ACTED, CLOSED = "new", "acknowledged", "assigned", "acted", "closed"
STATES = (NEW, ACKNOWLEDGED, ASSIGNED, ACTED, CLOSED)
STATE_TEXT = dict(zip(STATES, ("新预警", "已知悉", "已交办", "已处置", "已关闭"), strict=True))

DEFAULT_LEVEL = 1e-5
# Improbability levels, and likelihood ratios, tried when calibrating.
_LEVELS = [10.0**-power for power in (2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10)]
_SCORES = (2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0)


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


def rises(
    board: Board, at: int, level: float = DEFAULT_LEVEL, rule: RiseRule = USUAL.rise
) -> list[Rise]:
    """Return the rises of day number `at`, the most improbable first, one for each cause.

    A street goes before its district when most of the district's excess lies there.
    """
    return _rises(board.days()[at], judge_day(board, at, rule.least), level, rule)


def _rises(day: date, judged: Judged, level: float, rule: RiseRule) -> list[Rise]:
    found: dict[str, Rise] = {}
    for (category, district, street), unusual in judged:
        if unusual.improbability > level:
            continue
        if unusual.observed < rule.times * unusual.expected:
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


def replay(board: Board, level: float, rules: AlarmRules = USUAL) -> list[Rise]:
    """Return the warnings the whole board would have given, each cause once in a quiet period."""
    return _replay(_judged(board, rules), level, rules)


def _judged(board: Board, rules: AlarmRules) -> list[tuple[date, Judged]]:
    days = board.days()
    return [(day, judge_day(board, at, rules.rise.least)) for at, day in enumerate(days)]


def _replay(judged: Sequence[tuple[date, Judged]], level: float, rules: AlarmRules) -> list[Rise]:
    raised: list[Rise] = []
    last: dict[str, Rise] = {}
    for day, series in judged:
        for rise in _rises(day, series, level, rules.rise):
            before = last.get(rise.cause)
            quiet = before is not None and (rise.day - before.day).days <= rules.quiet_days
            if not quiet or rise.unusual.observed >= 2 * (before.unusual.observed if before else 0):
                raised.append(rise)
                last[rise.cause] = rise
    return raised


@dataclass(frozen=True)
class Calibration:
    """`level` gives at most `per_week` warnings a week on `weeks` weeks of history."""

    level: float
    per_week: float
    weeks: float


@dataclass(frozen=True)
class Levels:
    """How sensitive the detectors are: `rise` by improbability, `area` by likelihood ratio."""

    rise: Calibration
    area: Calibration


def calibrate(board: Board, rules: AlarmRules = USUAL) -> Calibration:
    """Return the most sensitive level that warned at most so often as allowed in the replay.

    Real events of the past count as false here, so the true rate lies below the stated one.
    """
    weeks = _weeks(board)
    judged = _judged(board, rules)
    rates = ((level, len(_replay(judged, level, rules)) / weeks) for level in sorted(_LEVELS))
    return _most_sensitive(rates, rules, weeks) or Calibration(DEFAULT_LEVEL, 0.0, 0.0)


def calibrate_areas(board: Board, around: Neighbourhoods, rules: AlarmRules = USUAL) -> Calibration:
    """Return the lowest likelihood ratio that warned at most so often as allowed in the replay."""
    weeks = _weeks(board)
    found = replay_areas(board, around, rules.area, rules.quiet_days)
    scores = [area.score for area in found]
    rates = ((one, sum(score >= one for score in scores) / weeks) for one in sorted(_SCORES)[::-1])
    return _most_sensitive(rates, rules, weeks) or Calibration(max(_SCORES), 0.0, 0.0)


def _weeks(board: Board) -> float:
    return max(1, len(board.days()) - LEAST_DAYS) / 7


def _most_sensitive(
    rates: Iterable[tuple[float, float]], rules: AlarmRules, weeks: float
) -> Calibration | None:
    """Return the last of the levels, from the strictest on, that keeps within what is allowed."""
    best: Calibration | None = None
    for level, rate in rates:
        if best is not None and rate > rules.false_alarms_per_week:
            break
        best = Calibration(level, round(rate, 2), round(weeks, 1))
    return best


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
