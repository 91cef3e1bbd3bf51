"""The small parts: dates, amounts, CSV, highlighting, charts, the client's errors."""

from __future__ import annotations

import datetime as dt

import httpx2
import pandas as pd
import pytest

from dashboard import charts, evidence, frame, moments, ticket_text
from dashboard.client import ApiDown, Client, Conflict, Refused, SignedOut
from dashboard.shapes import DayCount, Safety, Span, Suggestion, TicketDetail

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=moments.CITY)


def ticket(**values):
    base = {"number": "GZ1", "title": "井盖", "status": "办理中", "version": 3, "created_at": NOON}
    return TicketDetail.model_validate({**base, "text": "北京路井盖松动", **values})


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC), "11月21日 14:05"),
        (dt.datetime(2025, 1, 2, 1, 0, tzinfo=dt.UTC), "2025年1月2日 09:00"),
        (None, "—"),
    ],
)
def test_dates_are_written_as_people_here_write_them(when, written):
    assert moments.moment(when, dt.date(2026, 11, 21)) == written


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0.5, "不到 1 分钟"), (59, "59 分钟"), (125, "2 小时 5 分"), (700, "11 小时"), (2881, "2 天")],
)
def test_durations_get_coarser_as_they_grow(minutes, written):
    assert moments.ago(NOON - dt.timedelta(minutes=minutes), NOON) == written


def test_what_is_left_and_what_is_late_read_differently():
    hour = dt.timedelta(hours=1)
    assert moments.until(NOON + hour, NOON) == "剩 1 小时"
    assert moments.until(NOON - hour, NOON) == "超 1 小时"


def test_csv_is_utf8_with_a_mark_and_runs_no_formulas():
    made = frame.csv_bytes(pd.DataFrame({"标题": ["=1+1", "-2", "井盖"], "件数": [1, -2, 3]}))
    assert made.startswith(b"\xef\xbb\xbf")
    lines = made.decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'=1+1,1", "'-2,-2", "井盖,3"]


def test_overlapping_and_broken_spans_do_no_harm():
    spans = [
        Span(kind="place", start=0, end=3, text="北京路"),
        Span(kind="place", start=1, end=5, text="x"),
        Span(kind="time", start=5, end=99, text="x"),
    ]
    made = ticket_text.highlighted("北京路<井盖>", spans)
    assert made.count("<mark") == 1
    assert "&lt;井盖&gt;" in made


def test_a_danger_names_the_number_first():
    found = Suggestion(safety=Safety(kind="燃气泄漏", phone="119", advice="马上离开"))
    assert "先拨 119" in evidence.danger(found)
    assert evidence.danger(None) == ""


def test_the_map_has_the_eleven_districts_and_shades_only_them():
    assert len(charts.districts_on_map()) == 11
    spec = charts.district_map({"天河区": 8, "未识别": 100})
    shapes, labels = (layer["data"]["values"] for layer in spec["layer"])
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domainMax"] == 8
    assert {item["name"]: item["count"] for item in shapes}["天河区"] == 8
    assert {item["ink"] for item in labels if item["name"] == "天河区"} == {"#ffffff"}


def test_charts_take_nothing_and_a_year():
    assert charts.week([])["visualMap"]["max"] == 1
    days = [
        DayCount(date=dt.date(2026, 1, 1) + dt.timedelta(days=n), received=n, closed=0)
        for n in range(365)
    ]
    assert len(charts.by_day(days)["dataset"]["source"]) == 366


def answering(status, body):
    transport = httpx2.MockTransport(lambda request: httpx2.Response(status, json=body))
    return Client(httpx2.Client(transport=transport, base_url="http://api"), "s-token")


def error(code="x", message="一句话。", detail=None):
    return {"error": {"code": code, "message": message, "detail": detail, "request_id": "r"}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, SignedOut), (409, Conflict), (403, Refused), (422, Refused), (503, Refused)],
)
def test_every_refusal_keeps_the_sentence_of_the_api(status, kind):
    with pytest.raises(kind, match="一句话") as caught:
        answering(status, error()).health()
    assert type(caught.value) is kind


@pytest.mark.parametrize(("status", "body"), [(200, {"unexpected": 1}), (500, {}), (502, [])])
def test_an_unreadable_answer_is_said_to_be_one(status, body):
    with pytest.raises(ApiDown, match="无法识别"):
        answering(status, body).health()


def test_a_slow_api_is_told_from_a_missing_one():
    def slow(request):
        raise httpx2.ReadTimeout("late", request=request)

    http = httpx2.Client(transport=httpx2.MockTransport(slow), base_url="http://api")
    with pytest.raises(ApiDown, match="过慢"):
        Client(http).health()


def test_numbers_from_people_cannot_leave_their_place_in_the_address():
    seen = []

    def note(request):
        seen.append(request.url.raw_path)
        return httpx2.Response(404, json=error())

    http = httpx2.Client(transport=httpx2.MockTransport(note), base_url="http://api")
    with pytest.raises(Refused):
        Client(http).ticket("../../overview?x=1")
    assert b"/../" not in seen[0]
    assert b"?" not in seen[0]
