"""The recurring group of a ticket, for those who may see groups."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.tables import GroupRow, MemberRow
from api.permissions import allowed
from api.principal import Staff
from api.schemas.desk import GroupOfTicket
from hotline.store import Ticket


def group_of(session: Session, number: str, staff: Staff) -> GroupOfTicket | None:
    """Return the group a ticket is in, or ``None``: it stands alone or is not theirs to see."""
    if staff.role not in allowed("GET", "/v1/groups/{group_id}"):
        return None
    row = session.scalar(
        select(GroupRow)
        .join(MemberRow, MemberRow.group_id == GroupRow.id)
        .join(Ticket, Ticket.id == MemberRow.ticket_id)
        .where(Ticket.number == number)
    )
    if row is None or row.tickets < 2 or (staff.scope and row.district != staff.scope):
        return None
    return GroupOfTicket(
        id=row.id,
        title=row.human_title or row.title,
        state=row.state,
        tickets=row.tickets,
        people=row.people,
        recurred=row.recurred,
    )
