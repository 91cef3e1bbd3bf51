"""What a citizen can do with a ticket: rate it, ask for it to be handled again, add to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.co_units import note_co_units
from hotline.errors import IllegalStep, InvalidInput
from hotline.intake import priority, start_clocks
from hotline.ledger import Decision, record
from hotline.lifecycle import OPEN, Actor, Status
from hotline.models import Ticket
from hotline.moves import begin, clean
from hotline.numbers import take_numbers
from hotline.reception import reading_digests, received_event, tie_attachments
from hotline.rollups import contributions, write
from hotline.store import store_of


def rate(
    session: Session,
    number: str,
    actor: Actor,
    *,
    score: int,
    text: str = "",
    now: datetime | None = None,
) -> Ticket:
    """评价: one to five, once.

    :raises IllegalStep: not finished yet, or rated before.
    :raises InvalidInput: a score outside 1 to 5.
    """
    if not 1 <= score <= 5:
        raise InvalidInput("评分应在 1 到 5 之间。", {"field": "score"})
    move = begin(session, "rate", number, actor, None, now)
    ticket = move.ticket
    if ticket.rating is not None:
        raise IllegalStep("这张工单已经评价过了，谢谢您。", {"rating": ticket.rating})
    words = clean(text, "评价", required=False)
    ticket.rating, ticket.rating_text, ticket.rated_at = score, words or None, move.now
    move.facts["score"] = score
    return move.finish(
        f"评价 {score} 分" + (f"：{words}" if words else ""), f"您评价了 {score} 分。"
    )


def reopen(
    session: Session, number: str, actor: Actor, *, reason: str, now: datetime | None = None
) -> Ticket:
    """重办: a child ticket, linked, straight to the unit that handled the first; returns the child.

    :raises IllegalStep: not finished yet, or already being handled again.
    """
    move = begin(session, "reopen", number, actor, None, now)
    why = clean(reason, "重办理由")
    parent = move.ticket
    running = session.scalar(
        select(Ticket.number).where(Ticket.parent_id == parent.id, Ticket.status.in_(OPEN))
    )
    if running:
        raise IllegalStep(f"已经在重办了，新工单号是 {running}。", {"child": running})
    store = store_of(session)
    child_number = take_numbers(session, store.clocks.local_day(move.now))[0]
    move.facts["child"] = child_number
    parent = move.finish(
        f"申请重办：{why}；新工单 {child_number}", f"已重办，新工单号 {child_number}。"
    )
    child = _child_of(parent, child_number, why, move.now)
    start_clocks(child, store.clocks)
    child.priority = priority(child, store.city)
    session.add(child)
    session.flush()
    note_co_units(session, child)
    event = received_event(child, actor, move.now)
    event.text, event.public_text = f"重办 {parent.number}：{why}", f"{parent.number} 重办受理。"
    session.add(event)
    session.flush()
    write(session, contributions(child, store.clocks))
    facts = {"parent": parent.number, "unit": child.unit_code, "role": actor.role}
    decision = Decision("reopen_child", actor.user, child.number, facts, reading_digests(child))
    record(session, [decision], move.now)
    return child


def add_to(
    session: Session,
    number: str,
    actor: Actor,
    *,
    text: str,
    attachments: Sequence[str] = (),
    now: datetime | None = None,
) -> Ticket:
    """补充: more words or pictures for a ticket that is still open."""
    move = begin(session, "add", number, actor, None, now)
    words = clean(text, "补充内容", required=not attachments)
    tied = tie_attachments(session, move.ticket, attachments, actor.user)
    move.facts["attachments"] = tied
    said = words + (f"（附件 {tied} 个）" if tied else "")
    return move.finish(f"补充：{said}", f"您补充了：{said}")


def _child_of(parent: Ticket, number: str, reason: str, now: datetime) -> Ticket:
    """A new ticket with the parent's matter, person and unit."""
    with_unit = parent.unit_code is not None
    same = (
        "title", "place", "occurred", "district", "street", "category", "appeal_type", "urgency",
        "safety", "special", "channel", "demo", "citizen_id", "citizen_key", "contact_id",
        "contact_masked", "unit_code", "unit_name",
    )  # fmt: skip
    return Ticket(
        **{name: getattr(parent, name) for name in same},
        number=number,
        version=1,
        parent_id=parent.id,
        status=Status.DISPATCHED if with_unit else Status.PENDING,
        text=f"【重办】{reason}\n\n原诉求：{parent.text}",
        dispatch_reason=f"承接原工单 {parent.number}" if with_unit else None,
        dispatched_at=now if with_unit else None,
        co_units=list(parent.co_units),
        extra={},
        received_at=now,
        updated_at=now,
        worked_here=True,
        bounces=0,
        supervised=0,
        extended_days=0,
        final_review=False,
        provisional=False,
    )
