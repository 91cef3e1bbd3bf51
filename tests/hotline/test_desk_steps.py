"""Splitting, linking, repeats, final review, co-units, and what corrections teach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline.errors import IllegalStep, InvalidInput, NotAllowed, TicketNotFound
from hotline.lookup import find_ticket
from hotline.models import Correction
from hotline.queue import Filters, queue
from hotline.return_history import load_history
from hotline.tickets import dispatch, redispatch, send_back, sign, start, take_step, ticket_detail
from tests.hotline.hotline_cast import (
    CATEGORY,
    DISPATCHER,
    HANDLER,
    NOW,
    OTHER_HANDLER,
    OTHER_UNIT,
    UNIT,
)

SUGGESTED = {
    "categories": [{"name": CATEGORY, "probability": 0.9}],
    "unit": {"code": UNIT, "name": "某街道办"},
    "co_units": [],
    "confidence": 0.9,
    "dial": "one_click",
    "evidence": {},
    "digests": {},
}


def step(session, ticket, name, actor=DISPATCHER, **data):
    number = ticket.number
    found = find_ticket(session, number)
    return take_step(session, name, number, actor, found.version, data, NOW)


def test_another_unit_than_suggested_needs_a_reason_and_is_kept_as_a_correction(store, make):
    with store.session() as session:
        ticket = make(session, suggestion=SUGGESTED)
        with pytest.raises(InvalidInput, match="原因"):
            dispatch(session, ticket.number, DISPATCHER, None, unit_code=OTHER_UNIT, now=NOW)
        dispatch(
            session,
            ticket.number,
            DISPATCHER,
            None,
            unit_code=OTHER_UNIT,
            reason="属地不对",
            now=NOW,
        )
        kept = session.query(Correction).one()
        assert (kept.suggested_unit, kept.unit_code, kept.reason) == (UNIT, OTHER_UNIT, "属地不对")


def test_another_category_than_suggested_needs_a_reason_too(lite, make):
    with lite.session() as session:
        number = make(session, suggestion=SUGGESTED).number
        other = next(name for name in lite.city.categories if name != CATEGORY)
        with pytest.raises(InvalidInput, match="原因"):
            dispatch(
                session, number, DISPATCHER, None, unit_code=UNIT, category=other, now=NOW
            )  # fmt: skip
        assert (
            dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=NOW).unit_code == UNIT
        )
        assert session.query(Correction).count() == 0


def test_a_correction_teaches_once_the_unit_has_taken_the_ticket_up(lite, make):
    later = NOW + timedelta(days=1)
    with lite.session() as session:
        number = make(session, suggestion=SUGGESTED, district="天河区").number
        dispatch(
            session,
            number,
            DISPATCHER,
            None,
            unit_code=OTHER_UNIT,
            reason="职责不在该单位",
            now=NOW,
        )
        assert load_history(session, later).flow(UNIT, CATEGORY, "天河区") == {}
        sign(session, number, OTHER_HANDLER, None, now=NOW)
        start(session, number, OTHER_HANDLER, None, now=NOW)
        learned = load_history(session, later).flow(UNIT, CATEGORY, "天河区")
        assert learned == {OTHER_UNIT: pytest.approx(1 / 3)}


def test_a_correction_that_came_back_teaches_nothing(lite, make):
    with lite.session() as session:
        number = make(session, suggestion=SUGGESTED, district="天河区").number
        dispatch(
            session, number, DISPATCHER, None, unit_code=OTHER_UNIT, reason="属地不对", now=NOW
        )
        sign(session, number, OTHER_HANDLER, None, now=NOW)
        send_back(session, number, OTHER_HANDLER, None, reason="不属本辖区", now=NOW)
        dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=NOW)
        assert load_history(session, NOW + timedelta(days=1)).flow(UNIT, CATEGORY, "天河区") == {}


def test_a_split_makes_tickets_that_keep_person_place_and_receipt(store, make):
    with store.session() as session:
        origin = make(session, "路灯坏了，楼下还有油烟", place="石牌东路", phone="13800001234")
        step(session, origin, "split", parts=[{"text": "楼下油烟很大", "category": CATEGORY}])
        detail = ticket_detail(session, origin.number, DISPATCHER, NOW)
        link = detail.links[0]
        assert link.kind == "split_into"
        child = find_ticket(session, link.number)
        assert (child.text, child.category, child.place) == ("楼下油烟很大", CATEGORY, "石牌东路")
        assert child.received_at == origin.received_at
        assert child.contact_masked == origin.contact_masked
        other_side = ticket_detail(session, child.number, DISPATCHER, NOW)
        assert [each.kind for each in other_side.links] == ["split_off"]
        assert [each.number for each in other_side.same_person] == [origin.number]


def test_a_repeat_is_linked_or_merged_into_an_open_ticket(store, make):
    with store.session() as session:
        first, again, third = (make(session) for _ in range(3))
        assert step(session, again, "repeat", other=first.number).status == "待派单"
        merged = step(session, third, "repeat", other=first.number, merge=True)
        assert merged.status == "已作废"
        kinds = [each.kind for each in ticket_detail(session, first.number, DISPATCHER).links]
        assert kinds == ["repeated_by", "repeated_by"]
        with pytest.raises(IllegalStep, match="不能并入"):
            step(session, make(session), "repeat", other=third.number, merge=True)


def test_a_ticket_is_linked_once_and_never_with_itself_or_one_out_of_sight(lite, make):
    with lite.session() as session:
        first, second = make(session, district="天河区"), make(session, district="越秀区")
        step(session, first, "link", other=second.number)
        with pytest.raises(InvalidInput, match="已经关联"):
            step(session, second, "link", other=first.number)
        with pytest.raises(InvalidInput, match="自己"):
            step(session, first, "link", other=first.number)
        scoped = type(DISPATCHER)("d2", DISPATCHER.role, scope="天河区")
        assert ticket_detail(session, first.number, scoped).links == []
        third = make(session, district="天河区")
        with pytest.raises(TicketNotFound):
            step(session, third, "link", scoped, other=second.number)


def test_after_final_review_the_named_unit_may_not_return(store, make):
    with store.session() as session:
        ticket = make(session)
        step(session, ticket, "review", reason="职责交叉")
        with pytest.raises(IllegalStep, match="已在终审"):
            step(session, ticket, "review", reason="职责交叉")
        with pytest.raises(InvalidInput, match="终审理由"):
            step(session, ticket, "dispatch", unit_code=UNIT)
        step(session, ticket, "dispatch", unit_code=UNIT, reason="按三定方案")
        step(session, ticket, "sign", HANDLER)
        with pytest.raises(IllegalStep, match="终审"):
            step(session, ticket, "return", HANDLER, reason="不属本单位职责")


def test_a_co_unit_sees_the_ticket_adds_its_part_and_the_lead_closes(store, make):
    with store.session() as session:
        ticket = make(session)
        step(session, ticket, "dispatch", unit_code=UNIT, co_units=[OTHER_UNIT])
        detail = ticket_detail(session, ticket.number, OTHER_HANDLER, NOW)
        assert detail.allowed_steps == ["contribute"]
        with pytest.raises(NotAllowed):
            step(session, ticket, "sign", OTHER_HANDLER)
        with pytest.raises(NotAllowed):
            step(session, ticket, "close", OTHER_HANDLER, reply="已办")
        with pytest.raises(NotAllowed):
            step(session, ticket, "contribute", HANDLER, part="主办不是协办")
        step(session, ticket, "contribute", OTHER_HANDLER, part="已到现场测过噪声，超标 6 分贝。")
        shown = ticket_detail(session, ticket.number, HANDLER, NOW)
        assert [part.part for part in shown.co_parts] == ["已到现场测过噪声，超标 6 分贝。"]
        step(session, ticket, "sign", HANDLER)
        step(session, ticket, "start", HANDLER)
        assert step(session, ticket, "close", HANDLER, reply="已处理").status == "已办结"


def test_a_unit_no_longer_asked_for_help_no_longer_sees_the_ticket(lite, make):
    with lite.session() as session:
        ticket = make(session)
        step(session, ticket, "dispatch", unit_code=UNIT, co_units=[OTHER_UNIT])
        assert queue(session, OTHER_HANDLER, Filters(helping=True)).total == 1
        assert queue(session, OTHER_HANDLER, Filters(helping=False)).total == 0
        street = next(unit.code for unit in lite.city.units if unit.code not in {UNIT, OTHER_UNIT})
        redispatch(
            session, ticket.number, DISPATCHER, None, unit_code=street, reason="属地不对", now=NOW
        )
        assert queue(session, OTHER_HANDLER).total == 0


def test_neighbours_out_of_sight_are_left_out_of_the_evidence(lite, make):
    with lite.session() as session:
        near = make(session, district="越秀区").number
        seen = make(session, district="天河区").number
        neighbours = [{"number": number, "title": "t"} for number in (near, seen)]
        reading = {**SUGGESTED, "evidence": {"neighbours": neighbours}, "repeat_of": near}
        number = make(session, suggestion=reading, district="天河区").number
        scoped = type(DISPATCHER)("d2", DISPATCHER.role, scope="天河区")
        shown = ticket_detail(session, number, scoped, NOW).suggestion
        assert [each["number"] for each in shown["evidence"]["neighbours"]] == [seen]
        assert shown["repeat_of"] is None


def test_doubtful_tickets_come_before_sure_ones_unless_time_presses(lite, make):
    with lite.session() as session:
        sure = make(session, suggestion={**SUGGESTED, "dial": "auto"})
        doubtful = make(session, suggestion={**SUGGESTED, "dial": "human"})
        pressing = make(
            session,
            suggestion={**SUGGESTED, "dial": "auto"},
            received_at=NOW - timedelta(hours=21),
        )
        danger = make(session, suggestion={**SUGGESTED, "safety": {"kind": "燃气泄漏"}})
        order = [
            row.number for row in queue(session, None, Filters(status="待派单"), now=NOW).items
        ]
        assert order == [danger.number, pressing.number, doubtful.number, sure.number]
