from __future__ import annotations

import importlib.util
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.city_files import CityDataError
from nlu.extract import extract
from nlu.gazetteer import Entry, Gazetteer
from nlu.places import find_places
from nlu.times import find_times

NOW = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001  a Saturday; naive on purpose


def entries(*rows: tuple[str, str, str, str]) -> Gazetteer:
    found: dict[str, list[Entry]] = {}
    for name, kind, district, street in rows:
        found.setdefault(name, []).append(Entry(name, kind, district, street))
    return Gazetteer(found)


TOWN = entries(
    ("天河区", "district", "天河区", ""),
    ("海珠区", "district", "海珠区", ""),
    ("石牌街道", "street", "天河区", "石牌街道"),
    ("新塘街道", "street", "天河区", "新塘街道"),
    ("天河路", "road", "天河区", ""),
    ("体育东路", "road", "天河区", ""),
    ("翠湖花园", "estate", "天河区", "石牌街道"),
    ("翠湖花园", "estate", "海珠区", "赤岗街道"),
    ("赤岗", "metro", "海珠区", "赤岗街道"),
)


@pytest.mark.parametrize(
    ("text", "found", "start", "end"),
    [
        ("昨晚十一点多很吵", "昨晚十一点多", "11-20T23:00", "11-21T00:00"),
        ("连续一个月停水", "连续一个月", "10-22T10:00", "11-21T10:00"),
        ("每天凌晨两点到四点施工", "每天凌晨两点到四点", "11-21T02:00", "11-21T04:00"),
        ("上周三下午去的", "上周三下午", "11-11T12:00", "11-11T18:00"),
        ("11月3号停电", "11月3号", "11-03T00:00", "11-04T00:00"),
        ("国庆期间关门", "国庆期间", "10-01T00:00", "10-08T00:00"),
        ("今早8:30到现场", "今早8:30", "11-21T08:30", "11-21T08:30"),
        ("11月1日到3日施工", "11月1日到3日", "11-01T00:00", "11-04T00:00"),
        ("三天前交的", "三天前", "11-18T00:00", "11-19T00:00"),
        ("琴晚十一點幾打人", "琴晚十一點幾", "11-20T23:00", "11-21T00:00"),
        ("下晝三點停電", "下晝三點", "11-21T15:00", "11-21T15:00"),
        ("停了三天", "三天", "11-18T10:00", "11-21T10:00"),
        ("上个月底搬的", "上个月底", "10-21T00:00", "11-01T00:00"),
        ("晚上十二点还在唱", "晚上十二点", "11-22T00:00", "11-22T00:00"),
    ],
)
def test_times_are_resolved_against_the_day_of_writing(text, found, start, end) -> None:
    time_span = extract(text, NOW).times[0]
    assert time_span.text == found
    assert time_span.start is not None
    assert time_span.end is not None
    assert time_span.start.isoformat(timespec="minutes") == f"2026-{start}"
    assert time_span.end.isoformat(timespec="minutes") == f"2026-{end}"


@pytest.mark.parametrize(
    "text",
    [
        "便宜一点吧",
        "我有两点建议",
        "天河路123号",
        "3号线很挤",
        "三天内答复我",
        "13号楼",
        "七个工作日",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert not find_times(text, NOW)


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet="昨今前天晚上下午凌晨十一二三两点半年月日号周末到至每连续个前后0123456789:-国庆",
        max_size=25,
    )
)
def test_any_time_wording_is_read_without_error_and_in_order(text: str) -> None:
    for span in find_times(text, NOW):
        assert text[span.at : span.at + len(span.text)] == span.text
        if span.start is not None and span.end is not None:
            assert span.start <= span.end


def test_a_place_is_placed_and_ambiguity_is_kept() -> None:
    alone = find_places("翠湖花园3栋漏水", TOWN)[0]
    assert alone.text == "翠湖花园3栋"
    assert alone.district is None
    assert alone.candidates == [("天河区", "石牌街道"), ("海珠区", "赤岗街道")]
    decided = find_places("海珠区翠湖花园3栋漏水", TOWN)[1]
    assert (decided.district, decided.street) == ("海珠区", "赤岗街道")


def test_a_crossing_is_one_place() -> None:
    place = find_places("天河路与体育东路交界有水坑", TOWN)[0]
    assert place.text == "天河路与体育东路交界"
    assert place.district == "天河区"


def test_house_numbers_exits_and_short_street_names_belong_to_places() -> None:
    assert find_places("赤岗地铁站B口有人摆摊", TOWN)[0].text == "赤岗地铁站B口"
    assert find_places("天河路123号漏水", TOWN)[0].text == "天河路123号"
    assert find_places("新塘这边停水", TOWN)[0].street == "新塘街道"
    assert not find_places("这个小区的公园很好，马路也平", TOWN)


def test_unknown_names_are_told_by_their_suffix() -> None:
    assert [place.text for place in find_places("我住在聚龙岗花园，旁边是凤栖路", TOWN)] == [
        "聚龙岗花园",
        "凤栖路",
    ]


def test_one_message_gives_everything_it_says() -> None:
    text = "昨晚十一点在天河路有辆粤A12345撞了人，赔了三千五百块，电话１３８００００１２３４"
    found = {span.kind: span for span in extract(text, NOW).spans}
    assert found["plate"].value == "粤A12345"
    assert found["money"].value == "3500"
    assert found["phone"].text == "１３８００００１２３４"
    assert found["time"].text == "昨晚十一点"
    for span in found.values():
        assert text[span.start : span.end] == span.text


def test_named_organisations_are_told_from_plain_ones() -> None:
    kinds = [
        (span.kind, span.text)
        for span in extract("广州恒美健身有限公司不退钱，物业公司也不管").spans
    ]
    assert ("organisation", "恒美健身有限公司") in kinds
    assert not any(text == "物业公司" for _, text in kinds)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_spans_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    spans = extract(text, NOW).spans
    for span in spans:
        assert text[span.start : span.end] == span.text
    hard = [span for span in spans if span.kind != "home"]
    assert all(a.end <= b.start for a, b in pairwise(hard))


def test_a_long_message_is_read_quickly() -> None:
    extract("暖机")
    for piece in ("天河路", "138", "1,", "一", "3栋502房，"):
        begun = time.perf_counter()
        extract(piece * (20_000 // len(piece)), NOW)
        assert time.perf_counter() - begun < 8


def test_a_wrong_line_of_the_place_table_is_named(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    head = "name,kind,district,street,aliases,longitude,latitude\n"
    table.write_text(head + "天河路,马路,天河区,,,,\n", encoding="utf-8")
    with pytest.raises(CityDataError, match=r"places\.csv:2"):
        Gazetteer.from_csv(table)
    table.write_text("name,kind\n", encoding="utf-8")
    with pytest.raises(CityDataError, match=r"places\.csv:1"):
        Gazetteer.from_csv(table)


def test_the_hand_checked_messages_are_read_as_promised() -> None:
    path = Path(__file__).parents[2] / "benchmarks/extraction.py"
    spec = importlib.util.spec_from_file_location("extraction_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    assert len(benchmark.MESSAGES.read_text(encoding="utf-8").splitlines()) >= 400
    assert benchmark.personal_recall()[0] >= 0.99
    table = benchmark.measure()
    assert table["place"]["recall"] >= 0.93
    assert table["time"]["recall"] >= 0.93
