from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from analytics import worker as worker_room
from analytics.tables import GroupRow, MemberRow
from analytics.worker import Worker
from hotline.store import LedgerEntry, Store
from tests.analytics.neighbourhood import NOW, file_alone, file_matter

SECOND = timedelta(seconds=1)


def consolidations(store: Store) -> int:
    with store.session(read_only=True) as session:
        kinds = list(session.scalars(select(LedgerEntry.kind)))
    return kinds.count("groups_consolidated")


def test_the_worker_groups_the_archive_first_and_then_each_new_ticket(store: Store):
    with store.session() as session:
        file_alone(session, NOW - timedelta(days=3))
        file_matter(session, "mixer", NOW - timedelta(days=2))
    worker = Worker(store)
    first = worker.turn(NOW)
    assert first.consolidated is not None
    assert first.consolidated.groups == 1
    assert first.watched is not None
    with store.session() as session:
        file_matter(session, "mixer", NOW, count=1, first=6)
    second = worker.turn(NOW + SECOND)
    assert [place.outcome for place in second.places] == ["joined"]
    assert second.consolidated is None
    assert second.watched is None
    assert worker.turn(NOW + 2 * SECOND).places == []


def test_every_night_at_three_the_groups_are_consolidated_once(store: Store):
    with store.session() as session:
        file_matter(session, "mixer", NOW - timedelta(days=2))
    worker = Worker(store)
    worker.turn(NOW)
    for hours in (6, 12, 20, 21, 22):
        worker.turn(NOW + timedelta(hours=hours))
    assert consolidations(store) == 2


def test_a_second_worker_stands_by_until_the_first_is_gone(store: Store):
    one, other = Worker(store), Worker(store)
    assert one.turn(NOW).on_duty
    assert not other.turn(NOW + SECOND).on_duty
    one.stop()
    assert other.turn(NOW + 2 * SECOND).on_duty
    late = NOW + timedelta(hours=2)
    assert one.turn(late).on_duty, "a worker that fell silent is replaced"


def test_a_large_import_is_grouped_as_a_whole(store: Store, monkeypatch):
    monkeypatch.setattr(worker_room, "MANY_AT_ONCE", 3)
    worker = Worker(store)
    worker.turn(NOW)
    with store.session() as session:
        file_matter(session, "parking", NOW - timedelta(hours=9))
    done = worker.turn(NOW + SECOND)
    assert done.consolidated is not None
    assert done.places == []
    with store.session(read_only=True) as session:
        assert session.scalar(select(GroupRow.tickets)) == 5
        assert len(list(session.scalars(select(MemberRow.ticket_id)))) == 5
