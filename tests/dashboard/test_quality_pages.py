"""Fair comparison, doubtful closings, ratings and improvement items on their pages."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from analytics.tables import ImprovementRow, ReplyCheckRow, make_tables
from dashboard import quality_texts as own
from dashboard.quality_shapes import ComparedMeasure, ComparedUnit, MeasureMeaning, UnitComparison
from dashboard.roles import CALLBACKS, COMPARISON, PAGES, RATINGS
from dashboard.steering_charts import RED, ranges
from dashboard.views.comparison import notable_table, unit_table
from hotline.models import Ticket

NOW = dt.datetime.now(dt.UTC)
WORSE = ComparedMeasure(
    exposed=40, events=30, rate=0.75, expected=36, standardised=0.76, low=0.62, high=0.9,
    verdict="worse", clear=True,
)  # fmt: skip
COMPARED = UnitComparison(
    first=NOW.date(),
    last=NOW.date(),
    measures=[MeasureMeaning(code="on_time", name="按时办结率", better="up", definition="口径。")],
    units=[
        ComparedUnit(code="a", name="甲局", received=40, closed=40, measures={"on_time": WORSE}),
        ComparedUnit(
            code="b", name="乙局", received=3, closed=3, measures={"on_time": ComparedMeasure()}
        ),
    ],
    method="间接标准化。",
    computed_at=NOW,
)


def shown(at):
    return " ".join(element.proto.body for element in at.get("html"))


def test_a_unit_clearly_worse_is_named_and_one_with_few_tickets_is_not_judged():
    assert notable_table(COMPARED)["判断"].to_list() == ["明显偏差"]
    marked = unit_table(COMPARED)["按时办结率"]
    assert marked.iloc[0] == "▼▼ 76.0%"
    assert marked.isna().to_list() == [False, True]


def test_the_range_of_a_unit_is_drawn_from_its_lower_to_its_upper_end():
    low, span, point = ranges(["甲局"], [WORSE])["series"]
    assert low["data"] == [62.0]
    assert [one["value"] for one in span["data"]] == [28.0]
    assert point["data"] == [{"value": 76.0, "itemStyle": {"color": RED}}]


def test_units_of_the_period_stand_in_the_comparison(busy_api, desk):
    at = desk(busy_api, "manager", COMPARISON)
    assert not at.exception
    assert own.COLUMNS["unit"] in at.dataframe(key="compared_table").value.columns


def test_a_closing_the_citizen_disputes_is_on_the_list_of_those_who_call_back(busy_api, desk):
    number = busy_api.numbers["closed"]
    make_tables(busy_api.store.engine)
    with busy_api.store.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        session.merge(
            ReplyCheckRow(
                ticket_id=ticket.id, closed_at=ticket.closed_at, explains=0.3, on_topic=0.2,
                off_topic=False, unsolved=1, reasons=[], signs=["回访时市民说没有解决"],
            )
        )  # fmt: skip
    at = desk(busy_api, "agent", CALLBACKS)
    assert not at.exception
    assert "回访时市民说没有解决" in " ".join(one.value for one in at.markdown)
    assert f"open_{number}" in {button.key for button in at.button}
    other = desk(busy_api, "agent", CALLBACKS, callback_kind=own.CALLBACK_KINDS["off_topic"])
    assert f"open_{number}" not in {button.key for button in other.button}


def test_a_low_rating_is_planned_and_finished_by_the_unit_and_closed_by_a_manager(busy_api, desk):
    headers = {"Authorization": f"Bearer {busy_api.token('unit')}"}
    unit = busy_api.http.get("/v1/session", headers=headers).json()["unit_code"]
    make_tables(busy_api.store.engine)
    with busy_api.store.session() as session:
        row = ImprovementRow(
            unit_code=unit, category="城市管理/占道经营", district="天河区", state="open",
            tickets=[busy_api.numbers["closed"]], opened_at=NOW, changed_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        number = row.id
    at = desk(busy_api, "unit", RATINGS)
    at.button(key=f"take_{number}").click().run()
    assert [error.value for error in at.error] == [own.STEP_NEED]
    at.text_input(key=f"said_{number}_plan").set_value("本月底前加派夜间巡查").run()
    at.button(key=f"take_{number}").click().run()
    assert "本月底前加派夜间巡查" in shown(at)
    at.text_input(key=f"said_{number}_finish").set_value("已加派两班").run()
    at.button(key=f"take_{number}").click().run()
    assert not at.exception
    assert f"take_{number}" not in {button.key for button in at.button}
    at = desk(busy_api, "manager", RATINGS, improvement_state=own.STATES["done"])
    assert "还看不出效果" in shown(at)
    at.button(key=f"take_{number}").click().run()
    assert not at.exception
    at = desk(busy_api, "auditor", RATINGS, improvement_state=own.STATES["closed"])
    assert "已加派两班" in shown(at)
    assert f"take_{number}" not in {button.key for button in at.button}


@pytest.mark.parametrize(
    ("page", "path"),
    [
        (COMPARISON, "/v1/units/comparison"),
        (CALLBACKS, "/v1/replies/doubtful"),
        (RATINGS, "/v1/improvements"),
    ],
)
def test_a_page_is_in_the_menu_of_those_the_api_answers(busy_api, page, path):
    for username, role in (
        ("agent", "agent"), ("dispatcher", "dispatcher"), ("unit", "unit_handler"),
        ("editor", "knowledge_editor"), ("manager", "manager"), ("auditor", "auditor"),
        ("admin", "admin"),
    ):  # fmt: skip
        headers = {"Authorization": f"Bearer {busy_api.token(username)}"}
        answer = busy_api.http.get(path, headers=headers)
        assert (answer.status_code == 200) == (page in PAGES[role]), username
