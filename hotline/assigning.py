"""Whose ticket it is: 派单, 改派, 退单, 送终审 and 作废."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from hotline import rollups
from hotline.co_units import note_co_units
from hotline.corrections import note_correction
from hotline.errors import IllegalStep, InvalidInput
from hotline.intake import lane_for, lane_named
from hotline.lifecycle import Actor, Role
from hotline.models import Ticket, UnitReturn
from hotline.moves import Move, begin, clean
from hotline.store import clocks_of


def dispatch(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    unit_code: str,
    co_units: Sequence[str] = (),
    category: str | None = None,
    reason: str | None = None,
    now: datetime | None = None,
) -> Ticket:
    """派单: give the ticket to a unit; a ticket in final review needs a person and a reason.

    :raises InvalidInput: other than suggested, and no reason given.
    """
    move = begin(session, "dispatch", number, actor, expected_version, now)
    ticket = move.ticket
    if ticket.final_review and actor.role is Role.MACHINE:
        raise IllegalStep("这张工单已进入终审，要由人来定承办单位。", {"final_review": True})
    why = clean(
        reason, "终审理由" if ticket.final_review else "派单理由", required=ticket.final_review
    )
    if category:
        if category not in move.store.city.categories:
            raise InvalidInput(f"没有事项分类“{category[:40]}”。", {"field": "category"})
        ticket.category = category
        lane = lane_named(ticket.special, move.store.city)
        lane = lane or lane_for(ticket.text, category, move.store.city)
        ticket.special = lane.name if lane else None
    note_correction(move, unit_code, why)
    give_to(move, unit_code, co_units)
    ticket.dispatch_reason = why or None
    suggested = ticket.suggested_unit
    move.facts.update(
        category=ticket.category, suggested=suggested, as_suggested=suggested == unit_code
    )
    word = "终审派单" if ticket.final_review else "派单"
    text = f"{word}至{ticket.unit_name}" + (f"：{why}" if why else "")
    return move.finish(text, f"已派给{ticket.unit_name}。")


def redispatch(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    unit_code: str,
    reason: str,
    co_units: Sequence[str] = (),
    now: datetime | None = None,
) -> Ticket:
    """改派: take the ticket from its unit and give it to another.

    :raises InvalidInput: the new unit is the old one, or no reason was given.
    """
    move = begin(session, "redispatch", number, actor, expected_version, now)
    ticket = move.ticket
    why = clean(reason, "改派理由")
    if unit_code == ticket.unit_code:
        raise InvalidInput("改派的单位与现在的承办单位相同。", {"field": "unit_code"})
    old = ticket.unit_name
    move.facts["from_unit"] = ticket.unit_code
    note_correction(move, unit_code, why)
    give_to(move, unit_code, co_units)
    ticket.dispatch_reason = why
    return move.finish(f"由{old}改派至{ticket.unit_name}：{why}", f"已改由{ticket.unit_name}办理。")


def send_back(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    reason: str,
    note: str = "",
    now: datetime | None = None,
) -> Ticket:
    """退单: the unit sends the ticket back with a reason; after two the desk decides finally.

    :raises IllegalStep: too late, already decided finally, or a last-resort matter (办不成事).
    """
    move = begin(session, "return", number, actor, expected_version, now)
    ticket = move.ticket
    clocks = clocks_of(session)
    why, more = clean(reason, "退单理由"), clean(note, "说明", required=False)
    if ticket.final_review:
        raise IllegalStep("这张工单已经终审，不能再退，请办理。", {"final_review": True})
    lane = lane_named(ticket.special, move.store.city)
    if lane and not lane.returnable:
        raise IllegalStep(f"“{lane.name}”工单不能退，请办理。", {"special": lane.name})
    if ticket.return_due_at and move.now > ticket.return_due_at:
        raise IllegalStep(f"签收已超过{clocks.limit('return').text}，不能再退，请办理或申请延期。")
    unit, unit_name = str(ticket.unit_code), ticket.unit_name
    session.add(
        UnitReturn(
            ticket_id=ticket.id,
            at=move.now,
            unit_code=unit,
            category=ticket.category,
            reason=why,
            note=more,
        )
    )
    rollups.write(
        session, rollups.return_contribution(ticket, unit, ticket.category, move.now, clocks)
    )
    ticket.bounces += 1
    ticket.final_review = ticket.bounces >= clocks.rules.bounces_to_review
    ticket.unit_code = ticket.unit_name = ticket.dispatch_reason = None
    ticket.co_units = []
    note_co_units(session, ticket)
    ticket.dispatched_at = ticket.signed_at = ticket.return_due_at = None
    move.facts.update(unit=unit, bounces=ticket.bounces, final_review=ticket.final_review)
    text = f"{unit_name}退单：{why}" + (f"（{more}）" if more else "")
    text += "；已两次退单，进入终审" if ticket.final_review else ""
    return move.finish(text, "承办单位提出不属于其职责，热线正在重新确定承办单位。")


def review(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    reason: str,
    now: datetime | None = None,
) -> Ticket:
    """送终审: units would dispute it; who is named next must handle it and may not return it.

    :raises IllegalStep: it is in final review already.
    """
    move = begin(session, "review", number, actor, expected_version, now)
    why = clean(reason, "送终审的理由")
    if move.ticket.final_review:
        raise IllegalStep("这张工单已在终审。", {"final_review": True})
    move.ticket.final_review = True
    return move.finish(f"送终审：{why}", "承办单位有待商定，热线正在研究确定。")


def void(
    session: Session,
    number: str,
    actor: Actor,
    expected_version: int | None,
    *,
    reason: str,
    now: datetime | None = None,
) -> Ticket:
    """作废, with a reason the citizen can read."""
    move = begin(session, "void", number, actor, expected_version, now)
    why = clean(reason, "作废理由")
    move.ticket.voided_at = move.now
    return move.finish(f"作废：{why}", f"工单已作废：{why}")


def give_to(move: Move, unit_code: str, co_units: Sequence[str]) -> None:
    """Put the ticket in a unit's hands.

    :raises InvalidInput: there is no such unit.
    """
    ticket, store = move.ticket, move.store
    ticket.unit_code, ticket.unit_name = unit_code, store.unit_name(unit_code)
    ticket.co_units = [
        {"code": code, "name": store.unit_name(code)}
        for code in dict.fromkeys(co_units)
        if code != unit_code
    ]
    ticket.dispatched_at, ticket.signed_at, ticket.started_at = move.now, None, None
    ticket.return_due_at = None
    note_co_units(move.session, ticket)
    move.facts.update(unit=unit_code, co_units=[item["code"] for item in ticket.co_units])
