"""A ticket's whole life, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline import ledger
from hotline.lifecycle import Actor, Role
from hotline.store import Ticket, TicketEvent, UnitReturn
from hotline.tickets import (
    IllegalStep,
    InvalidInput,
    NotAllowed,
    TicketNotFound,
    VersionConflict,
    add_to,
    call_back,
    close,
    dispatch,
    extend,
    find_ticket,
    progress,
    rate,
    redispatch,
    reopen,
    send_back,
    sign,
    start,
    supervise,
    take_step,
    void,
)
from tests.hotline.hotline_cast import (
    AGENT,
    CATEGORY,
    CITIZEN,
    DISPATCHER,
    HANDLER,
    MANAGER,
    NOW,
    OTHER_HANDLER,
    OTHER_UNIT,
    UNIT,
)

HOUR = timedelta(hours=1)


def handled(session, number, *, handler=HANDLER, unit=UNIT, now=NOW):
    """Bring a pending ticket to 办理中."""
    dispatch(session, number, DISPATCHER, None, unit_code=unit, category=CATEGORY, now=now)
    sign(session, number, handler, None, now=now)
    return start(session, number, handler, None, now=now)


def test_a_ticket_lives_from_receipt_to_rating(store, make):
    with store.session() as session:
        number = make(session, phone="13800001234").number
    with store.session() as session:
        dispatched = dispatch(
            session, number, DISPATCHER, 1, unit_code=UNIT, co_units=[OTHER_UNIT], now=NOW
        )
        assert (dispatched.status, dispatched.version) == ("已派单", 2)
        assert [unit["code"] for unit in dispatched.co_units] == [OTHER_UNIT]
    with store.session() as session:
        sign(session, number, HANDLER, 2, now=NOW)
        start(session, number, HANDLER, 3, now=NOW)
        close(session, number, HANDLER, 4, reply="已责令整改，联系人电话13800005678。", now=NOW)
        call_back(session, number, AGENT, 5, solved=True, note="满意", now=NOW)
        rate(session, number, CITIZEN, score=5, text="很快", now=NOW)
    with store.session(read_only=True) as session:
        ticket = find_ticket(session, number)
        assert (ticket.status, ticket.version, ticket.rating) == ("已回访", 7, 5)
        assert "13800005678" not in ticket.reply
        told = progress(session, ticket, NOW)
        assert [line.text for line in told.timeline][:2] == [
            "您的诉求已受理。",
            f"已派给{ticket.unit_name}。",
        ]
        assert not told.can_rate
        assert told.can_reopen
        assert told.due_text == "按时办结"
        steps = session.scalars(select(TicketEvent.step).order_by(TicketEvent.id)).all()
        assert steps == ["receive", "dispatch", "sign", "start", "close", "callback", "rate"]
        assert ledger.verify(session).ok


def test_two_clerks_cannot_both_dispatch_one_ticket(store, make):
    with store.session() as session:
        numbers = [make(session).number for _ in range(5)]
    for number in numbers:
        results: list[str] = []
        gate = threading.Barrier(2)

        def clerk(unit, name, number=number, results=results, gate=gate):
            gate.wait()
            try:
                with store.session() as session:
                    actor = Actor(name, Role.DISPATCHER)
                    dispatch(session, number, actor, 1, unit_code=unit, now=NOW)
                results.append(unit)
            except VersionConflict:
                results.append("conflict")

        threads = [
            threading.Thread(target=clerk, args=(unit, f"clerk-{n}"))
            for n, unit in enumerate((UNIT, OTHER_UNIT))
        ]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert sorted(results).count("conflict") == 1
        winner = next(result for result in results if result != "conflict")
        with store.session(read_only=True) as session:
            ticket = find_ticket(session, number)
            assert (ticket.unit_code, ticket.version) == (winner, 2)


def test_many_threads_get_different_numbers_and_an_unbroken_ledger(store, make):
    def agent():
        for _ in range(5):
            with store.session() as session:
                make(session)

    threads = [threading.Thread(target=agent) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with store.session(read_only=True) as session:
        numbers = session.scalars(select(Ticket.number).order_by(Ticket.number)).all()
        assert numbers == [f"GZ20260302-{n:06d}" for n in range(1, 21)]
        check = ledger.verify(session)
        assert (check.ok, check.entries) == (True, 20)


def test_a_stale_version_is_refused_and_nothing_changes(store, make):
    with store.session() as session:
        number = make(session).number
        dispatch(session, number, DISPATCHER, 1, unit_code=UNIT, now=NOW)
    with pytest.raises(VersionConflict, match="刷新"), store.session() as session:
        void(session, number, MANAGER, 1, reason="重复", now=NOW)
    with store.session(read_only=True) as session:
        assert find_ticket(session, number).status == "已派单"


def test_a_unit_may_return_within_three_working_hours_of_signing(lite, make):
    with lite.session() as session:
        number = make(session).number
        dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=NOW)
        sign(session, number, HANDLER, None, now=NOW)
        with pytest.raises(IllegalStep, match="3 个工作小时"):
            send_back(session, number, HANDLER, None, reason="非我单位职责", now=NOW + 6 * HOUR)
        back = send_back(session, number, HANDLER, None, reason="非我单位职责", now=NOW + 2 * HOUR)
        assert (back.status, back.unit_code, back.bounces) == ("待派单", None, 1)
        assert back.stage_due_at == NOW + 26 * HOUR


def test_two_bounces_lead_to_final_review_which_is_binding(lite, make):
    with lite.session() as session:
        number = make(session).number
        for unit, handler in ((UNIT, HANDLER), (OTHER_UNIT, OTHER_HANDLER)):
            dispatch(session, number, DISPATCHER, None, unit_code=unit, now=NOW)
            sign(session, number, handler, None, now=NOW)
            ticket = send_back(session, number, handler, None, reason="不归我们管", now=NOW)
        assert ticket.final_review
        with pytest.raises(InvalidInput, match="终审理由"):
            dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=NOW)
        machine = Actor("machine", Role.MACHINE)
        with pytest.raises(IllegalStep, match="由人"):
            dispatch(session, number, machine, None, unit_code=UNIT, now=NOW)
        dispatch(session, number, MANAGER, None, unit_code=UNIT, reason="按职责表", now=NOW)
        sign(session, number, HANDLER, None, now=NOW)
        with pytest.raises(IllegalStep, match="终审"):
            send_back(session, number, HANDLER, None, reason="还是不管", now=NOW)
        start(session, number, HANDLER, None, now=NOW)
        close(session, number, HANDLER, None, reply="已处理。", now=NOW)
        taken = session.scalars(select(UnitReturn.taken_by)).all()
        assert taken == [UNIT, UNIT]


def test_a_last_resort_matter_cannot_be_returned_and_goes_on_top(lite, make):
    with lite.session() as session:
        ticket = make(session, "窗口来回跑都办不成，这是办不成事的问题")
        assert (ticket.special, ticket.priority) == ("办不成事", 1)
        dispatch(session, ticket.number, DISPATCHER, None, unit_code=UNIT, now=NOW)
        sign(session, ticket.number, HANDLER, None, now=NOW)
        with pytest.raises(IllegalStep, match="不能退"):
            send_back(session, ticket.number, HANDLER, None, reason="难办", now=NOW)


def test_a_redispatch_needs_a_reason_and_another_unit(lite, make):
    with lite.session() as session:
        number = make(session).number
        handled(session, number)
        with pytest.raises(InvalidInput, match="改派理由"):
            redispatch(session, number, DISPATCHER, None, unit_code=OTHER_UNIT, reason=" ")
        with pytest.raises(InvalidInput, match="相同"):
            redispatch(session, number, DISPATCHER, None, unit_code=UNIT, reason="改派")
        moved = redispatch(
            session, number, DISPATCHER, None, unit_code=OTHER_UNIT, reason="跨区", now=NOW
        )
        assert (moved.status, moved.unit_code, moved.signed_at) == ("已派单", OTHER_UNIT, None)
        with pytest.raises(TicketNotFound):
            sign(session, number, HANDLER, None)


def test_an_extension_is_granted_once_and_moves_the_deadline_by_working_days(lite, make):
    with lite.session() as session:
        ticket = make(session)
        before, number = ticket.due_at, ticket.number
        handled(session, number)
        with pytest.raises(InvalidInput, match="1 到 15"):
            extend(session, number, HANDLER, None, days=16, reason="需要检测", now=NOW)
        later = extend(session, number, HANDLER, None, days=5, reason="需要检测", now=NOW)
        assert later.due_at == lite.clocks.add_workdays(before, 5)
        with pytest.raises(IllegalStep, match="延期过一次"):
            extend(session, number, HANDLER, None, days=1, reason="还要", now=NOW)


def test_a_reopened_ticket_is_a_child_with_the_same_unit(store, make):
    with store.session() as session:
        number = make(session, title="烧烤店扰民").number
        handled(session, number)
        close(session, number, HANDLER, None, reply="已处理。", now=NOW)
    with store.session() as session:
        child = reopen(session, number, CITIZEN, reason="晚上又来了", now=NOW + 48 * HOUR)
        assert (child.status, child.unit_code) == ("已派单", UNIT)
        assert child.number == "GZ20260304-000001"
        assert "晚上又来了" in child.text
        with pytest.raises(IllegalStep, match=child.number):
            reopen(session, number, CITIZEN, reason="再来一次")
    with store.session(read_only=True) as session:
        parent = find_ticket(session, number)
        assert parent.status == "已办结"
        again = find_ticket(session, child.number)
        assert again.parent_id == parent.id
        assert progress(session, again, NOW).why_unit == f"承接原工单 {number}"
        assert ledger.verify(session).ok


def test_additions_and_supervision_are_told_to_the_citizen_masked(lite, make):
    with lite.session() as session:
        number = make(session).number
        add_to(session, number, CITIZEN, text="我电话换成13800004321了", now=NOW)
        ticket = supervise(session, number, MANAGER, None, note="尽快派", now=NOW)
        lines = [line.text for line in progress(session, ticket, NOW).timeline]
        assert lines[1:] == ["您补充了：我电话换成138****4321了", "热线已督促承办单位办理。"]


def test_a_rating_is_given_once_and_only_for_finished_tickets(lite, make):
    with lite.session() as session:
        number = make(session).number
        with pytest.raises(IllegalStep):
            rate(session, number, CITIZEN, score=5)
        handled(session, number)
        close(session, number, HANDLER, None, reply="好了。", now=NOW)
        with pytest.raises(InvalidInput):
            rate(session, number, CITIZEN, score=6)
        rate(session, number, CITIZEN, score=2, now=NOW)
        with pytest.raises(IllegalStep, match="评价过"):
            rate(session, number, CITIZEN, score=5)


def test_an_unknown_unit_is_refused_in_one_sentence(lite, make):
    with lite.session() as session:
        number = make(session).number
        with pytest.raises(InvalidInput, match="no-such-unit"):
            dispatch(session, number, DISPATCHER, None, unit_code="no-such-unit")


def test_a_step_by_name_checks_its_fields(lite, make):
    with lite.session() as session:
        number = make(session).number
        with pytest.raises(InvalidInput, match="unit_code"):
            take_step(session, "dispatch", number, DISPATCHER, 1, {})
        with pytest.raises(InvalidInput, match="now"):
            take_step(session, "dispatch", number, DISPATCHER, 1, {"unit_code": UNIT, "now": 1})
        with pytest.raises(IllegalStep, match="rate"):
            take_step(session, "rate", number, CITIZEN, 1, {"score": 5})
        ticket = take_step(session, "dispatch", number, DISPATCHER, 1, {"unit_code": UNIT}, NOW)
        assert ticket.status == "已派单"


def test_a_citizen_cannot_take_a_desk_step(lite, make):
    with lite.session() as session:
        number = make(session).number
        with pytest.raises(NotAllowed):
            dispatch(session, number, CITIZEN, 1, unit_code=UNIT)
