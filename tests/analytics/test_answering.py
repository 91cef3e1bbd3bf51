from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from analytics.answering import answer_all, dispatch_all
from analytics.consolidation import consolidate
from analytics.groups import GroupNotFound, find_group, list_groups, standings
from analytics.recurrence import recurrence
from analytics.tables import GroupRow, LineageRow
from hotline.errors import InvalidInput, NotAllowed
from hotline.ledger import verify
from hotline.lifecycle import Actor, Role, Status
from hotline.store import LedgerEntry, Store, Ticket
from hotline.tickets import rate
from tests.analytics.neighbourhood import NOW, file_alone, file_matter

UNIT = "tianhe-shipai"
DISPATCHER = Actor("dispatcher", Role.DISPATCHER)
HANDLER = Actor("unit", Role.UNIT_HANDLER, unit=UNIT)
STRANGER = Actor("other", Role.UNIT_HANDLER, unit="yuexiu-beijing")
REPLY = "经夜间检查，恒固搅拌站已停工整改，今后 22 时至次日 6 时不再作业。"


@pytest.fixture
def group(store: Store) -> str:
    """Six people, one mixing plant; one of the tickets already lies with another unit."""
    with store.session() as session:
        file_alone(session, NOW - timedelta(days=4))
        tickets = file_matter(session, "mixer", NOW - timedelta(days=3))
    consolidate(store, NOW)
    with store.session() as session:
        name = session.scalar(select(GroupRow.id))
        dispatch_all(
            session, name, "yuexiu-beijing", "先到的单", DISPATCHER, [tickets[0].number], NOW
        )
    return name


def sent_out(store: Store, group: str) -> None:
    with store.session() as session:
        outcomes = dispatch_all(session, group, UNIT, "同一搅拌站，一并核查", DISPATCHER, now=NOW)
    assert [one.done for one in outcomes] == [True] * 5


def test_one_reply_closes_everybodys_ticket_with_its_own_clock_and_survey(store: Store, group: str):
    sent_out(store, group)
    with store.session() as session:
        outcomes = answer_all(session, group, REPLY, HANDLER, now=NOW)
    assert len(outcomes) == 5
    assert all(one.done and one.status == Status.CLOSED for one in outcomes)
    with store.session() as session:
        closed = list(session.scalars(select(Ticket).where(Ticket.status == Status.CLOSED)))
        assert {one.reply for one in closed} == {REPLY}
        assert len({one.received_at for one in closed}) == 5
        assert all(one.signed_at and one.started_at and one.due_at for one in closed)
        owner = Actor(closed[0].citizen_id or "", Role.CITIZEN, proven=closed[0].number)
        assert rate(session, closed[0].number, owner, score=5).rating == 5
        assert standings(session, [group])[group]["states"] == [
            {"name": "已办结", "count": 5},
            {"name": "已派单", "count": 1},
        ]
        events = list(session.scalars(select(LineageRow.text).where(LineageRow.group_id == group)))
        assert "5 件一并办结并逐件答复" in events
        kinds = list(session.scalars(select(LedgerEntry.kind)))
        assert kinds.count("close") == 5
        assert kinds.count("group_answered") == 1
        assert verify(session).ok


def test_a_unit_closes_only_its_own_and_only_named_tickets(store: Store, group: str):
    sent_out(store, group)
    with store.session() as session:
        outcomes = answer_all(session, group, REPLY, STRANGER, now=NOW)
        assert len(outcomes) == 1
        mine = list(session.scalars(select(Ticket.number).where(Ticket.unit_code == UNIT)))
        with pytest.raises(InvalidInput):
            answer_all(session, group, REPLY, STRANGER, [mine[0]], now=NOW)
        assert len(answer_all(session, group, REPLY, HANDLER, mine[:2], now=NOW)) == 2


def test_nobody_but_a_unit_with_a_ticket_may_answer(store: Store, group: str):
    with store.session() as session:
        with pytest.raises(NotAllowed):
            answer_all(session, group, REPLY, DISPATCHER, now=NOW)
        with pytest.raises(GroupNotFound):
            answer_all(session, group, REPLY, HANDLER, now=NOW)
        with pytest.raises(InvalidInput):
            answer_all(session, group, "  ", STRANGER, now=NOW)


def test_a_unit_sees_the_groups_it_has_a_ticket_in(store: Store, group: str):
    with store.session(read_only=True) as session:
        assert list_groups(session, STRANGER).total == 1
        assert list_groups(session, HANDLER).total == 0
        assert find_group(session, group, STRANGER).id == group


def test_a_group_is_found_by_its_ticket_and_by_words_of_its_title(store: Store, group: str):
    with store.session(read_only=True) as session:
        number = session.scalar(select(Ticket.number).where(Ticket.text.contains("粉尘飘进")))
        assert [row.id for row in list_groups(session, None, ticket=number).items] == [group]
        assert [row.id for row in list_groups(session, None, words="搅拌站").items] == [group]
        assert list_groups(session, None, words="百分号%").items == []
        assert list_groups(session, DISPATCHER, followed=True).items == []


def test_a_matter_that_comes_back_after_closing_counts_against_the_unit(store: Store, group: str):
    sent_out(store, group)
    with store.session() as session:
        answer_all(session, group, REPLY, HANDLER, now=NOW)
        file_matter(session, "mixer", NOW + timedelta(days=2), count=1, first=6)
    later = NOW + timedelta(days=3)
    consolidate(store, later)
    with store.session(read_only=True) as session:
        units, groups = recurrence(session, NOW - timedelta(days=1), later)
        assert [(one.code, one.closed, one.recurred, one.share) for one in units] == [
            (UNIT, 5, 5, 1.0)
        ]
        assert [(one.group, one.recurred) for one in groups] == [(group, 5)]
        assert recurrence(session, NOW - timedelta(days=1), later, "从化区") == ([], [])
        assert recurrence(session, later, later) == ([], [])
