"""The machine's own steps: send off what the dial calls sure, think again after a return."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.assigning import dispatch
from hotline.dial import AUTO, ONE_CLICK
from hotline.dispatch import Dispatcher
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Role, Status
from hotline.models import Ticket, UnitReturn
from hotline.promise import keep_promise
from hotline.reception import suggestion_decisions
from hotline.replay import question_about
from hotline.switches import load_switches
from hotline.thresholds import PROMISE

MACHINE = Actor("machine", Role.MACHINE)


def dispatch_if_sure(session: Session, ticket: Ticket, now: datetime) -> Ticket:
    """Dispatch a new ticket whose dial says ``auto``, if automatic dispatch is on.

    Before anything goes out, the promise of every category is checked on what was decided so
    far; a category that broke it closes itself, and its ticket waits for a person's click.
    """
    if ticket.dial != AUTO or ticket.status != Status.PENDING or not ticket.suggested_unit:
        return ticket
    keep_promise(session, PROMISE, now)
    switches = load_switches(session)
    if why := switches.closed.get(ticket.category or ""):
        ticket.dial = ONE_CLICK
        ticket.suggestion = {**(ticket.suggestion or {}), "dial": ONE_CLICK, "dial_reason": why}
        session.flush()
        return ticket
    if not switches.on:
        return ticket
    co_units = [one["code"] for one in (ticket.suggestion or {}).get("co_units", [])]
    reason = f"自动派单：{(ticket.suggestion or {}).get('dial_reason', '')}"
    return dispatch(
        session, ticket.number, MACHINE, ticket.version, unit_code=ticket.suggested_unit,
        co_units=co_units, reason=reason, now=now,
    )  # fmt: skip


def think_again(
    session: Session, ticket: Ticket, now: datetime, *, dispatcher: Dispatcher
) -> Ticket:
    """Suggest anew for a ticket that came back; units that refused it are out of the question.

    After two returns the ticket is in final review (终审) and the dial leaves it to a person.
    """
    refused = session.scalars(
        select(UnitReturn.unit_code).where(UnitReturn.ticket_id == ticket.id).distinct()
    )
    question = question_about(ticket, tuple(sorted(refused)))
    suggestion = dispatcher.suggest_many([question])[0]
    ticket.suggestion = suggestion.model_dump(mode="json")
    ticket.suggested_unit = suggestion.unit.code if suggestion.unit else None
    ticket.confidence, ticket.dial = suggestion.confidence, suggestion.dial
    session.flush()
    decisions = suggestion_decisions(ticket)
    record(session, [Decision("suggest_again", one.actor, one.ticket, one.facts, one.digests)
                     for one in decisions], now)  # fmt: skip
    return ticket
