"""Ratings with words, grouped like tickets: what people are content or discontent about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analytics.cases import person_of
from analytics.description import SECONDS_PER_DAY
from analytics.grouping import Told, group, group_ids
from analytics.span import Span
from analytics.title import best_title, shared_words
from hotline.lifecycle import Actor
from hotline.lookup import visible_to
from hotline.store import Ticket
from nlu.personal import mask

LOW = 2
MOST = 5000
EXAMPLES = 3


@dataclass(frozen=True)
class Rating:
    """One rating with words (masked) and what it is about."""

    number: str
    score: int
    words: str
    at: datetime
    unit_code: str
    unit: str
    category: str


@dataclass(frozen=True)
class RatingGroup:
    """Ratings that say the same of the same matter; `mean` of 1 to 5."""

    title: str
    ratings: list[Rating]
    mean: float
    units: list[str]
    shared_words: list[str]


def rating_groups(
    session: Session, span: Span, actor: Actor | None, low_only: bool = False
) -> tuple[list[RatingGroup], list[Rating]]:
    """(groups of two and more, largest first; single ratings, newest first) of the span.

    What a rating is about is its words together with its ticket's title, as with tickets.
    """
    conditions: list[ColumnElement[bool]] = [
        Ticket.rated_at >= span.start,
        Ticket.rated_at < span.end,
        Ticket.rating_text.is_not(None),
        visible_to(actor),
    ]
    if low_only:
        conditions.append(Ticket.rating <= LOW)
    if span.district:
        conditions.append(Ticket.district == span.district)
    tickets = list(
        session.scalars(
            select(Ticket)
            .where(*conditions)
            .order_by(Ticket.rated_at.desc(), Ticket.id)
            .limit(MOST)
        )
    )
    ratings = [_rating(ticket) for ticket in tickets]
    told = [
        Told(
            ticket.number,
            rating.words,
            f"{ticket.place or ''} {ticket.title} {ticket.text[:200]}",
            rating.at.timestamp() / SECONDS_PER_DAY,
            person_of(ticket),
        )
        for ticket, rating in zip(tickets, ratings, strict=True)
    ]
    ids = group_ids(told, group(told)) if len(told) > 1 else [""] * len(told)
    together: dict[str, list[Rating]] = {}
    alone: list[Rating] = []
    for name, rating in zip(ids, ratings, strict=True):
        if name:
            together.setdefault(name, []).append(rating)
        else:
            alone.append(rating)
    groups = [_group(members) for members in together.values()]
    groups.sort(key=lambda one: (-len(one.ratings), one.mean, one.title))
    return groups, alone


def _rating(ticket: Ticket) -> Rating:
    if ticket.rating is None or ticket.rated_at is None:
        raise ValueError(f"ticket {ticket.number} has words of a rating but no rating")
    return Rating(
        ticket.number,
        ticket.rating,
        mask(ticket.rating_text or "").text,
        ticket.rated_at,
        ticket.unit_code or "",
        ticket.unit_name or "",
        ticket.category or "",
    )


def _group(members: list[Rating]) -> RatingGroup:
    words = shared_words([one.words for one in members])
    units = sorted({one.unit for one in members if one.unit})
    mean = sum(one.score for one in members) / len(members)
    return RatingGroup(
        best_title([one.words for one in members], words), members, round(mean, 2), units, words
    )
