"""Briefs made over HTTP, kept as they were made; in the ledger with their digest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from analytics.brief import digest_of, make_brief
from analytics.tables import BriefRow
from hotline.errors import HotlineError
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor
from hotline.store import Store, clocks_of


class BriefNotFound(HotlineError):  # noqa: N818
    """No such brief, or not one this person may see."""

    code = "brief_not_found"


def keep_brief(
    store: Store,
    period: str,
    until: date | None,
    district: str | None,
    actor: Actor,
    now: datetime | None = None,
) -> BriefRow:
    """Make a brief and keep it; somebody of a district gets the district's.

    Without `until` it goes up to yesterday. Raises InvalidInput, CityError.
    """
    moment = now or datetime.now(UTC)
    # Counting takes no lock; only the keeping does.
    with store.session(read_only=True) as session:
        last = until or clocks_of(session).local_day(moment) - timedelta(days=1)
        content = make_brief(session, period, last, actor.scope or district, moment)
    digest = digest_of(content)
    row = BriefRow(
        period=period,
        first_day=content["first"],
        last_day=content["last"],
        district=content["district"],
        made_at=moment,
        made_by=actor.user,
        digest=digest,
        content=content,
    )
    with store.session() as session:
        session.add(row)
        session.flush()
        facts = {"brief": row.id, "period": period, "last": row.last_day, "district": row.district}
        record(session, [Decision("brief", actor.user, None, facts, {"input": digest})], moment)
    return row


def find_brief(session: Session, number: int, actor: Actor) -> BriefRow:
    """The brief of that number. Raises BriefNotFound."""
    row = session.scalar(select(BriefRow).where(BriefRow.id == number, _visible(actor)))
    if row is None:
        raise BriefNotFound("没有找到这期简报。", {"brief": number})
    return row


def list_briefs(
    session: Session, actor: Actor, page: int = 1, size: int = 50
) -> tuple[list[BriefRow], int]:
    """(briefs the actor may see, newest first; how many)."""
    total = session.scalar(select(func.count()).select_from(BriefRow).where(_visible(actor))) or 0
    found = select(BriefRow).where(_visible(actor)).order_by(BriefRow.id.desc())
    return list(session.scalars(found.offset((page - 1) * size).limit(size))), total


def _visible(actor: Actor) -> ColumnElement[bool]:
    return BriefRow.district == actor.scope if actor.scope else true()
