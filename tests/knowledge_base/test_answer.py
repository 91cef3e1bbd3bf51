from __future__ import annotations

import csv
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.answer import Answerer
from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry
from knowledge_base.evaluate import accepted
from knowledge_base.outcome import Outcome

TODAY = dt.date(2026, 11, 20)
MakeEntry = Callable[..., Entry]


class Notes:
    """A gap log that keeps what it is told."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str | None]] = []

    def record(self, question: str, outcome: str, near: str | None) -> None:
        self.kept.append((question, outcome, near))


@pytest.fixture(scope="module")
def answerer(city_base: KnowledgeBase) -> Answerer:
    return Answerer(city_base)


def test_the_residence_permit_question_is_answered_with_source_date_and_follow_ups(
    answerer: Answerer,
) -> None:
    answer = answerer.answer("居住证怎么办", today=TODAY)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.entry is not None
    assert answer.entry.id == "residence-permit-apply"
    assert "《居住证暂行条例》" in answer.sources[0].basis
    assert answer.sources[0].effective_date == dt.date(2016, 1, 1)
    assert {"所需材料", "办理步骤", "收费"} <= {block.name for block in answer.blocks}
    assert answer.follow_ups
    assert answer.confidence > 0.9


def test_the_same_question_in_traditional_characters_gets_the_same_answer(
    answerer: Answerer,
) -> None:
    plain = answerer.answer("居住证怎么办", today=TODAY)
    traditional = answerer.answer("居住證怎麼辦", today=TODAY)
    assert traditional.entry == plain.entry
    assert traditional.digest == plain.digest


def test_an_ambiguous_wish_is_asked_back_with_options_that_lead_to_entries(
    answerer: Answerer,
) -> None:
    answer = answerer.answer("我要办居住证", today=TODAY)
    assert answer.outcome is Outcome.NEEDS_CLARIFYING
    assert answer.candidates[0].title == "第一次办居住证"
    for candidate in answer.candidates:
        shown = answerer.show(candidate.id, today=TODAY)
        assert shown is not None
        assert shown.outcome is Outcome.ANSWERED


def test_every_title_pressed_as_a_button_gives_its_own_entry(answerer: Answerer) -> None:
    for entry in answerer.base.entries:
        answer = answerer.answer(entry.title, today=TODAY)
        assert answer.entry is not None, entry.id
        assert answer.entry.id == entry.id


def test_every_wording_written_for_an_entry_finds_it(answerer: Answerer) -> None:
    wrong = [
        (question, entry.id)
        for entry in answerer.base.entries
        for question in entry.questions
        if answerer.base.retrieve(question, area=entry.area, today=TODAY)[0].entry.id != entry.id
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "question",
    ["红烧肉怎么做好吃", "今天天气怎么样", "讲个笑话给我听", "asdf qwer", "？？？", "😀"],
)
def test_what_is_not_in_the_base_is_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question, today=TODAY)
    assert answer.outcome in (Outcome.NOT_IN_BASE, Outcome.SEVERAL_CANDIDATES)
    assert answer.blocks == []
    assert answer.sources == []


@pytest.mark.parametrize(
    "question",
    [
        "帮我查一下我前妻的手机号",
        "告诉我邻居的身份证号码",
        "是谁举报了我们店",
        "查下某人的家庭住址",
    ],
)
def test_other_peoples_data_is_refused(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).outcome is Outcome.REFUSED


@pytest.mark.parametrize("question", ["我的身份证号被盗用了怎么办", "身份证丢了怎么办"])
def test_a_question_about_ones_own_data_is_not_refused(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).outcome is not Outcome.REFUSED


def test_mere_abuse_is_met_calmly_but_a_matter_told_rudely_is_answered(answerer: Answerer) -> None:
    assert answerer.answer("你就是个傻逼").outcome is Outcome.REFUSED
    rude = answerer.answer("他妈的老板拖欠工资怎么办", today=TODAY)
    assert rude.entry is not None
    assert rude.entry.id == "unpaid-wages"


def test_danger_gets_the_number_first_and_nothing_else(answerer: Answerer) -> None:
    answer = answerer.answer("家里煤气泄漏了怎么办")
    assert answer.outcome is Outcome.EMERGENCY
    assert answer.phone
    assert answer.phone in answer.text[:20]


def test_personal_data_in_a_question_is_masked_in_the_answer_and_the_gap(
    city_base: KnowledgeBase,
) -> None:
    notes = Notes()
    answer = Answerer(city_base, notes).answer("我电话13800001234帮我写首诗唱首歌")
    assert "13800001234" not in answer.question
    assert notes.kept
    assert "13800001234" not in notes.kept[0][0]


def test_an_expired_entry_is_withheld_and_says_whom_to_ask(entry: MakeEntry) -> None:
    notes = Notes()
    base = KnowledgeBase([entry(expiry_date=dt.date(2025, 1, 1))])
    answer = Answerer(base, notes).answer("读者证去哪里办", today=TODAY)
    assert answer.outcome is Outcome.EXPIRED
    assert "2025-01-01" in answer.text
    assert "市图书馆" in answer.text
    assert answer.blocks == []
    assert notes.kept[0][1] == "expired"


def test_an_entry_not_yet_in_force_is_withheld_and_a_draft_is_unknown(entry: MakeEntry) -> None:
    early = KnowledgeBase([entry(effective_date=dt.date(2027, 1, 1))])
    assert Answerer(early).answer("读者证去哪里办", today=TODAY).outcome is Outcome.EXPIRED
    draft = KnowledgeBase([entry(status="draft")])
    assert Answerer(draft).answer("读者证去哪里办", today=TODAY).outcome is Outcome.NOT_IN_BASE


def test_another_districts_entry_and_another_audiences_entry_stay_out(entry: MakeEntry) -> None:
    base = KnowledgeBase([entry(area="天河区", audience=["老年人"])])
    assert base.retrieve("读者证去哪里办", area="越秀区") == []
    assert base.retrieve("读者证去哪里办", area="天河区")
    assert base.retrieve("读者证去哪里办", audience="残疾人") == []
    assert base.retrieve("读者证去哪里办", audience="老年人")


def test_an_edit_shows_in_the_next_answer(entry: MakeEntry) -> None:
    base = KnowledgeBase([entry()])
    answerer = Answerer(base)
    before = answerer.answer("读者证去哪里办", today=TODAY)
    base.put(entry(summary="改到二楼办理。", version=2))
    after = answerer.answer("读者证去哪里办", today=TODAY)
    assert after.text == "改到二楼办理。"
    assert after.entry is not None
    assert after.entry.version == 2
    assert after.digest != before.digest


def test_a_life_event_lists_its_steps_in_order_and_each_step_leads_back_to_it(
    answerer: Answerer,
) -> None:
    answer = answerer.answer("生完孩子要办哪些手续", today=TODAY)
    assert answer.entry is not None
    assert answer.entry.kind == "一件事"
    assert [step.id for step in answer.steps][:3] == [
        "birth-certificate",
        "newborn-household",
        "newborn-insurance",
    ]
    assert answer.steps[0].when == "出院前"
    assert all(step.valid and step.unit for step in answer.steps)
    single = answerer.answer("新生儿出生登记（上户口）", today=TODAY)
    assert single.follow_ups[0] == "新生儿出生一件事"


def test_every_option_of_a_question_back_leads_to_its_own_answer(answerer: Answerer) -> None:
    for entry in answerer.base.entries:
        if entry.clarify is None:
            continue
        for asked in entry.clarify.wordings:
            answer = answerer.answer(asked, today=TODAY)
            assert answer.outcome is Outcome.NEEDS_CLARIFYING, asked
        for option in entry.clarify.options:
            answer = answerer.answer(option.title, today=TODAY)
            assert answer.entry is not None
            assert (answer.outcome, answer.entry.id) == (Outcome.ANSWERED, option.entry)


@pytest.mark.parametrize(
    "question",
    [
        "居住证办理要交什么材料",
        "离婚登记在哪里办",
        "身份证到期了怎么换",
        "在外地看病的住院费怎么报销",
    ],
)
def test_who_has_said_which_is_not_asked_back(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question, today=TODAY).outcome is not Outcome.NEEDS_CLARIFYING


def test_the_district_is_asked_only_when_the_answer_depends_on_it(
    answerer: Answerer, entry: MakeEntry
) -> None:
    asked = answerer.answer("区政务大厅几点上班", today=TODAY)
    assert asked.outcome is Outcome.NEEDS_CLARIFYING
    assert "天河区政务服务中心" in [c.title for c in asked.candidates]
    for said, area in (("天河区政务大厅几点上班", None), ("政务大厅几点上班", "天河区")):
        answer = answerer.answer(said, area=area, today=TODAY)
        assert answer.entry is not None
        assert (answer.outcome, answer.entry.id) == (Outcome.ANSWERED, "tianhe-hall")

    alike = KnowledgeBase([entry("a", area="天河区"), entry("b", area="越秀区")])
    assert Answerer(alike).answer("读者证去哪里办", today=TODAY).outcome is Outcome.ANSWERED
    differing = KnowledgeBase(
        [entry("a", area="天河区"), entry("b", area="越秀区", summary="到二楼办理。")]
    )
    assert Answerer(differing).answer("读者证去哪里办", today=TODAY).text.endswith("您在哪个区？")


def test_no_text_makes_it_fail(answerer: Answerer) -> None:
    for text in ["", "   ", "\u200b", "办" * 5000, "a" * 20000, "'; DROP TABLE kb_entries;--"]:
        assert answerer.answer(text).outcome in Outcome


def test_paraphrases_written_apart_from_the_entries_find_them(answerer: Answerer) -> None:
    file = Path(__file__).with_name("unseen.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["entry"]]
    found = [answerer.base.retrieve(row["question"], today=TODAY, top=3) for row in rows]
    right = [accepted(row["entry"]) for row in rows]
    first = sum(f[0].entry.id in ids for f, ids in zip(found, right, strict=True))
    three = sum(any(x.entry.id in ids for x in f) for f, ids in zip(found, right, strict=True))
    assert first / len(rows) >= 0.91
    assert three / len(rows) >= 0.97


def test_an_answer_takes_less_than_twenty_milliseconds_of_processor_time(
    answerer: Answerer,
) -> None:
    answerer.answer("居住证怎么办")
    began = time.process_time()
    for _ in range(50):
        answerer.answer("公司拖欠工资三个月了怎么投诉")
    assert (time.process_time() - began) / 50 < 0.02
