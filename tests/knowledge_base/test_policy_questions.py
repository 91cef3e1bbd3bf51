"""Hand-written questions over the five policy documents, which are not part of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.answers import POLICIES, policy_score, with_policies
from knowledge_base.answer import Answerer
from knowledge_base.base import KnowledgeBase
from knowledge_base.outcome import Outcome
from knowledge_base.policy import read_policy

RULES = """\
共享雨伞管理规定
第一章 归还
第一条 借用人应当在七日内归还共享雨伞。
第二条 逾期归还的，每日收取一元雨伞占用费，由雨伞局收取。
第三条 本规定自2026年1月1日起施行，有效期五年。
"""


def test_the_five_documents_answer_with_their_article_and_refuse_what_they_do_not_say() -> None:
    if not POLICIES.is_dir():
        pytest.skip(f"the policy documents are not at {POLICIES}; set SUISHENG_POLICIES")
    score = policy_score(with_policies(POLICIES))
    assert score.asked >= 60
    assert score.right / score.asked >= 0.9, score.wrong
    assert score.refused == score.foreign == 30, score.wrong


@pytest.fixture(scope="module")
def umbrellas(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    file: Path = tmp_path_factory.mktemp("rules") / "雨伞.txt"
    file.write_text(RULES, encoding="utf-8")
    read = read_policy(file, title="共享雨伞管理规定", unit="市雨伞局", prefix="p")
    return Answerer(KnowledgeBase(read.entries))


@pytest.mark.parametrize(
    ("question", "article", "said"),
    [
        ("共享雨伞要在几日内归还", "第一条", "七日内"),
        ("共享雨伞逾期归还每日收多少占用费", "第二条", "一元"),
        ("共享雨伞占用费由谁收取", "第二条", "雨伞局"),
        ("共享雨伞管理规定有效期多少年", "第三条", "五年"),
    ],
)
def test_a_clause_is_quoted_whole_with_document_and_article(
    umbrellas: Answerer, question: str, article: str, said: str
) -> None:
    answer = umbrellas.look_up(question)
    assert answer.outcome is Outcome.ANSWERED
    assert article in answer.sources[0].basis
    assert answer.text.startswith("《共享雨伞管理规定》")
    assert said in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "共享雨伞一把多少钱",
        "共享雨伞有几种颜色",
        "共享雨伞馆的馆长是谁",
        "雨伞丢了赔多少",
        "明天下雨吗",
    ],
)
def test_what_the_clauses_do_not_say_is_not_answered(umbrellas: Answerer, question: str) -> None:
    assert umbrellas.look_up(question).outcome is not Outcome.ANSWERED
