"""The knowledge desk's pages against the running API."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard.entry_differences import change_html
from dashboard.knowledge_shapes import FieldChange
from tests.dashboard.conftest import Api

Desk = Callable[..., AppTest]
DRONE = "无人机飞行许可怎么申请登记"


def texts_of(at: AppTest) -> str:
    parts = [*at.markdown, *at.caption, *at.subheader, *at.info, *at.error, *at.warning]
    return "\n".join(str(part.value) for part in parts)


def test_an_editor_edits_hands_in_and_another_person_publishes(empty_api: Api, desk: Desk) -> None:
    at = desk(empty_api, "editor", "entries", entry="lost-on-transit")
    assert not at.exception
    summary = next(area for area in at.text_area if area.label == "直接回答")
    summary.set_value("先打公交地铁公司电话登记失物。")
    next(button for button in at.button if button.label == "存为草稿").click()
    at.run()
    assert not at.exception, at.exception
    assert "草稿" in texts_of(at) or any("草稿" in str(b.value) for b in at.get("badge"))
    at.button(key="move_review").click().run()
    assert not at.exception

    reviewer = desk(empty_api, "manager", "entries", entry="lost-on-transit")
    reviewer.button(key="move_published").click().run()
    assert not reviewer.exception
    asked = empty_api.http.post("/v1/answers", json={"question": "公交地铁失物招领"}).json()
    assert asked["text"] == "先打公交地铁公司电话登记失物。"


def test_the_list_finds_by_title_and_a_unit_may_only_read_foreign_entries(
    empty_api: Api, desk: Desk
) -> None:
    at = desk(empty_api, "editor", "entries", q="护照")
    assert not at.exception
    assert any(button.label == "普通护照申领和换发" for button in at.button)
    unit = desk(empty_api, "unit", "entries", entry="passport")
    assert "修改由负责单位或知识编辑进行" in texts_of(unit)


def test_a_gap_is_drafted_from_its_page(empty_api: Api, desk: Desk) -> None:
    for _ in range(2):
        empty_api.http.post("/v1/answers", json={"question": DRONE})
    at = desk(empty_api, "editor", "gaps")
    assert not at.exception
    assert DRONE in texts_of(at)
    box = at.text_input[0]
    box.set_value("广州市公安局").run()
    next(button for button in at.button if button.label == "起草条目").click().run()
    assert not at.exception
    assert any("打开条目" in button.label for button in at.button)


def test_upkeep_lists_what_is_due(empty_api: Api, desk: Desk) -> None:
    at = desk(empty_api, "editor", "due")
    assert not at.exception
    assert len(at.tabs) == 5


def test_a_gap_of_a_badly_rated_answer_leads_to_the_entry_instead_of_a_second_one(
    empty_api: Api, desk: Desk
) -> None:
    question = "银龄卡在哪里领"
    body = {"question": question, "entry": "elder-benefit", "helpful": False}
    empty_api.http.post("/v1/answers/rating", json=body)
    at = desk(empty_api, "editor", "gaps")
    assert not at.exception
    assert question in texts_of(at)
    assert any("现有答案没解决" in str(part.value) for part in at.caption)
    assert any(button.label == "修改现有条目" for button in at.button)


def test_a_changed_number_is_shown_whole() -> None:
    shown = change_html(FieldChange(field="phone", before="020-12345", after="020-12367"))
    assert "<del>020-12345</del><ins>020-12367</ins>" in shown
