"""The demo archive: real steps, right figures, marked, repeatable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hotline import ledger, rollups
from hotline.city import load_city
from hotline.demo import make_demo
from hotline.demo_data import read_lines, read_matters
from hotline.errors import InvalidInput
from hotline.models import DailyRollup, LedgerEntry, Ticket, TicketEvent, UnitReturn
from hotline.store import Store, open_store
from nlu.extract import extract

MODELS = Path(__file__).parents[2] / "models"
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
FEW = 260


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, vault) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'a.db'}", vault=vault)
    make_demo(store, MODELS, NOW, limit=FEW)
    yield store
    store.close()


def test_every_ticket_is_marked_demo_and_every_text_is_used_once(archive):
    with archive.session(read_only=True) as session:
        assert session.scalar(select(func.count()).where(~Ticket.demo)) == 0
        texts = session.scalars(select(Ticket.text).where(Ticket.parent_id.is_(None))).all()
    planted = sum(len(one.messages) for one in read_matters(load_city()))
    assert len(texts) == FEW + planted
    assert max(Counter(texts).values()) == 1


def test_all_that_a_hotline_knows_happens(archive):
    with archive.session(read_only=True) as session:
        steps = set(session.scalars(select(TicketEvent.step).distinct()))
        statuses = set(session.scalars(select(Ticket.status).distinct()))
        late = session.scalar(select(func.count()).where(Ticket.closed_at > Ticket.due_at))
        returned = session.scalar(select(func.count()).select_from(UnitReturn))
    assert steps >= {
        "receive", "dispatch", "sign", "start", "close", "return", "callback", "rate", "reopen",
        "extend", "supervise",
    }  # fmt: skip
    assert statuses >= {"已办结", "已回访", "办理中"}
    assert late
    assert returned


def test_nothing_happens_outside_the_three_months(archive):
    with archive.session(read_only=True) as session:
        first = session.scalar(select(func.min(Ticket.received_at)))
        last = session.scalar(select(func.max(TicketEvent.at)))
        order = session.execute(
            select(TicketEvent.ticket_id, TicketEvent.at).order_by(
                TicketEvent.ticket_id, TicketEvent.id
            )
        ).all()
    assert first is not None
    assert last is not None
    assert (NOW - first).days <= 93
    assert last <= NOW
    for (one, before), (other, after) in pairwise(order):
        assert one != other or before <= after


def test_the_daily_figures_are_those_of_a_recount(archive):
    def figures(session):
        session.flush()
        session.expire_all()
        keys = ("day", "category", "district", "street", "unit_code", "channel", "demo")
        rows = {
            tuple(getattr(row, key) for key in keys): [
                getattr(row, name) for name in rollups.MEASURES
            ]
            for row in session.scalars(select(DailyRollup))
        }
        return {key: values for key, values in rows.items() if any(values)}

    with archive.session() as session:
        savepoint = session.begin_nested()
        before = figures(session)
        rollups.rebuild(session)
        session.expunge_all()
        assert figures(session) == before
        savepoint.rollback()


def test_the_ledger_is_whole_and_has_every_step(archive):
    with archive.session(read_only=True) as session:
        assert ledger.verify(session).ok
        kinds = Counter(session.scalars(select(LedgerEntry.kind)))
        steps = Counter(session.scalars(select(TicketEvent.step)))
    for step in ("dispatch", "sign", "close", "return"):
        assert kinds[step] == steps[step]
    assert kinds["suggest"] == kinds["receive"]


def test_weekends_and_nights_are_quieter(archive):
    with archive.session(read_only=True) as session:
        moments = session.scalars(select(Ticket.received_at).where(Ticket.parent_id.is_(None)))
        local = [archive.clocks.local(one) for one in moments]
    week = Counter(one.weekday() >= 5 for one in local)
    night = sum(1 <= one.hour < 6 for one in local)
    assert week[True] / 2 < 0.9 * week[False] / 5
    assert night < 0.12 * len(local)


def test_an_archive_with_tickets_is_left_alone(archive):
    with pytest.raises(InvalidInput, match="已有工单"):
        make_demo(archive, MODELS, NOW)


def test_an_interrupted_run_leaves_nothing_behind(lite, monkeypatch):
    def stop(done, _total):
        if done > 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(lite, MODELS, NOW, on_progress=stop, limit=50)
    with lite.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 0
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


def test_planted_matters_are_written_by_hand_and_about_real_places():
    city = load_city()
    matters = read_matters(city)
    assert len(matters) >= 12
    assert {"growing", "sudden", "back"} <= {one.shape for one in matters}
    wordings = [each.text for one in matters for each in one.messages]
    assert len(wordings) == len(set(wordings))
    for one in matters:
        assert 8 <= len(one.messages) <= 30
        named = [extract(each.text).district for each in one.messages]
        assert named.count(one.messages[0].district) >= 1


def test_there_is_a_fitting_reply_for_every_category():
    city = load_city()
    lines = read_lines(city)
    for category in city.categories:
        for appeal in ("投诉", "咨询", "表扬", "建议"):
            assert lines.replies_to(category, appeal)
