"""Replies already sent that are in doubt, for the callback team."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query

from analytics.reply_desk import KINDS, doubtful
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.replies import DoubtfulReply, DoubtfulReplyPage
from hotline.queue import ticket_row
from hotline.store import clocks_of, store_of
from nlu.personal import mask

router = guarded_router()


@router.get("/v1/replies/doubtful", tags=["replies"])
def doubtful_replies(
    staff: StaffDep,
    services: ServicesDep,
    kind: Literal["off_topic", "unsolved"] = "unsolved",
    days: Annotated[int, Query(ge=1, le=45)] = 14,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DoubtfulReplyPage:
    """Return closings in doubt for the callback team: 未解决就办结 or 答非所问."""
    now = datetime.now(UTC)
    with services.store.session(read_only=True) as session:
        found = doubtful(session, staff.actor, kind, now - timedelta(days=days), page, size)
        clocks = clocks_of(session)
        items = [
            DoubtfulReply(
                ticket=ticket_row(ticket, store_of(session), clocks, now),
                reply=mask(ticket.reply or "").text,
                closed_at=clocks.local(row.closed_at),
                explains=row.explains,
                on_topic=row.on_topic,
                reasons=row.reasons,
                signs=row.signs,
            )
            for ticket, row in found.items
        ]
    return DoubtfulReplyPage(
        kind=kind, kind_text=KINDS[kind], items=items, total=found.total, page=page, size=size
    )
