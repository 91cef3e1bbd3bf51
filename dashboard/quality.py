"""The part of the API on quality, with the rights of whoever is signed in."""

from __future__ import annotations

from dashboard.quality_shapes import (
    DoubtfulReplyPage,
    Improvement,
    ImprovementPage,
    RatingBoard,
    UnitComparison,
)
from dashboard.sign_in import desk_client


def comparison(days: int, district: str | None, kind: str | None) -> UnitComparison:
    """Return the units that had tickets lately, each against the others with its own mix."""
    path = "/v1/units/comparison"
    return desk_client().read(UnitComparison, path, days=days, district=district, kind=kind)


def doubtful(kind: str, days: int, page: int, size: int) -> DoubtfulReplyPage:
    """Return a page of closings in doubt."""
    path = "/v1/replies/doubtful"
    return desk_client().read(DoubtfulReplyPage, path, kind=kind, days=days, page=page, size=size)


def ratings(days: int, district: str | None, low_only: bool) -> RatingBoard:
    """Return ratings with words in groups, the largest first."""
    low = "true" if low_only else None
    return desk_client().read(
        RatingBoard, "/v1/ratings", days=days, district=district, low_only=low
    )


def improvements(state: str | None, page: int, size: int) -> ImprovementPage:
    """Return a page of improvement items; without a state those not closed."""
    path = "/v1/improvements"
    return desk_client().read(ImprovementPage, path, state=state, page=page, size=size)


def move_improvement(number: int, step: str, text: str) -> Improvement:
    """Plan, finish, close or send back an improvement item."""
    return desk_client().act(Improvement, f"/v1/improvements/{number}/{step}", text=text)
