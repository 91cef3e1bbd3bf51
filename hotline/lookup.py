"""Finding a ticket: who may see which, by number, by phone, one's own; and whom to call."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from hotline.errors import NotAllowed, TicketNotFound
from hotline.ledger import Decision, digest_of, record
from hotline.lifecycle import Actor, Role
from hotline.models import Contact, CoUnit, Ticket, TicketEvent
from hotline.store import vault_of
from hotline.vault import ContactData

_SEES_ALL = frozenset(
    {Role.AGENT, Role.DISPATCHER, Role.MANAGER, Role.AUDITOR, Role.ADMIN, Role.MACHINE}
)


def visible_to(actor: Actor | None) -> ColumnElement[bool]:
    """The tickets an actor may see, as a condition for the query itself; ``None`` sees all.

    Unit handlers see those their unit leads or helps with, citizens their own, others their district's or the city's.
    """
    if actor is None:
        return true()
    if actor.role is Role.CITIZEN:
        return or_(Ticket.citizen_id == actor.user, Ticket.number == actor.proven)
    if actor.role is Role.UNIT_HANDLER:
        if not actor.unit:
            return false()
        return or_(Ticket.unit_code == actor.unit, helped_by(actor.unit))
    if actor.role not in _SEES_ALL:
        return false()
    return Ticket.district == actor.scope if actor.scope else true()


def helped_by(unit: str) -> ColumnElement[bool]:
    """The tickets a unit helps with (协办)."""
    return Ticket.id.in_(select(CoUnit.ticket_id).where(CoUnit.unit_code == unit))


def find_ticket(session: Session, number: str, actor: Actor | None = None) -> Ticket:
    """The ticket of that number, if the actor may see it.

    :raises TicketNotFound: there is none, or it is not theirs to see.
    """
    clean = number.strip().upper()
    ticket = session.scalar(select(Ticket).where(Ticket.number == clean, visible_to(actor)))
    if ticket is None:
        raise TicketNotFound("没有找到这张工单，请核对工单号。", {"number": clean[:40]})
    return ticket


def lookup_ticket(session: Session, number: str, phone_last4: str) -> Ticket:
    """The ticket of that number for somebody who knows the last four digits of its phone.

    :raises TicketNotFound: no such ticket, no phone, or other digits; which of them is not said.
    """
    wrong = TicketNotFound("工单号与手机尾号对不上，请核对后再查。")
    try:
        ticket = find_ticket(session, number)
    except TicketNotFound:
        raise wrong from None
    phone = contact_of(session, ticket).phone
    if len(phone_last4) != 4 or not phone or phone[-4:] != phone_last4:
        raise wrong
    return ticket


def my_tickets(session: Session, citizen_id: str, limit: int = 50) -> list[Ticket]:
    """A citizen's own tickets, newest first."""
    return list(
        session.scalars(
            select(Ticket)
            .where(Ticket.citizen_id == citizen_id)
            .order_by(Ticket.received_at.desc(), Ticket.id.desc())
            .limit(limit)
        )
    )


def contact_of(session: Session, ticket: Ticket) -> ContactData:
    """The contact data of a ticket, opened; empty where there is none.

    :raises VaultError: the key it was sealed with is gone.
    """
    contact = session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    return vault_of(session).open(contact.sealed) if contact else ContactData()


_MAY_UNMASK = frozenset({Role.AGENT, Role.DISPATCHER, Role.UNIT_HANDLER, Role.MANAGER})


def unmask(
    session: Session, number: str, actor: Actor, reason: str, now: datetime | None = None
) -> ContactData:
    """Show whom to call: a logged act that needs a reason.

    :raises NotAllowed: the role may not, or no reason was given.
    :raises TicketNotFound: not a ticket this actor may see.
    """
    if actor.role not in _MAY_UNMASK:
        raise NotAllowed("您的角色不能查看联系方式。")
    if len(reason.strip()) < 2:
        raise NotAllowed("请写明查看联系方式的理由。")
    ticket = find_ticket(session, number, actor)
    data = contact_of(session, ticket)
    facts = {"role": actor.role, "unit": actor.unit, "reason_digest": digest_of(reason.strip())}
    moment = now or datetime.now(UTC)
    session.add(
        TicketEvent(
            ticket_id=ticket.id,
            at=moment,
            step="unmask",
            actor=actor.user,
            role=actor.role,
            status=ticket.status,
            version=ticket.version,
            text=f"查看联系方式：{reason.strip()[:200]}",
            public_text=None,
            data={},
        )
    )
    record(session, [Decision("unmask", actor.user, ticket.number, facts, {})], moment)
    return data
