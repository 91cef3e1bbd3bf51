"""Making, finding and listing tickets; who sees what; whom to call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.lifecycle import Actor, Role
from hotline.overview import by_unit, period
from hotline.store import Contact, LedgerEntry, Ticket
from hotline.tallies import Place
from hotline.tickets import (
    Filters,
    InvalidInput,
    NotAllowed,
    TicketNotFound,
    close,
    dispatch,
    find_ticket,
    lookup_ticket,
    my_tickets,
    overview,
    progress,
    queue,
    rate,
    rows,
    sign,
    start,
    ticket_detail,
    unmask,
)
from tests.hotline.hotline_cast import CATEGORY, CITIZEN, DISPATCHER, HANDLER, MANAGER, NOW, UNIT

SUGGESTION = {
    "categories": [{"name": CATEGORY, "probability": 0.91}],
    "appeal_type": {"name": "投诉", "probability": 0.88},
    "urgency": {"level": "较急", "reasons": []},
    "place": {"text": "石牌村", "district": "天河区", "street": "石牌街道", "candidates": []},
    "unit": {"code": UNIT, "name": "某街道办"},
    "co_units": [],
    "confidence": 0.93,
    "dial": "one_click",
    "dial_reason": "",
    "evidence": {"duty": {"clause": "街道负责占道经营日常管理", "basis": "三定方案"}},
    "safety": None,
    "digests": {"model": "m1", "rules": "r1", "dictionary": "d1", "input": "i1"},
}


def test_personal_data_goes_to_the_vault_and_nowhere_else(store, make):
    with store.session() as session:
        number = make(
            session,
            "我叫王小明，电话13800001234，车粤A12345被堵",
            title="找13800001234",
            name="王小明",
        ).number
    with store.session(read_only=True) as session:
        ticket = find_ticket(session, number)
        stored = " ".join(str(value) for value in vars(ticket).values())
        sealed = session.scalars(select(Contact.sealed)).one()
        entries = " ".join(session.scalars(select(LedgerEntry.content)))
        for secret in ("13800001234", "王小明", "粤A12345"):
            assert secret not in stored + sealed + entries
        assert ticket.contact_masked == "138****1234"
        data = store.vault.open(sealed)
        assert (data.phone, data.name) == ("13800001234", "王小明")


def test_unmasking_needs_a_role_and_a_reason_and_is_recorded(store, make):
    with store.session() as session:
        number = make(session, phone="13800001234", name="王小明").number
        with pytest.raises(NotAllowed, match="理由"):
            unmask(session, number, DISPATCHER, " ")
        with pytest.raises(NotAllowed, match="角色"):
            unmask(session, number, Actor("auditor", Role.AUDITOR), "看看")
        assert unmask(session, number, DISPATCHER, "回访", NOW).phone == "13800001234"
        last = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
        assert (last.kind, last.actor, last.ticket) == ("unmask", "dispatcher", number)
        history = ticket_detail(session, number, DISPATCHER, NOW).history
        assert history[-1].text == "查看联系方式：回访"


def test_a_ticket_is_found_by_number_and_last_four_digits_only_together(lite, make):
    with lite.session() as session:
        number = make(session, phone="138 0000 1234").number
        plain = make(session).number
        assert lookup_ticket(session, number.lower(), "1234").number == number
        for wrong in ((number, "1235"), (number, ""), (plain, "1234"), ("GZ1", "1234")):
            with pytest.raises(TicketNotFound, match="对不上"):
                lookup_ticket(session, *wrong)


def test_the_same_phone_gives_the_same_citizen_key(lite, make):
    with lite.session() as session:
        keys = [
            make(session, phone=phone).citizen_key
            for phone in ("13800001234", "+86 138 0000 1234", "13800001235")
        ]
        assert keys[0] == keys[1] != keys[2]


def test_a_suggestion_fills_what_nobody_has_said(lite, make):
    with lite.session() as session:
        ticket = make(session, suggestion=SUGGESTION, appeal_type=None, district="越秀区")
        assert ticket.category == CATEGORY
        assert (ticket.appeal_type, ticket.urgency) == ("投诉", "较急")
        assert (ticket.district, ticket.street) == ("越秀区", "石牌街道")
        assert (ticket.suggested_unit, ticket.confidence, ticket.dial) == (UNIT, 0.93, "one_click")
        given = dispatch(session, ticket.number, DISPATCHER, 1, unit_code=UNIT, now=NOW)
        assert (
            progress(session, given, NOW).why_unit == "街道负责占道经营日常管理（依据：三定方案）"
        )
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "suggest")).one()
        assert '"model":"m1"' in entry.content


@pytest.mark.parametrize(
    "fields",
    [{"text": "  "}, {"appeal_type": "骂人"}, {"urgency": "十万火急"}, {"category": "没有/这类"},
     {"channel": "x" * 121}, {"text": "长" * 20_001}],
)  # fmt: skip
def test_a_matter_that_cannot_be_a_ticket_is_refused_with_a_sentence(lite, make, fields):
    with lite.session() as session, pytest.raises(InvalidInput) as refusal:
        make(session, **fields)
    assert refusal.value.message.endswith("。")


def test_everybody_sees_only_what_is_theirs(store, make):
    with store.session() as session:
        mine = make(session, district="天河区").number
        other = make(session, district="越秀区", citizen_id="citizen-2").number
        dispatch(session, other, DISPATCHER, 1, unit_code=UNIT, now=NOW)
    scoped = Actor("dispatcher-th", Role.DISPATCHER, scope="天河区")
    editor = Actor("editor", Role.KNOWLEDGE_EDITOR)
    proven = Actor("citizen-3", Role.CITIZEN, proven=mine)
    seen = {
        CITIZEN: [mine],
        scoped: [mine],
        HANDLER: [other],
        Actor("nobody", Role.UNIT_HANDLER): [],
        editor: [],
        proven: [mine],
        MANAGER: [mine, other],
        None: [mine, other],
    }
    with store.session(read_only=True) as session:
        for actor, numbers in seen.items():
            page = queue(session, actor, order="oldest")
            assert [ticket.number for ticket in page.items] == numbers
            assert page.total == len(numbers)
            for number in {mine, other} - set(numbers):
                with pytest.raises(TicketNotFound):
                    find_ticket(session, number, actor)
        assert [ticket.number for ticket in my_tickets(session, "citizen-1")] == [mine]


def test_the_queue_filters_orders_pages_and_counts_in_one_go(store, make):
    with store.session() as session:
        for n in range(7):
            make(session, f"第{n}件事", urgency="紧急" if n == 5 else None, category=CATEGORY)
        make(session, "燃气泄漏", safety="gas")
        number = make(session, "100%_确定", district="天河区").number
        dispatch(session, number, DISPATCHER, 1, unit_code=UNIT, now=NOW)
    with store.session(read_only=True) as session:
        page = queue(session, MANAGER, page=1, size=3, now=NOW)
        assert [ticket.text for ticket in page.items] == ["燃气泄漏", "第5件事", "第0件事"]
        assert page.total == 9
        assert page.counts["待派单"] == 8
        assert page.counts["已派单"] == 1
        assert len(queue(session, MANAGER, page=3, size=4).items) == 1
        for filters, count in (
            (Filters(status="已派单"), 1),
            (Filters(category="城市管理"), 7),
            (Filters(category=CATEGORY, urgency="紧急"), 1),
            (Filters(q="%_"), 1),
            (Filters(q="燃气 泄漏"), 1),
            (Filters(q=number), 1),
            (Filters(district="天河区"), 1),
            (Filters(unit=UNIT), 1),
            (Filters(overdue=True), 0),
        ):
            assert queue(session, MANAGER, filters, now=NOW).total == count, filters
        late = NOW + timedelta(days=60)
        assert queue(session, MANAGER, Filters(overdue=True), now=late).total == 9
        row = rows(session, queue(session, MANAGER, Filters(q=number)), NOW)[0]
        assert row.unit.code == UNIT
        assert row.due_text.startswith("还有 15 个工作日")
        assert row.created_at.isoformat() == "2026-03-02T10:00:00+08:00"


@pytest.mark.parametrize("wrong", [{"order": "size"}, {"page": 0}, {"size": 201}])
def test_a_wrong_page_or_order_is_refused(lite, wrong):
    with lite.session(read_only=True) as session, pytest.raises(InvalidInput):
        queue(session, MANAGER, **wrong)


def test_the_detail_shows_history_spans_and_what_may_be_done(lite, make):
    with lite.session() as session:
        number = make(session, "天河区石牌街道有人占道经营", suggestion=SUGGESTION).number
        detail = ticket_detail(session, number, DISPATCHER, NOW)
        assert detail.allowed_steps == [
            "dispatch", "void", "supervise", "review", "split", "repeat", "link",
        ]  # fmt: skip
        assert [entry.actor for entry in detail.history] == ["市民"]
        assert any(span.kind == "place" for span in detail.spans)
        assert detail.progress.number == number


def test_the_overview_counts_what_happened(store, make):
    with store.session() as session:
        for day, rating in ((0, 5), (1, 2), (2, None)):
            now = NOW + timedelta(days=day)
            number = make(session, district="天河区", category=CATEGORY, now=now).number
            dispatch(session, number, DISPATCHER, None, unit_code=UNIT, now=now)
            sign(session, number, HANDLER, None, now=now)
            start(session, number, HANDLER, None, now=now)
            if rating:
                closing = now + timedelta(hours=5)
                close(session, number, HANDLER, None, reply="好了。", now=closing)
                rate(session, number, CITIZEN, score=rating, now=closing)
    with store.session(read_only=True) as session:
        told = overview(session, 7, now=NOW + timedelta(days=3))
        expected = {
            "received": 3, "closed": 2, "unfinished": 1, "overdue": 0, "returned": 0, "reopened": 0,
            "satisfaction": 0.5, "handling": 5.5, "in_air": 0, "passed_on": 0,
        }  # fmt: skip
        assert {name: told.totals[name] for name in expected} == expected
        assert told.compare["received"] == told.compare["unfinished"] == 0
        assert told.by_category == [{"category": CATEGORY, "count": 3}]
        assert told.by_district == [{"district": "天河区", "count": 3}]
        week = period(store, 7, NOW + timedelta(days=3))
        assert by_unit(session, store, Place(), week)[0].figures["handling"] == 5.5
        assert [day.received for day in told.by_day] == [0, 0, 0, 1, 1, 1, 0]
        assert sum(cell["count"] for cell in told.by_weekday_hour if cell["hour"] == 10) == 3
        assert "from" in told.model_dump(by_alias=True)["period"]
        narrow = overview(session, 7, now=NOW + timedelta(days=3), category=CATEGORY.split("/")[0])
        assert narrow.totals["received"] == narrow.by_district[0]["count"] == 3
        assert narrow.totals["unfinished"] == 1
        much_later = overview(session, 40, now=NOW + timedelta(days=35))
        assert much_later.totals["overdue"] == 1
        assert much_later.totals["on_time"] == round(2 / 3, 4)
        assert overview(session, 7, "越秀区", now=NOW).totals["received"] == 0


def test_urgent_matters_in_danger_come_before_everything(lite, make):
    with lite.session() as session:
        assert make(session, safety="gas").priority == 0
        assert session.scalars(select(Ticket.safety)).one() == "gas"
