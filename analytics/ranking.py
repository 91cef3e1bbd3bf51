"""The groups of an archive by heat, and the most typical tickets of a group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from analytics.description import SECONDS_PER_DAY, Case, Description, describe
from analytics.grouping import Grouped, Told, digest
from analytics.heat import peak_heat
from analytics.title import common_words


def typical_first(grouped: Grouped, members: Sequence[int], row_of: Sequence[int]) -> list[int]:
    """Return the members, first those nearest to all others (medoid first)."""
    if len(members) < 3:
        return list(members)
    total: dict[int, float] = {}
    rows = [row_of[member] for member in members]
    features, weights = grouped.vectors.features[rows], grouped.vectors.weights[rows]
    for feature, weight in zip(features.ravel(), weights.ravel(), strict=True):
        if weight > 0:
            total[int(feature)] = total.get(int(feature), 0.0) + float(weight)
    sums = np.array([[total.get(int(f), 0.0) for f in row] for row in features])
    nearness = (sums * weights).sum(1)
    order = np.argsort(-nearness, kind="stable")
    return [members[int(at)] for at in order]


def described(told: Sequence[Told], grouped: Grouped, top: int) -> list[Description]:
    """Return the `top` groups that were hottest at their height, described."""
    last = max((one.day for one in told), default=0.0)
    common = common_words([f"{told[at].title} {told[at].detail}" for at in grouped.order])
    warm = sorted(
        grouped.members().items(),
        key=lambda item: (
            -peak_heat([told[m].day for m in item[1]], [told[m].person for m in item[1]]),
            digest(told[item[0]]),
        ),
    )
    row_of = np.empty(len(told), dtype=np.int64)
    row_of[grouped.order] = np.arange(len(told))
    found = []
    for _, members in warm[:top]:
        cases = [_case(told[member]) for member in members]
        best = [told[m].id for m in typical_first(grouped, members, row_of.tolist())]
        moment = datetime.fromtimestamp(last * SECONDS_PER_DAY, UTC)
        found.append(describe(cases, moment, best, common=common))
    return found


def hottest(told: Sequence[Told], grouped: Grouped, top: int) -> list[str]:
    """Return one line for each of the hottest groups."""
    return [
        f"{rank:>3}  最高热度 {one.peak:>6}  {one.tickets} 件 {one.people} 人  {one.title}  "
        f"（{one.first_at:%Y-%m-%d} 至 {one.last_at:%Y-%m-%d}；{one.facts['why']}）"
        for rank, one in enumerate(described(told, grouped, top), start=1)
    ]


def _case(one: Told) -> Case:
    moment = datetime.fromtimestamp(one.day * SECONDS_PER_DAY, UTC)
    return Case(one.id, one.title, one.detail, moment, one.person or one.id)
