"""What the unit and the desk do with a ticket: 签收, 办理, 办结, 延期, 督办 and 回访."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.errors import IllegalStep, InvalidInput
from hotline.ledger import digest_of
from hotline.lifecycle import Actor
from hotline.models import Ticket, UnitReturn
from hotline.moves import begin, clean
from hotline.store import clocks_of


def sign(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    now: datetime | None = None,
) -> Ticket:
    """签收: the unit takes the ticket; from now it may be returned for a short while."""
    move = begin(session, "sign", number, actor, expected_version, now)
    ticket = move.ticket
    ticket.signed_at = move.now
    ticket.return_due_at = clocks_of(session).deadline("return", move.now).at
    return move.finish(f"{ticket.unit_name}签收", f"{ticket.unit_name}已签收。")


def start(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    now: datetime | None = None,
) -> Ticket:
    """开始办理."""
    move = begin(session, "start", number, actor, expected_version, now)
    move.ticket.started_at = move.now
    return move.finish(f"{move.ticket.unit_name}开始办理", f"{move.ticket.unit_name}开始办理。")


def close(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    reply: str,
    now: datetime | None = None,
) -> Ticket:
    """办结: settle the matter with a reply to the citizen."""
    move = begin(session, "close", number, actor, expected_version, now)
    ticket = move.ticket
    ticket.reply, ticket.closed_at = clean(reply, "答复内容"), move.now
    session.execute(
        update(UnitReturn)
        .where(UnitReturn.ticket_id == ticket.id, UnitReturn.taken_by.is_(None))
        .values(taken_by=ticket.unit_code)
    )
    late = bool(ticket.due_at and move.now > ticket.due_at)
    move.facts.update(reply_digest=digest_of(ticket.reply), late=late)
    return move.finish(f"办结：{ticket.reply}", f"{ticket.unit_name}已办结并答复。")


def extend(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    days: int,
    reason: str,
    now: datetime | None = None,
) -> Ticket:
    """延期, once, by working days.

    :raises IllegalStep: it has been extended before.
    :raises InvalidInput: more days than the rules allow.
    """
    move = begin(session, "extend", number, actor, expected_version, now)
    ticket, most = move.ticket, clocks_of(session).rules.extension_workdays
    why = clean(reason, "延期理由")
    if ticket.extended_days:
        raise IllegalStep(
            "这张工单已延期过一次，不能再延。", {"extended_days": ticket.extended_days}
        )
    if not 1 <= days <= most:
        raise InvalidInput(f"延期天数应在 1 到 {most} 个工作日之间。", {"field": "days"})
    ticket.extended_days = days
    move.facts["days"] = days
    return move.finish(f"延期 {days} 个工作日：{why}", f"办理时限延长 {days} 个工作日：{why}")


def supervise(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    note: str,
    now: datetime | None = None,
) -> Ticket:
    """督办: remind the unit, on the record."""
    move = begin(session, "supervise", number, actor, expected_version, now)
    more = clean(note, "督办意见")
    move.ticket.supervised += 1
    return move.finish(f"督办：{more}", "热线已督促承办单位办理。")


def call_back(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    solved: bool,
    note: str = "",
    now: datetime | None = None,
) -> Ticket:
    """回访: ask the citizen whether the matter is settled."""
    move = begin(session, "callback", number, actor, expected_version, now)
    more = clean(note, "回访记录", required=False)
    move.ticket.called_back_at, move.ticket.solved = move.now, solved
    move.facts["solved"] = solved
    result = "已解决" if solved else "未解决"
    return move.finish(f"回访：{result}" + (f"。{more}" if more else ""), f"热线已回访：{result}。")
