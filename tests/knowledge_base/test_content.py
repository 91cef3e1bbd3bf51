from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.content import ContentError, load_folder
from nlu.normalise import normalise

GOOD = """\
- id: library-card
  kind: 问答
  title: 读者证办理
  summary: 带身份证到服务台办理。
  questions: [怎么办借书证, 读者证去哪办, 借书证要钱吗, 點樣攞借書證, 办证带什么]
  unit: 市图书馆
  owner: 市图书馆
  reviewer: 审核员甲
  status: published
  effective_date: 2024-01-01
  basis: [{title: 图书馆管理规定}]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "a.yml").write_text(text, encoding="utf-8")
    return folder


def test_the_citys_entries_are_valid_and_at_least_forty() -> None:
    entries = load_folder()
    assert len(entries) >= 40
    assert len({e.title for e in entries}) == len(entries)


def test_every_follow_up_of_the_city_is_a_title_so_that_the_button_leads_somewhere() -> None:
    entries = load_folder()
    titles = {e.title for e in entries}
    assert [f for e in entries for f in e.follow_ups if f not in titles] == []


def test_every_published_entry_can_be_asked_for_in_cantonese() -> None:
    silent = [e.id for e in load_folder() if not any(normalise(q).cantonese for q in e.questions)]
    assert silent == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("kind: 问答", "kind: 常识", 2, "kind"),
        ("  unit: 市图书馆\n", "", 1, "unit"),
        ("effective_date: 2024-01-01", "effective_date: 去年", 10, "日期"),
        (", 點樣攞借書證, 办证带什么", "", 5, "补足 5 种"),
        ("title: 读者证办理", "tittle: 读者证办理", 1, "title"),
        ("reviewer: 审核员甲", "reviewer: ''", 1, "reviewer"),
        ("  basis: [{title: 图书馆管理规定}]\n", "", 1, "basis"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    folder = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ContentError, match=rf"a\.yml:{line}：.*{says}"):
        load_folder(folder)


def test_an_id_used_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"a\.yml:12：.*a\.yml:1"):
        load_folder(write(tmp_path, GOOD + GOOD))


def test_a_chain_to_an_unknown_entry_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("kind: 问答", "kind: 一件事")
    text += "  steps: [{entry: library-card}, {entry: nowhere}]\n"
    with pytest.raises(ContentError, match="nowhere"):
        load_folder(write(tmp_path, text))


def test_broken_yaml_and_an_empty_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"没有找到任何 \.yml"):
        load_folder(tmp_path)
    with pytest.raises(ContentError, match="YAML 写法有误"):
        load_folder(write(tmp_path, "- id: [a"))
