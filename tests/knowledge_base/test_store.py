from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.answer import Answerer
from knowledge_base.base import KnowledgeBase
from knowledge_base.catalogue import due, page_of
from knowledge_base.entry import Entry, Status
from knowledge_base.gaps import GapLog
from knowledge_base.opening import open_knowledge
from knowledge_base.outcome import Outcome
from knowledge_base.store import (
    EditConflictError,
    EditError,
    EntryStore,
    differences,
    open_engine,
)

MakeEntry = Callable[..., Entry]


@pytest.fixture
def store(database: str) -> EntryStore:
    return EntryStore(open_engine(database))


def test_taking_over_the_same_entries_twice_changes_nothing(
    store: EntryStore, entry: MakeEntry
) -> None:
    assert store.synchronise([entry()], "file").added == ["library-card"]
    revision = store.revision()
    again = store.synchronise([entry()], "file")
    assert (again.added, again.changed, again.unchanged) == ([], {}, 1)
    assert store.revision() == revision


def test_a_changed_source_makes_a_new_version_and_a_vanished_one_expires(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry(), entry("b", title="停车证")], "file")
    report = store.synchronise([entry(summary="新的说法")], "file")
    assert list(report.changed) == ["library-card"]
    assert report.expired == ["b"]
    gone = store.get("b")
    assert gone is not None
    assert gone.status is Status.EXPIRED
    assert [v.version for v in store.history("library-card")] == [1, 2]
    assert store.synchronise([entry(summary="新的说法")], "file").expired == []


def test_a_vanished_entry_that_comes_back_is_published_again(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry()], "file")
    store.synchronise([], "file")
    assert store.synchronise([entry()], "file").changed.keys() == {"library-card"}
    back = store.get("library-card")
    assert back is not None
    assert back.status is Status.PUBLISHED


def test_one_source_does_not_expire_what_another_brought(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry()], "file")
    store.synchronise([entry("b", title="停车证")], "policy:x")
    store.synchronise([entry()], "file")
    kept = store.get("b")
    assert kept is not None
    assert kept.status is Status.PUBLISHED


def test_while_a_new_version_is_in_review_citizens_see_the_published_one(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry()], "file")
    base = KnowledgeBase(store=store)
    answerer = Answerer(base)
    draft = store.save(entry(summary="新的说法"), "编辑甲", expected_version=1)
    assert answerer.answer("读者证去哪里办").text == "带身份证到总服务台办理，免费，当场领取。"
    waiting = store.move(draft.id, Status.REVIEW, "编辑甲", expected_version=draft.version)
    with pytest.raises(EditError, match="另一个人审核"):
        store.move(draft.id, Status.PUBLISHED, "编辑甲", expected_version=waiting.version)
    done = store.move(draft.id, Status.PUBLISHED, "审核乙", expected_version=waiting.version)
    assert answerer.answer("读者证去哪里办").text == "新的说法"
    assert (done.reviewer, done.version) == ("审核乙", 4)
    steps = [(v.status, v.editor) for v in store.history(draft.id)]
    assert steps[1:] == [("draft", "编辑甲"), ("review", "编辑甲"), ("published", "审核乙")]


@pytest.mark.parametrize(
    ("start", "to"),
    [("draft", Status.PUBLISHED), ("draft", Status.EXPIRED), ("published", Status.REVIEW)],
)
def test_steps_out_of_order_are_refused(
    store: EntryStore, entry: MakeEntry, start: str, to: Status
) -> None:
    store.synchronise([entry(status=start)], "file")
    with pytest.raises(EditError, match="不能直接变为"):
        store.move("library-card", to, "审核乙", expected_version=1)


def test_two_editors_cannot_both_save_over_one_version(store: EntryStore, entry: MakeEntry) -> None:
    store.synchronise([entry()], "file")
    outcomes: list[str] = []

    def edit(who: str) -> None:
        try:
            store.save(entry(summary=f"{who}的说法"), who, expected_version=1)
            outcomes.append("saved")
        except EditConflictError:
            outcomes.append("conflict")

    threads = [threading.Thread(target=edit, args=(f"编辑{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "saved"]


def test_a_change_by_another_process_is_seen_by_the_next_answer(
    database: str, entry: MakeEntry
) -> None:
    here = EntryStore(open_engine(database))
    here.synchronise([entry()], "file")
    answerer = Answerer(KnowledgeBase(store=here))
    assert answerer.answer("读者证去哪里办").outcome is Outcome.ANSWERED
    EntryStore(open_engine(database)).synchronise([], "file")
    assert answerer.answer("读者证去哪里办").outcome is Outcome.EXPIRED


def test_what_is_due_is_listed_for_its_owner(store: EntryStore, entry: MakeEntry) -> None:
    store.synchronise(
        [
            entry(reviewed_date=dt.date(2025, 1, 1)),
            entry("b", title="停车证", expiry_date=dt.date(2026, 1, 1), owner="市交通局"),
            entry("c", title="游泳证", expiry_date=dt.date(2026, 7, 1)),
        ],
        "file",
    )
    today = dt.date(2026, 6, 1)
    found = due(store, today)
    assert [e.id for e in found.expired] == ["b"]
    assert [e.id for e in found.expiring] == ["c"]
    assert [e.id for e in found.never_reviewed] == ["b", "c"]
    assert [e.id for e in found.long_unreviewed] == ["library-card"]
    assert [e.id for e in due(store, today, "市交通局").expired] == ["b"]
    assert due(store, today, "市教育局").never_reviewed == []


def test_the_list_filters_counts_and_tells_what_citizens_see(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry(), entry("b", title="停车证", unit="市交通局")], "file")
    store.save(entry("b", title="停车证", summary="新", unit="市交通局"), "甲", expected_version=1)
    page = page_of(store, status="draft")
    assert [(i.entry.id, i.entry.version, i.in_force) for i in page.items] == [("b", 2, 1)]
    assert page.counts == {"draft": 1, "published": 1}
    assert [i.entry.id for i in page_of(store, words="读者").items] == ["library-card"]
    assert [i.entry.id for i in page_of(store, unit="市交通局").items] == ["b"]
    assert page_of(store, words="%").total == 0


def test_a_preview_tells_what_an_import_would_do_and_does_nothing(
    store: EntryStore, entry: MakeEntry
) -> None:
    store.synchronise([entry(), entry("b", title="停车证")], "file")
    revision = store.revision()
    planned = store.synchronise([entry(summary="新的说法")], "file", preview=True)
    assert planned.changed == {"library-card": [("summary", entry().summary, "新的说法")]}
    assert planned.expired == ["b"]
    assert store.revision() == revision
    assert store.get("b") == entry("b", title="停车证")


def test_a_difference_names_the_field_and_both_values(entry: MakeEntry) -> None:
    old = entry().model_dump(mode="json")
    new = entry(summary="新的说法", version=9).model_dump(mode="json")
    assert differences(old, new) == [("summary", old["summary"], "新的说法")]


def test_opening_seeds_the_citys_entries_once(database: str) -> None:
    base = open_knowledge(open_engine(database))
    again = open_knowledge(open_engine(database))
    assert len(base) == len(again) >= 40


def test_like_questions_make_one_gap_that_an_entry_closes(database: str, entry: MakeEntry) -> None:
    engine = open_engine(database)
    base, gaps = open_knowledge(engine), GapLog(engine)
    answerer = Answerer(base, gaps)
    for text in [
        "无人机飞行许可怎么申请登记",
        "请问无人机飞行许可登记",
        "无人机飞行许可怎么申请登记",
    ]:
        assert answerer.answer(text).outcome is not Outcome.ANSWERED
    asked = [g for g in gaps.listing() if "无人机" in g.question]
    assert len(asked) == 1
    assert asked[0].asked >= 2
    assert base.store is not None
    draft = gaps.draft(asked[0].id, "drone-permit", "市公安局")
    assert "无人机飞行许可怎么申请登记" in draft.questions
    saved = base.store.save(
        draft.model_copy(update={"summary": "在民航部门的平台上登记。"}),
        "编辑甲",
        expected_version=0,
    )
    review = base.store.move(saved.id, Status.REVIEW, "编辑甲", expected_version=saved.version)
    base.store.move(saved.id, Status.PUBLISHED, "审核乙", expected_version=review.version)
    assert gaps.close_answered("drone-permit", lambda _: None) == [asked[0].id]
    answer = answerer.answer("无人机飞行许可怎么申请登记")
    assert answer.text == "在民航部门的平台上登记。"
    assert "日起已有答案" in gaps.listing(closed=True)[0].story()


def test_gaps_noted_by_two_processes_join_one_group(tmp_path: Path, database: str) -> None:
    one, other = GapLog(open_engine(database)), GapLog(open_engine(database))
    one.record("无人机飞行许可怎么申请", "not_in_base", None)
    other.record("无人机飞行许可如何申请", "not_in_base", None)
    assert [gap.asked for gap in one.listing()] == [2]


def test_a_gap_closes_when_any_published_entry_answers_it_and_a_dismissed_one_stays_closed(
    database: str,
) -> None:
    gaps = GapLog(open_engine(database))
    gaps.record("无人机飞行许可怎么申请", "not_in_base", None)
    gaps.record("明天下雨吗", "not_in_base", None)
    drone, rain = sorted(gaps.listing(), key=lambda gap: gap.id)
    assert gaps.close_answered("drone", lambda q: "drone" if "无人机" in q else None) == [drone.id]
    gaps.dismiss(rain.id)
    gaps.record("明天下雨吗", "not_in_base", None)
    gaps.record("无人机飞行许可怎么申请", "badly_rated", "drone")
    assert [gap.id for gap in gaps.listing()] == [drone.id]
    assert gaps.listing()[0].story() == "问过 2 次，现有答案没解决"
    assert gaps.listing()[0].near == "drone"
    assert gaps.counts() == (1, 1)
    assert "不需要" in gaps.listing(closed=True)[0].story()
