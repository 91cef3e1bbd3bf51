"""A played week at a hotline: tickets that are handled well, late, returned, reopened and rated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from hotline.city import load_city
from hotline.lifecycle import Actor, Role
from hotline.store import Ticket
from hotline.tickets import Intake, create_ticket, take_step
from hotline.tickets import rate as rate_ticket

# Monday 10:00.
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STREETS = [unit.code for unit in load_city().units if unit.kind == "street"][:3]
DISPATCHER = Actor("dispatcher", Role.DISPATCHER)
CITIZEN = Actor("citizen-1", Role.CITIZEN)
GOOD = "您好，经现场核实，店家已于3月3日撤除占道桌椅。根据《城市市容管理条例》，我街将持续巡查。"


def handler(unit: str) -> Actor:
    return Actor("unit", Role.UNIT_HANDLER, unit=unit)


def file(
    session: Session,
    at: datetime,
    text: str = "楼下烧烤店占道经营，桌子摆满人行道",
    category: str = "城市管理/占道经营",
    district: str = "天河区",
    **fields: object,
) -> Ticket:
    """A ticket as it comes in."""
    wish = Intake(
        text=text,
        channel="h5",
        appeal_type="投诉",
        category=category,
        district=district,
        citizen_id="citizen-1",
        **fields,
    )
    return create_ticket(session, wish, CITIZEN, now=at)


def give_to(session: Session, ticket: Ticket, unit: str, at: datetime) -> Ticket:
    """Dispatch and sign."""
    data = {"unit_code": unit, "reason": "职责范围"}
    ticket = take_step(session, "dispatch", ticket.number, DISPATCHER, ticket.version, data, now=at)
    return take_step(session, "sign", ticket.number, handler(unit), ticket.version, {}, now=at)


def send_back(session: Session, ticket: Ticket, unit: str, at: datetime) -> Ticket:
    """The unit returns the ticket it signed."""
    data = {"reason": "属地不符", "note": ""}
    return take_step(session, "return", ticket.number, handler(unit), ticket.version, data, now=at)


def finish(session: Session, ticket: Ticket, unit: str, at: datetime, reply: str = GOOD) -> Ticket:
    """Start and close a signed ticket."""
    who = handler(unit)
    ticket = take_step(session, "start", ticket.number, who, ticket.version, {}, now=at)
    return take_step(session, "close", ticket.number, who, ticket.version, {"reply": reply}, now=at)


def handled(
    session: Session,
    at: datetime,
    unit: str = STREETS[0],
    days: float = 1.0,
    score: int | None = None,
    words: str = "",
    reply: str = GOOD,
    **fields: object,
) -> Ticket:
    """A ticket filed at `at`, closed after `days`, and rated a day later where there is a score."""
    ticket = file(session, at, **fields)
    ticket = give_to(session, ticket, unit, at + timedelta(hours=1))
    ticket = finish(session, ticket, unit, at + timedelta(days=days), reply)
    if score is not None:
        ticket = rate_ticket(
            session,
            ticket.number,
            CITIZEN,
            score=score,
            text=words,
            now=at + timedelta(days=days + 1),
        )
    return ticket
