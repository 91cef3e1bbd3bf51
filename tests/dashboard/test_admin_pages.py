"""Accounts, switches, the ledger and the city's files from the pages of administration."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dashboard import admin_texts as texts
from dashboard.roles import ACCOUNTS, AUDIT, CITY
from dashboard.views.city import as_csv

FOLDER = Path(__file__).parents[2] / "city"


def shown(at):
    return " ".join(element.proto.body for element in at.get("html"))


def test_an_account_is_opened_and_its_password_told_once(busy_api, desk):
    at = desk(busy_api, "admin", ACCOUNTS)
    at.text_input(key="new_username").set_value("wang.wu")
    at.text_input(key="name_new").set_value("王五")
    at.selectbox(key="role_new").select("话务员")
    at.button(key="new_go").click().run()
    assert not at.exception
    assert not at.error
    password = at.code[0].value
    signed_in = busy_api.http.post(
        "/v1/session", json={"username": "wang.wu", "password": password}
    )
    assert signed_in.json()["user"]["role"] == "agent"
    at.run()
    assert not at.code


def test_an_account_is_scoped_and_closed(busy_api, desk):
    at = desk(busy_api, "admin", ACCOUNTS, who="editor")
    at.selectbox(key="account").select_index(0).run()
    at.selectbox(key="scope_editor").select("天河区")
    at.checkbox(key="active_editor").uncheck()
    at.button(key="change_account_go").click().run()
    assert not at.error
    headers = {"Authorization": f"Bearer {busy_api.token('admin')}"}
    found = busy_api.http.get("/v1/admin/users?q=editor", headers=headers).json()["items"][0]
    assert (found["scope"], found["active"]) == ("天河区", False)
    body = {"name": found["name"], "role": found["role"], "active": True}
    busy_api.http.post("/v1/admin/users/editor/change", json=body, headers=headers)
    busy_api.tokens.pop("editor", None)


def test_an_auditor_looks_and_changes_nothing(busy_api, desk):
    at = desk(busy_api, "auditor", ACCOUNTS)
    assert not any(button.key == "new_go" for button in at.button)
    at = desk(busy_api, "auditor", CITY)
    assert not any(button.key == "city_save" for button in at.button)


def test_the_ledger_is_filtered_and_proved(busy_api, desk):
    number = busy_api.numbers["closed"]
    at = desk(busy_api, "auditor", AUDIT, ticket=number)
    assert not at.exception
    table = at.dataframe[0].value
    assert set(table["ticket"]) == {number}
    assert "办结" in set(table["kind"])
    at.button(key="prove").click().run()
    assert any("台账完整" in message.value for message in at.success)


def test_an_edit_is_checked_and_not_saved_while_it_is_wrong(busy_api, desk):
    at = desk(busy_api, "admin", CITY, file="clocks.yml")
    editor = at.text_area[0]
    editor.set_value(editor.value.replace("bounces_to_review: 2", "bounces_to_review: 很多")).run()
    at.button(key="city_check").click().run()
    assert "bounces_to_review" in shown(at)
    assert any("1 处要改" in message.value for message in at.error)
    at.selectbox(key="city_reason").select_index(0)
    at.button(key="city_save").click().run()
    assert any("1 处要改" in message.value for message in at.error)
    assert "bounces_to_review: 2" in (FOLDER / "clocks.yml").read_text(encoding="utf-8")


def test_answers_are_stopped_and_resumed_from_the_page(busy_api, desk):
    at = desk(busy_api, "admin")
    at.selectbox(key="switch_reason_answers").select_index(2)
    at.button(key="switch_go_answers").click().run()
    question = {"question": "居住证怎么办"}
    assert busy_api.http.post("/v1/answers", json=question).json()["outcome"] == "handed_over"
    assert any(texts.SWITCH_OFF in markdown.value for markdown in at.markdown)
    at.selectbox(key="switch_reason_answers").select_index(3)
    at.button(key="switch_go_answers").click().run()
    assert busy_api.http.post("/v1/answers", json=question).json()["outcome"] == "answered"


@pytest.mark.parametrize("name", ["duties.csv", "holidays.csv"])
def test_the_table_writes_a_file_as_it_was(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert as_csv(rows[0], rows[1:]) == text
