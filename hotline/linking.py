"""Tickets that belong together: 关联, 标记重复 and 拆分."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.errors import IllegalStep, InvalidInput
from hotline.intake import apply_suggestion, lane_for, priority, start_clocks
from hotline.ledger import Decision, record
from hotline.lifecycle import OPEN, Actor, Status
from hotline.lookup import find_ticket
from hotline.models import Ticket, TicketLink
from hotline.moves import Move, begin, clean
from hotline.numbers import take_numbers
from hotline.reception import reading_digests, received_event, suggestion_decisions
from hotline.rollups import contributions, write
from hotline.store import store_of

RELATED, REPEAT, SPLIT = "related", "repeat", "split"
MOST_PARTS = 6


def link(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    other: str,
    now: datetime | None = None,
) -> Ticket:
    """关联: note that two tickets belong together.

    :raises TicketNotFound: the other is not one this actor may see.
    :raises InvalidInput: it is the ticket itself, or already linked.
    """
    move = begin(session, "link", number, actor, expected_version, now)
    found = _tie(move, other, RELATED)
    return move.finish(f"关联工单 {found.number}", None)


def repeat(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    other: str,
    merge: bool = False,
    now: datetime | None = None,
) -> Ticket:
    """标记重复: the ticket repeats an earlier one; with ``merge`` it is handled there alone.

    :raises IllegalStep: asked to merge into a ticket that is no longer open.
    """
    move = begin(session, "repeat", number, actor, expected_version, now)
    found = _tie(move, other, REPEAT)
    if not merge:
        return move.finish(f"标记为 {found.number} 的重复", f"与您的工单 {found.number} 一并考虑。")
    if found.status not in OPEN:
        raise IllegalStep(
            f"{found.number} 已是“{found.status}”，不能并入；可只标记重复，仍派给原承办单位。",
            {"status": found.status},
        )
    move.ticket.voided_at, move.target = move.now, Status.VOID
    return move.finish(
        f"并入 {found.number} 办理", f"与 {found.number} 是同一件事，已并入该工单一起办理。"
    )


def split(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    parts: Sequence[Mapping[str, Any]],
    now: datetime | None = None,
) -> Ticket:
    """拆分: further matters of a message become tickets of their own; the first stays here.

    :param parts: for each new ticket its ``text``, and where known ``category`` and
        ``suggestion`` (as the dispatcher gives it).
    :raises InvalidInput: no part, too many, an unknown category.
    """
    move = begin(session, "split", number, actor, expected_version, now)
    if not 1 <= len(parts) <= MOST_PARTS:
        raise InvalidInput(f"一次可以拆出 1 到 {MOST_PARTS} 件。", {"field": "parts"})
    store, origin = store_of(session), move.ticket
    numbers = take_numbers(session, store.clocks.local_day(move.now), len(parts))
    made = [_part_of(move, one, each) for one, each in zip(numbers, parts, strict=True)]
    move.facts["parts"] = numbers
    listed = "、".join(numbers)
    origin = move.finish(f"拆出 {listed}", f"您反映的另外几件事已分开办理：{listed}。")
    for child in made:
        session.add(child)
        session.flush()
        session.add(
            TicketLink(
                ticket_id=child.id, other_id=origin.id, kind=SPLIT, actor=actor.user, at=move.now
            )
        )
        event = received_event(child, actor, move.now)
        event.text = f"由 {origin.number} 拆出"
        event.public_text = f"由 {origin.number} 拆出，单独办理。"
        session.add(event)
        session.flush()
        write(session, contributions(child, store.clocks))
        facts = {"origin": origin.number, "role": actor.role}
        decision = Decision("split_off", actor.user, child.number, facts, reading_digests(child))
        record(session, [decision, *suggestion_decisions(child)], move.now)
    return origin


def links_of(session: Session, ticket: Ticket) -> list[tuple[TicketLink, Ticket]]:
    """The links of a ticket with the ticket at the other end, oldest first."""
    rows = session.scalars(
        select(TicketLink)
        .where(or_(TicketLink.ticket_id == ticket.id, TicketLink.other_id == ticket.id))
        .order_by(TicketLink.id)
    ).all()
    ends = {row.other_id if row.ticket_id == ticket.id else row.ticket_id for row in rows}
    found = {each.id: each for each in session.scalars(select(Ticket).where(Ticket.id.in_(ends)))}
    return [
        (row, found[row.other_id if row.ticket_id == ticket.id else row.ticket_id]) for row in rows
    ]


def _tie(move: Move, other: str, kind: str) -> Ticket:
    found = find_ticket(move.session, other, move.actor)
    if found.id == move.ticket.id:
        raise InvalidInput("不能与自己关联。", {"field": "other"})
    if any(end.id == found.id for _, end in links_of(move.session, move.ticket)):
        raise InvalidInput(f"与 {found.number} 已经关联过了。", {"field": "other"})
    move.session.add(
        TicketLink(
            ticket_id=move.ticket.id,
            other_id=found.id,
            kind=kind,
            actor=move.actor.user,
            at=move.now,
        )
    )
    move.facts["other"] = found.number
    return found


def _part_of(move: Move, number: str, part: Mapping[str, Any]) -> Ticket:
    """A new ticket with one matter of the origin; person, place and receipt are the origin's."""
    origin, store = move.ticket, move.store
    same = (
        "place", "occurred", "district", "street", "appeal_type", "urgency", "channel", "demo",
        "citizen_id", "citizen_key", "contact_id", "contact_masked", "received_at",
    )  # fmt: skip
    text = clean(str(part.get("text") or ""), "拆出的内容")
    category = part.get("category")
    if category and category not in store.city.categories:
        raise InvalidInput(f"没有事项分类“{str(category)[:40]}”。", {"field": "category"})
    child = Ticket(
        **{name: getattr(origin, name) for name in same},
        number=number,
        version=1,
        status=Status.PENDING,
        title=text.splitlines()[0][:30],
        text=text,
        category=category,
        co_units=[],
        extra={},
        updated_at=move.now,
        worked_here=True,
        bounces=0,
        supervised=0,
        extended_days=0,
        final_review=False,
        provisional=False,
    )
    if part.get("suggestion"):
        apply_suggestion(child, part["suggestion"], urgency_given=True)
    lane = lane_for(text, child.category, store.city)
    child.special = lane.name if lane else None
    start_clocks(child, store.clocks)
    child.priority = priority(child, store.city)
    return child
