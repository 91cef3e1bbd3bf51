"""Bursts that no single street shows: a scan over neighbouring streets and recent days.

Kulldorff's prospective space-time scan (Journal of the Royal Statistical Society A 164, 2001): of
all cylinders — a street with its nearest ones, over the last days — the one whose count is the
least likely under its own history, by the Poisson likelihood ratio.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.series import HISTORY_DAYS, LEAST_DAYS, Board, Counts, day_factors, day_kind
from hotline.alarm_rules import AreaRule
from hotline.places import PlaceIndex

Street = tuple[str, str]
# Days of the category's usual rate in the whole city that a zone's own history is mixed with.
PRIOR_DAYS = 14.0
KM_PER_DEGREE = 111.2
FARTHEST_KM = 8.0


@dataclass(frozen=True)
class Area:
    """The likeliest burst of a category: `streets` (district, street) over `days` days to `last`."""

    last: date
    category: str
    streets: tuple[Street, ...]
    days: int
    observed: int
    expected: float
    score: float

    @property
    def district(self) -> str:
        """The district of its centre."""
        return self.streets[0][0]

    @property
    def cause(self) -> str:
        """What the warning is about."""
        return f"area:{self.category}|{self.district}"


class Neighbourhoods:
    """Every street with its nearest ones (at most 8 km away), from the gazetteer's positions."""

    def __init__(self, places: PlaceIndex, most: int) -> None:
        at = {
            (place.district, place.street): (place.longitude, place.latitude)
            for place in places.places
            if place.kind == "street" and place.street and place.longitude and place.latitude
        }
        self.streets: list[Street] = sorted(at)
        self.number = {street: number for number, street in enumerate(self.streets)}
        position = np.array([at[street] for street in self.streets]).reshape(-1, 2)
        self.near: list[NDArray[np.int64]] = []
        for longitude, latitude in position:
            east = (position[:, 0] - longitude) * math.cos(math.radians(latitude))
            km = np.hypot(east, position[:, 1] - latitude) * KM_PER_DEGREE
            order = np.argsort(km, kind="stable")[:most]
            self.near.append(order[km[order] <= FARTHEST_KM])


def likelihood_ratio(observed: float, expected: float) -> float:
    """Return ln of the Poisson likelihood ratio of a count above what is expected, else 0."""
    if observed <= expected or expected <= 0:
        return 0.0
    return observed * math.log(observed / expected) - (observed - expected)


def areas(board: Board, at: int, around: Neighbourhoods, rule: AreaRule) -> list[Area]:
    """Return for each category its likeliest burst that ends on day number `at`, if any.

    A burst lies in two streets at least, none of which has most of it alone, and has `rule.least`
    tickets and `rule.times` what is usual.
    """
    first = max(0, at + 1 - rule.days - HISTORY_DAYS)
    history = at + 1 - rule.days - first
    if history < LEAST_DAYS or not around.streets:
        return []
    days = board.days()
    kinds = np.array([day_kind(day, board.calendar) for day in days[first : at + 1]])
    found = []
    for category, counts in _by_street(board, around, first, at).items():
        recent = counts[:, history:]
        if recent.sum() < rule.least:
            continue
        past = counts[:, :history]
        factors = day_factors(past.sum(0), kinds[:history])[kinds[history:]]
        best = _likeliest(past, recent, factors, around, rule)
        if best is not None:
            score, zone, length, observed, expected = best
            streets = tuple(around.streets[number] for number in zone)
            found.append(
                Area(days[at], category, streets, length, observed, round(expected, 2), score)
            )
    return sorted(found, key=lambda one: (-one.score, one.category))


def _by_street(
    board: Board, around: Neighbourhoods, first: int, at: int
) -> dict[str, NDArray[np.float64]]:
    """Return category → counts (streets, days)."""
    found: dict[str, NDArray[np.float64]] = {}
    for (category, district, street), counts in board.counts.items():
        number = around.number.get((district, street))
        if number is None:
            continue
        if category not in found:
            found[category] = np.zeros((len(around.streets), at + 1 - first))
        found[category][number] += counts[first : at + 1]
    return found


def _likeliest(
    past: Counts, recent: Counts, factors: Counts, around: Neighbourhoods, rule: AreaRule
) -> tuple[float, list[int], int, int, float] | None:
    """Return (score, streets, days, observed, expected) of the best zone, or nothing."""
    days = past.shape[1]
    everywhere = past.sum() / (days * len(past))
    rate = (past.sum(1) + everywhere * PRIOR_DAYS) / (days + PRIOR_DAYS)
    # Sums over the last 1, 2, … days.
    lately = np.cumsum(recent[:, ::-1], axis=1)
    usual = np.cumsum(factors[::-1])
    best: tuple[float, list[int], int, int, float] | None = None
    busy = lately[:, -1] > 0
    for near in around.near:
        if not busy[near[0]]:
            continue
        zone = np.cumsum(lately[near], axis=0)
        expected = np.cumsum(rate[near])[:, None] * usual[None, :]
        for size in range(1, len(near)):
            for length in range(zone.shape[1]):
                observed, mean = zone[size, length], expected[size, length]
                if observed < rule.least or observed < rule.times * mean:
                    continue
                score = likelihood_ratio(observed, mean)
                if best is not None and score <= best[0]:
                    continue
                inside = near[: size + 1]
                here = lately[inside, length]
                if here.max() >= 0.7 * observed or not here[size]:
                    continue
                held = [int(n) for n in inside if lately[n, length] > 0]
                best = (score, held, length + 1, int(observed), float(mean))
    return best


def area_sentence(area: Area) -> str:
    """Return what a manager reads."""
    names = "、".join(street.removesuffix("街道") for _, street in area.streets[:4])
    more = f"等 {len(area.streets)} 个相邻街镇" if len(area.streets) > 4 else "相邻街镇"
    what = area.category.rsplit("/", 1)[-1]
    usual = f"约 {area.expected:.0f} 件" if area.expected >= 1 else "不到 1 件"
    when = f"近 {area.days} 天" if area.days > 1 else f"{area.last.month}月{area.last.day}日"
    span = f"同样 {area.days} 天" if area.days > 1 else "一天"
    return (
        f"{area.district}{names}{more}“{what}”{when}合计 {area.observed} 件，平时{span}{usual}；"
        "单看任何一个街镇都不突出。"
    )


def replay_areas(
    board: Board, around: Neighbourhoods, rule: AreaRule, quiet_days: int
) -> Sequence[Area]:
    """Return the bursts of every day of the board, each cause's best score in a quiet period."""
    found: list[Area] = []
    last: dict[str, Area] = {}
    for at in range(len(board.days())):
        for area in areas(board, at, around, rule):
            before = last.get(area.cause)
            quiet = before is not None and (area.last - before.last).days <= quiet_days
            if not quiet or area.observed >= 2 * (before.observed if before else 0):
                found.append(area)
                last[area.cause] = area
    return found
