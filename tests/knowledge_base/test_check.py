from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge_base.check import check
from knowledge_base.content import load_folder
from knowledge_base.entry import Entry

MakeEntry = Callable[..., Entry]


def test_the_citys_own_entries_do_not_contradict_each_other() -> None:
    assert [str(f) for f in check(load_folder())] == []


@pytest.mark.parametrize(
    ("block", "one", "other", "kind"),
    [
        ("办理时限", "3个工作日", "15个工作日", "期限"),
        ("收费", "押金100元", "押金200元", "金额"),
        ("咨询电话", "020-11110000", "020-22220000", "电话"),
        ("办理地点", "中山路1号", "解放路9号", "地点"),
        ("办理条件", "年满18周岁", "年满16周岁", "年龄"),
        ("广州特别说明", "自2024年1月1日起", "自2025年1月1日起", "日期"),
    ],
)
def test_a_planted_contradiction_is_found_and_says_what_differs(
    entry: MakeEntry, block: str, one: str, other: str, kind: str
) -> None:
    first = entry("a", blocks={block: one})
    second = entry("b", title="读者证的办理", blocks={block: other})
    findings = check([first, second, *load_folder()])
    assert [(f.kind, f.first, f.second) for f in findings] == [("互相矛盾", "a", "b")]
    assert f"{block}的{kind}不同" in findings[0].detail


def test_a_planted_near_duplicate_is_found(entry: MakeEntry) -> None:
    copy = entry("b", title="图书馆读者证怎么办理", questions=["借阅证在哪里领"])
    findings = check([entry("a"), copy, *load_folder()])
    assert [(f.kind, f.first, f.second) for f in findings] == [("内容重复", "a", "b")]


def test_entries_of_two_districts_may_differ_and_expired_ones_do_not_count(
    entry: MakeEntry,
) -> None:
    first = entry("a", blocks={"收费": "100元"})
    district = entry("b", area="天河区", blocks={"收费": "200元"})
    old = entry("c", blocks={"收费": "300元"}, status="expired")
    assert check([first, district, old]) == []
