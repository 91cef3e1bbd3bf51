"""Managers' pages: what they lead to, what they refuse, what leaves them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from analytics.tables import AlarmRow, GroupRow
from dashboard import steering_charts as charts
from dashboard import steering_texts as own
from dashboard.panel import xlsx_bytes
from dashboard.roles import ALARMS, BEHIND, GROUPS, PERFORMANCE
from dashboard.steering_shapes import DialWeek, HourSoFar, Share, UsualRange
from dashboard.views.alarms import NOTE_NEEDED

NOW = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)


def headings(at):
    return " ".join(element.proto.body for element in at.get("html"))


def test_a_workbook_keeps_texts_as_texts():
    made = xlsx_bytes(pd.DataFrame({"标题": ["=1+1", "@x", "井盖"], "件数": [1, None, 3]}))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert [cell.value for cell in sheet["A"]] == ["标题", "=1+1", "@x", "井盖"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [cell.value for cell in sheet["B"]] == ["件数", 1, None, 3]


def test_the_band_stands_on_its_lower_edge():
    hours = [HourSoFar(hour=0, today=4, usual=UsualRange(mean=3, low=2, high=5)), HourSoFar(hour=1)]
    spec = charts.today(hours)
    low, band = spec["series"][0]["data"], spec["series"][1]["data"]
    assert (low, band) == ([2, None], [3, None])
    assert spec["series"][3]["data"] == [4, None]


def test_weeks_of_which_little_has_come_out_are_not_drawn():
    weeks = [
        DialWeek(first=NOW.date(), suggested={"auto": 10}, came_out={"auto": share})
        for share in (Share(decided=10, right=9, value=0.9), Share(decided=6, right=3, value=0.5))
    ]
    assert charts.accuracy_weeks(weeks, 0.98)["series"][0]["data"] == [90.0, None]


def test_tickets_behind_a_figure_keep_its_conditions(busy_api, desk):
    at = desk(busy_api, "manager", BEHIND, state=own.BEHIND_STATES["in_air"])
    assert not at.exception
    assert at.selectbox(key="state").value == own.BEHIND_STATES["in_air"]
    headers = {"Authorization": f"Bearer {busy_api.token('manager')}"}
    path = "/v1/situation/tickets"
    flying = busy_api.http.get(path, params={"state": "in_air"}, headers=headers).json()["items"]
    assert busy_api.numbers["pending"] in {row["number"] for row in flying}
    assert {row["status"] for row in flying} <= {"待派单", "已派单"}


@pytest.mark.parametrize("username", ["agent", "unit", "editor", "admin"])
def test_tickets_behind_figures_are_not_for_everybody(busy_api, username):
    headers = {"Authorization": f"Bearer {busy_api.token(username)}"}
    answer = busy_api.http.get("/v1/situation/tickets", headers=headers)
    assert answer.status_code == 403


def test_a_warning_goes_from_seen_to_closed(busy_api, desk):
    with busy_api.store.session() as session:
        row = AlarmRow(
            cause="rise:x", kind="rise", day="2026-11-20", category="城市管理/占道经营",
            district="天河区", street="", sentence="天河区“占道经营”平时每周 2–4 件，昨天 19 件。",
            observed=19, expected=0.5, improbability=1e-7, state="new", raised_at=NOW,
            changed_at=NOW, facts={"false_alarms_per_week": 0.5},
        )  # fmt: skip
        session.add(row)
        session.flush()
        number = row.id
    at = desk(busy_api, "manager", ALARMS)
    assert "昨天 19 件" in headings(at)
    at.button(key=f"take_{number}").click().run()
    assert not at.exception
    at.button_group(key=f"step_{number}").set_value("close").run()
    at.button(key=f"take_{number}").click().run()
    assert [error.value for error in at.error] == [own.ALARM_NEED_NOTE]
    assert "close" in NOTE_NEEDED
    at.text_input(key=f"note_{number}_close").set_value("摊档已清走").run()
    at.button(key=f"take_{number}").click().run()
    assert not at.exception
    assert "昨天 19 件" not in headings(at)
    at = desk(busy_api, "auditor", ALARMS)
    assert f"take_{number}" not in {button.key for button in at.button}


def test_a_group_is_renamed_by_a_manager_and_only_read_by_an_auditor(busy_api, desk):
    with busy_api.store.session() as session:
        session.merge(
            GroupRow(
                id="g-test", title="夜市占道", state="active", district="天河区", category="",
                first_at=NOW, last_at=NOW, tickets=3, people=3, heat=4.0, followers=[],
                summary={"weekly": [0, 1, 2], "why": "都提到石牌东路"},
            )
        )  # fmt: skip
    at = desk(busy_api, "manager", GROUPS, group="g-test")
    assert not at.exception
    at.text_input(key="new_title").set_value("石牌东路夜市占道")
    at.button(key="rename").click().run()
    assert not at.exception
    assert "石牌东路夜市占道" in [heading.value for heading in at.subheader]
    at = desk(busy_api, "auditor", GROUPS, group="g-test")
    assert not at.exception
    assert "rename" not in {button.key for button in at.button}


def test_units_and_disputes_are_those_of_the_period(busy_api, desk):
    at = desk(busy_api, "manager", PERFORMANCE)
    assert not at.exception
    units = at.dataframe(key="unit_table").value
    assert len(units) >= 1
