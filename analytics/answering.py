"""One incident, many callers: sent out once, handled once, everybody answered.

Every ticket takes its own steps through the lifecycle, so that each caller keeps the own clock,
the own answer and the own survey; a ticket that cannot take them is left as it is, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.groups import describe_anew, find_group, happened
from analytics.lineage import ANSWERED, DISPATCHED
from analytics.tables import MemberRow
from hotline.errors import HotlineError, InvalidInput, NotAllowed
from hotline.ledger import Decision, digest_of, record
from hotline.lifecycle import OPEN, Actor, Role, Status
from hotline.lookup import visible_to
from hotline.moves import clean
from hotline.store import Ticket
from hotline.tickets import close, dispatch, sign, start


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket: `status` it has now; `problem` says why it was left alone."""

    number: str
    status: str
    problem: str = ""

    @property
    def done(self) -> bool:
        """Whether the ticket took the step."""
        return not self.problem


def answer_all(
    session: Session,
    name: str,
    reply: str,
    actor: Actor,
    numbers: Collection[str] | None = None,
    now: datetime | None = None,
) -> list[Outcome]:
    """Close the open tickets of the group that the actor's unit holds, each with this reply.

    Steps in between (签收, 开始办理) are taken and recorded for each. `numbers` names some of the
    tickets only.

    Raises GroupNotFound; NotAllowed for anybody but a unit; InvalidInput for an empty reply, or
    when no ticket is left to answer.
    """
    if actor.role is not Role.UNIT_HANDLER:
        raise NotAllowed("只有承办单位可以一并办结。", {"step": "close"})
    moment = now or datetime.now(UTC)
    text = clean(reply, "答复内容")

    def finish(ticket: Ticket) -> None:
        if ticket.status == Status.DISPATCHED:
            sign(session, ticket.number, actor, None, now=moment)
        if ticket.status in {Status.DISPATCHED, Status.SIGNED}:
            start(session, ticket.number, actor, None, now=moment)
        close(session, ticket.number, actor, None, reply=text, now=moment)

    outcomes = _each(session, name, actor, numbers, OPEN - {Status.PENDING}, finish)
    facts = {"group": name, "reply_digest": digest_of(text), "tickets": _done(outcomes)}
    _tell(session, name, ANSWERED, f"{len(_done(outcomes))} 件一并办结并逐件答复", actor, moment)
    record(session, [Decision("group_answered", actor.user, None, facts, {})], moment)
    return outcomes


def dispatch_all(
    session: Session,
    name: str,
    unit_code: str,
    reason: str,
    actor: Actor,
    numbers: Collection[str] | None = None,
    now: datetime | None = None,
) -> list[Outcome]:
    """Give the group's tickets that wait for a unit (待派单) to one and the same.

    Raises GroupNotFound; InvalidInput for an unknown unit, no reason, or nothing to dispatch.
    """
    moment = now or datetime.now(UTC)
    why = clean(reason, "派单理由")

    def give(ticket: Ticket) -> None:
        dispatch(session, ticket.number, actor, None, unit_code=unit_code, reason=why, now=moment)

    outcomes = _each(session, name, actor, numbers, frozenset({Status.PENDING}), give)
    facts = {"group": name, "unit": unit_code, "tickets": _done(outcomes)}
    _tell(session, name, DISPATCHED, f"{len(_done(outcomes))} 件一并派单：{why}", actor, moment)
    record(session, [Decision("group_dispatched", actor.user, None, facts, {})], moment)
    return outcomes


def _each(
    session: Session,
    name: str,
    actor: Actor,
    numbers: Collection[str] | None,
    ready: Collection[Status],
    step: Callable[[Ticket], None],
) -> list[Outcome]:
    find_group(session, name, actor)
    found = (
        select(Ticket)
        .join(MemberRow, MemberRow.ticket_id == Ticket.id)
        .where(MemberRow.group_id == name, visible_to(actor))
        .order_by(Ticket.received_at, Ticket.id)
    )
    if numbers is None:
        found = found.where(Ticket.status.in_(ready))
    else:
        found = found.where(Ticket.number.in_(numbers))
    tickets = list(session.scalars(found))
    if not tickets or (numbers is not None and len(tickets) < len(set(numbers))):
        raise InvalidInput("这一组里没有可以这样办理的工单，请刷新后再试。", {"field": "tickets"})
    outcomes = []
    for ticket in tickets:
        problem = ""
        try:
            step(ticket)
        except HotlineError as error:
            problem = error.message
        status = session.scalar(select(Ticket.status).where(Ticket.id == ticket.id))
        outcomes.append(Outcome(ticket.number, str(status), problem))
    if not _done(outcomes):
        raise InvalidInput(outcomes[0].problem, {"field": "tickets"})
    return outcomes


def _done(outcomes: list[Outcome]) -> list[str]:
    return [one.number for one in outcomes if one.done]


def _tell(session: Session, name: str, event: str, text: str, actor: Actor, now: datetime) -> None:
    happened(session, now, name, event, None, actor, text)
    describe_anew(session, name, now)
