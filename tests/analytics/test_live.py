from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from analytics.consolidation import consolidate
from analytics.frame import Frame
from analytics.groups import (
    GroupNotFound,
    find_group,
    follow,
    group_story,
    list_groups,
    merge,
    rename,
    split,
)
from analytics.live import LiveGroups
from analytics.tables import ConstraintRow, GroupRow, LineageRow, MemberRow
from hotline.errors import InvalidInput
from hotline.ledger import verify
from hotline.lifecycle import Actor, Role
from hotline.store import LedgerEntry, Store, Ticket
from hotline.tickets import Intake, create_ticket
from tests.analytics.neighbourhood import CITIZEN, NOW, file_alone, file_matter

MANAGER = Actor("manager", Role.MANAGER)
LOCAL = Actor("manager", Role.MANAGER, scope="番禺区")
START = NOW - timedelta(days=8)


def filed(store: Store) -> None:
    with store.session() as session:
        file_alone(session, START)
        file_matter(session, "mixer", START + timedelta(days=1))
        file_matter(session, "parking", START + timedelta(days=2))
        file_matter(session, "school", START + timedelta(days=3))


def groups_of(store: Store) -> dict[str, set[str]]:
    with store.session(read_only=True) as session:
        rows = session.execute(
            select(MemberRow.group_id, Ticket.number)
            .join(Ticket, Ticket.id == MemberRow.ticket_id)
            .where(MemberRow.group_id.is_not(None))
        )
        found: dict[str, set[str]] = {}
        for name, number in rows:
            found.setdefault(name, set()).add(number)
        return found


def titles(store: Store) -> dict[str, str]:
    with store.session(read_only=True) as session:
        return {row.id: row.human_title or row.title for row in session.scalars(select(GroupRow))}


def named(store: Store, word: str) -> str:
    return next(name for name, title in titles(store).items() if word in title)


def test_the_nightly_run_finds_each_matter_once(store: Store):
    filed(store)
    done = consolidate(store, NOW)
    assert (done.tickets, done.groups, done.singles) == (22, 3, 8)
    with store.session(read_only=True) as session:
        page = list_groups(session, None)
        assert page.total == 3
        hottest = page.items[0]
        assert "搅拌站" in hottest.title
        assert (hottest.tickets, hottest.people, hottest.district) == (6, 6, "天河区")
        assert "热度 =" in hottest.summary["heat_formula"]
        assert len(hottest.summary["messages"]) == 3
        story = group_story(session, hottest.id, MANAGER)
        assert len(story.tickets) == 6
        assert story.events[0].event == "born"


def test_a_second_run_changes_no_id_and_says_nothing_new(store: Store):
    filed(store)
    consolidate(store, NOW)
    before = groups_of(store)
    again = consolidate(store, NOW + timedelta(hours=1))
    assert groups_of(store) == before
    assert again.events == []


def test_a_group_that_grows_keeps_its_id(store: Store):
    filed(store)
    consolidate(store, NOW - timedelta(days=1))
    name = named(store, "搅拌站")
    with store.session() as session:
        file_matter(session, "mixer", NOW - timedelta(hours=10), count=2, first=6)
    done = consolidate(store, NOW)
    assert len(groups_of(store)[name]) == 8
    assert ("grew", name, None) in done.events


def test_what_people_merge_and_rename_survives_the_next_run(store: Store):
    filed(store)
    consolidate(store, NOW)
    one, other = named(store, "搅拌站"), named(store, "车位")
    with store.session() as session:
        merge(session, one, [other], MANAGER, NOW)
        rename(session, one, "天河搅拌站与云湾车位专案", MANAGER, NOW)
        follow(session, one, True, MANAGER)
    with store.session() as session:
        file_matter(session, "mixer", NOW + timedelta(hours=1), count=1)
    consolidate(store, NOW + timedelta(days=1))
    assert len(groups_of(store)[one]) == 12
    assert other not in groups_of(store)
    assert titles(store)[one] == "天河搅拌站与云湾车位专案"
    with store.session(read_only=True) as session:
        row = find_group(session, one, None)
        assert row.followers == ["manager"]
        assert find_group(session, other, None).merged_into == one
        kinds = set(session.scalars(select(LedgerEntry.kind)))
        assert {"groups_merged", "group_renamed", "groups_consolidated"} <= kinds
        assert verify(session).ok


def test_a_merger_holds_when_far_more_tickets_follow(store: Store):
    filed(store)
    consolidate(store, NOW)
    one, other = named(store, "搅拌站"), named(store, "明泉路小学")
    with store.session() as session:
        merge(session, one, [other], MANAGER, NOW)
        file_matter(session, "school", NOW + timedelta(hours=1), count=9, first=3)
    consolidate(store, NOW + timedelta(days=1))
    found = groups_of(store)
    assert other not in found
    assert len(found[one]) == 6 + 3 + 9


def test_the_title_and_followers_of_a_group_go_with_it_when_the_machine_merges_it(store: Store):
    filed(store)
    consolidate(store, NOW)
    name = named(store, "搅拌站")
    with store.session() as session:
        fresh = split(session, name, sorted(groups_of(store)[name])[:2], MANAGER, NOW).id
        rename(session, fresh, "恒固搅拌站专案", MANAGER, NOW)
        follow(session, fresh, True, MANAGER)
        session.execute(delete(ConstraintRow))
    consolidate(store, NOW + timedelta(days=1))
    with store.session(read_only=True) as session:
        heir = find_group(session, name, None)
        assert (heir.human_title, heir.followers) == ("恒固搅拌站专案", ["manager"])
        assert find_group(session, fresh, None).merged_into == name


def test_what_people_split_stays_apart(store: Store):
    filed(store)
    consolidate(store, NOW)
    name = named(store, "搅拌站")
    out = sorted(groups_of(store)[name])[:2]
    with store.session() as session:
        fresh = split(session, name, out, MANAGER, NOW).id
    consolidate(store, NOW + timedelta(days=1))
    found = groups_of(store)
    assert found[fresh] == set(out)
    assert len(found[name]) == 4


def test_splitting_everything_or_strangers_is_refused(store: Store):
    filed(store)
    consolidate(store, NOW)
    name, other = named(store, "搅拌站"), named(store, "车位")
    with store.session() as session:
        with pytest.raises(InvalidInput):
            split(session, name, sorted(groups_of(store)[name]), MANAGER, NOW)
        with pytest.raises(InvalidInput):
            split(session, name, sorted(groups_of(store)[other])[:1], MANAGER, NOW)
        with pytest.raises(InvalidInput):
            merge(session, name, [name], MANAGER, NOW)


def test_a_manager_of_one_district_sees_only_its_groups(store: Store):
    filed(store)
    consolidate(store, NOW)
    with store.session(read_only=True) as session:
        assert {row.district for row in list_groups(session, LOCAL).items} == {"番禺区"}
        with pytest.raises(GroupNotFound):
            find_group(session, named(store, "搅拌站"), LOCAL)


def test_a_group_falls_asleep_and_wakes(store: Store):
    filed(store)
    consolidate(store, NOW)
    later = NOW + timedelta(days=60)
    consolidate(store, later)
    name = named(store, "搅拌站")
    with store.session() as session:
        assert find_group(session, name, None).state == "dormant"
        file_matter(session, "mixer", later, count=1)
    consolidate(store, later + timedelta(hours=2))
    with store.session(read_only=True) as session:
        assert find_group(session, name, None).state == "active"
        events = list(session.scalars(select(LineageRow.event).where(LineageRow.group_id == name)))
        assert events[1:] == ["dormant", "revived", "grew"]


def test_the_same_matter_after_closing_is_flagged(store: Store):
    filed(store)
    with store.session() as session:
        first = session.scalar(select(Ticket).where(Ticket.text.contains("恒固搅拌站半夜开工")))
        first.closed_at = first.received_at + timedelta(hours=2, minutes=30)
    consolidate(store, NOW)
    with store.session(read_only=True) as session:
        row = find_group(session, named(store, "搅拌站"), None)
        assert row.recurred == 3
        assert len(row.summary["recurred"]) == 3


def test_a_new_ticket_joins_founds_or_stays_alone_within_50_ms(store: Store):
    filed(store)
    frame = consolidate(store, NOW).frame
    name = named(store, "搅拌站")
    live = LiveGroups(store, frame, window_days=36_500)
    with store.session() as session:
        file_matter(session, "mixer", NOW, count=1, first=7)
        file_alone(session, NOW + timedelta(days=40))
    places = live.catch_up()
    assert (places[0].outcome, places[0].group_id) == ("joined", name)
    assert len(groups_of(store)[name]) == 7
    with store.session() as session:
        file_matter(session, "parking", NOW, count=30, first=8)
    started = time.perf_counter()
    places = live.catch_up()
    assert {place.outcome for place in places} == {"joined"}
    assert (time.perf_counter() - started) / len(places) < 0.05


def test_two_tickets_about_something_new_found_a_group_at_once(store: Store):
    with store.session() as session:
        file_alone(session, START)
    frame = consolidate(store, NOW).frame
    live = LiveGroups(store, frame, window_days=36_500)
    with store.session() as session:
        file_matter(session, "mixer", NOW, count=3)
    outcomes = [place.outcome for place in live.catch_up()]
    assert outcomes[0] == "single"
    assert outcomes[1:] == ["founded", "joined"]


def test_a_live_store_without_any_history_works(store: Store):
    live = LiveGroups(store, Frame(0))
    with store.session() as session:
        file_matter(session, "mixer", NOW, count=2)
        file_alone(session, NOW)
    assert len(live.catch_up()) == 10


def test_live_groups_heed_what_people_merged_meanwhile(store: Store):
    filed(store)
    live = LiveGroups(store, consolidate(store, NOW).frame, window_days=36_500)
    one, other = named(store, "车位"), named(store, "搅拌站")
    with store.session() as session:
        merge(session, one, [other], MANAGER, NOW)
        file_matter(session, "mixer", NOW, count=1, first=6)
    assert live.catch_up()[0].group_id == one


def test_replayed_day_by_day_pairs_stay_together_as_in_one_batch(store: Store):
    filed(store)
    for day in range(5):
        consolidate(store, START + timedelta(days=1 + day, hours=12))
    daily = groups_of(store)
    consolidate(store, NOW)
    assert groups_of(store) == daily
    with store.session(read_only=True) as session:
        assert session.scalar(select(LineageRow.event).where(LineageRow.event == "merged")) is None


def test_a_ticket_handled_again_stays_with_its_matter_and_founds_none(store: Store):
    filed(store)
    with store.session() as session:
        parent = session.scalar(select(Ticket).where(Ticket.text.contains("竹丝岭花园")))
        mixer = session.scalar(select(Ticket).where(Ticket.text.contains("恒固搅拌站半夜开工")))
        for number, first in enumerate((parent, mixer)):
            session.add(child_of(first, f"GZ20260316-90000{number}"))
    consolidate(store, NOW)
    found = groups_of(store)
    assert len(found) == 3
    assert "GZ20260316-900001" in found[named(store, "搅拌站")]


def child_of(first: Ticket, number: str) -> Ticket:
    columns = {
        column.key: getattr(first, column.key)
        for column in Ticket.__table__.columns
        if column.key not in {"id", "external_id", "external_source"}
    }
    columns |= {
        "number": number,
        "parent_id": first.id,
        "text": f"【重办】第二天又恢复原样，请彻底处理\n\n原诉求：{first.text}",
        "received_at": first.received_at + timedelta(days=2),
    }
    return Ticket(**columns)


def test_the_same_kind_of_complaint_at_the_same_place_is_one_matter(store: Store):
    """What people say in a few words shares little more than the place."""
    said = [
        ("白云区", "同安围", "公用事业/供水", "同安围从早上七点起一滴水都没有"),
        ("白云区", "同安围", "公用事业/供水", "奶瓶都没法洗了，同安围几时来水啊"),
        ("白云区", "同安围", "公用事业/供水", "开早餐店的，同安围停水今天亏大了"),
        ("白云区", "同安围", "教育/学前教育", "同安围幼儿园收费涨了一千块"),
    ]
    with store.session() as session:
        file_alone(session, START)
        for number, (district, place, category, text) in enumerate(said):
            at = START + timedelta(days=1, hours=number)
            intake = Intake(
                text=text,
                channel="phone",
                district=district,
                place=place,
                phone=f"1390000{number:04}",
                received_at=at,
            )
            create_ticket(session, intake, CITIZEN, now=at).category = category
    consolidate(store, NOW)
    assert [len(members) for members in groups_of(store).values()] == [3]
    assert list(titles(store).values()) == ["同安围：供水"]
