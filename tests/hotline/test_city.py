from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import chinese_calendar
import pytest
from typer.testing import CliRunner

from hotline.city import City, UnknownName, load_city
from hotline.city_command import app
from hotline.clocks import Limit, LimitUnit
from hotline.datafile import read_csv
from hotline.dictionary import missing_words
from hotline.places import COLUMNS as PLACE_COLUMNS
from hotline.problems import Problems

SHIPPED = Path(__file__).resolve().parents[2] / "city"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(SHIPPED)


def test_the_shipped_city_is_guangzhou_with_17_levels_and_100_categories(city: City) -> None:
    assert city.name == "广州市"
    assert len(city.categories) == 100
    assert len({category.level for category in city.categories.values()}) == 17


def test_every_category_says_what_citizens_say_and_what_it_is_confused_with(city: City) -> None:
    for category in city.categories.values():
        assert category.definition
        assert 6 <= len(category.typical) <= 12, category.key
        assert 1 <= len(category.confused_with) <= 3, category.key


def test_guangzhou_has_11_districts_and_176_streets_and_towns(city: City) -> None:
    assert len(city.districts) == 11
    streets = [street for district in city.districts for street in district.streets]
    assert len(streets) == 176
    assert sum(street.endswith("镇") for street in streets) == 34


def test_every_category_resolves_everywhere(city: City) -> None:
    for category in city.categories:
        assert city.lead_unit(category).level == "city"
        for district in city.districts:
            match = city.lead_unit(category, district.name)
            assert match.unit.area in (district.name, city.name)
            for street in district.streets:
                match = city.lead_unit(category, district.name, street)
                has_street_duty = city.duties.at(category, "street") is not None
                assert (match.level == "street") is has_street_duty
                if has_street_duty:
                    assert match.unit.area == f"{district.name}/{street}"


def test_no_match_names_a_unit_that_only_supervises_or_names_the_lead_twice(city: City) -> None:
    for category in city.categories:
        for district in (None, "天河区", "增城区"):
            match = city.lead_unit(category, district)
            units = [match.unit, *match.co_units]
            assert not any(unit.supervises_only for unit in units)
            assert len({unit.code for unit in units}) == len(units)


def test_a_street_hawker_goes_to_the_street_with_the_duty_quoted(city: City) -> None:
    match = city.lead_unit("城市管理/占道经营", "天河区", "石牌街道")
    assert match.unit.name == "天河区石牌街道办事处"
    assert [unit.name for unit in match.co_units] == [
        "天河区城市管理和综合执法局",
        "天河区市场监督管理局",
    ]
    assert "《城市市容和环境卫生管理条例》第十四条" in match.explanation


def test_without_a_street_the_district_bureau_leads(city: City) -> None:
    match = city.lead_unit("城市管理/占道经营", "天河区")
    assert match.unit.code == "tianhe-chengguan"
    assert match.level == "district"


def test_without_a_district_the_city_bureau_leads_and_says_so(city: City) -> None:
    match = city.lead_unit("城市管理/占道经营")
    assert match.unit.code == "gz-chengguan"
    assert match.explanation.startswith("没有写明所在区，先交市级单位，")


def test_a_district_without_the_bureau_hands_up_to_the_city(city: City) -> None:
    match = city.lead_unit("交通运输/公交服务", "天河区")
    assert match.unit.code == "gz-jiaotong"
    assert match.explanation.startswith("天河区没有单设交通条线的单位，")
    assert city.lead_unit("交通运输/公交服务", "番禺区").unit.code == "panyu-jiaotong"


def test_water_goes_to_the_company_that_serves_the_district(city: City) -> None:
    assert city.lead_unit("公用事业/供水", "天河区").unit.name == "广州市自来水有限公司"
    assert city.lead_unit("公用事业/供水", "花都区").unit.name == "广州市花都自来水有限公司"
    assert city.lead_unit("公用事业/供水", "从化区").unit.name == "从化区水务局"


def test_the_metro_is_the_citys_matter_wherever_it_happens(city: City) -> None:
    match = city.lead_unit("交通运输/地铁服务", "越秀区", "北京街道")
    assert (match.unit.code, match.level) == ("gz-ditie", "city")


def test_an_area_may_be_written_with_a_slash_and_a_lone_street_finds_its_district(
    city: City,
) -> None:
    expected = city.lead_unit("城市管理/违法建设", "天河区", "石牌街道")
    assert city.lead_unit("城市管理/违法建设", "天河区/石牌街道") == expected
    assert city.lead_unit("城市管理/违法建设", None, "石牌街道") == expected


def test_unknown_names_come_with_the_nearest_known_one(city: City) -> None:
    with pytest.raises(UnknownName, match="最接近的是“城市管理/占道经营”"):
        city.lead_unit("城市管理/占道")
    with pytest.raises(UnknownName, match="广州市没有“天和区”；最接近的是“天河区”"):
        city.lead_unit("城市管理/占道经营", "天和区")
    with pytest.raises(UnknownName, match="天河区没有“石碑街道”；最接近的是“石牌街道”"):
        city.lead_unit("城市管理/占道经营", "天河区", "石碑街道")
    with pytest.raises(UnknownName, match="广州市没有“棠下街”；最接近的是“棠下街道”"):
        city.lead_unit("城市管理/占道经营", None, "棠下街")
    with pytest.raises(UnknownName, match="没有代码为“gz-chengguang”的单位"):
        city.unit("gz-chengguang")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("市城市执法和综合管理局", "gz-chengguan"),
        ("市城市管理综合执法局", "gz-chengguan"),
        ("广州市城市管理和综合执法局", "gz-chengguan"),
        ("市城市管理和综合执法局", "gz-chengguan"),
        ("市住房城乡建设局", "gz-zhujian"),
        ("市住房和城乡建设局", "gz-zhujian"),
        ("市发展改革委员会", "gz-fagai"),
        ("市发展和改革委员会", "gz-fagai"),
        ("市政务服务数据管理局", "gz-zhengshu"),
        ("市地方金融监管局", "gz-jinrong"),
        ("市国有资产监督管理委员会", "gz-guozi"),
        ("市邮政管理局", "gz-youzhengju"),
        ("广州空港委", "gz-konggang"),
        ("市供电局", "gz-gongdian"),
        ("市公交集团", "gz-gongjiao"),
        ("市来穗人员服务管理局", "gz-laisui"),
        ("市委机要和保密局", "gz-jiyao"),
        ("天河公安", "tianhe-gongan"),
        ("荔湾区政务服务数据管理局", "liwan-zhengshu"),
        ("石牌街", "tianhe-shipai"),
        ("新塘镇政府", "zengcheng-xintang"),
        ("番禺区沙湾镇", "panyu-shawan"),
    ],
)  # fmt: skip
def test_a_unit_is_found_by_the_names_people_and_plans_use(
    city: City, name: str, code: str
) -> None:
    unit = city.find_unit(name)
    assert unit is not None
    assert unit.code == code


def test_a_former_name_counts_only_while_it_was_in_use(city: City) -> None:
    before, after = dt.date(2018, 6, 1), dt.date(2024, 6, 1)
    found = city.find_unit("广州市工商行政管理局", on=before)
    assert found is not None
    assert found.code == "gz-shichang"
    assert city.find_unit("广州市工商行政管理局", on=after) is None
    assert city.find_unit("市政务服务数据管理局", on=dt.date(2023, 1, 1)) is not None
    assert city.find_unit("市政务服务数据管理局", on=dt.date(2025, 6, 1)) is None


def test_a_district_short_form_needs_the_district(city: City) -> None:
    assert city.find_unit("区城管局") is None
    found = city.find_unit("区城管局", district="海珠区")
    assert found is not None
    assert found.code == "haizhu-chengguan"


def test_unit_codes_are_unique_and_every_district_is_served_alike(city: City) -> None:
    assert len(city.register.by_code) == len(city.units)
    for line in ("公安", "城管", "市场监管", "教育", "卫健", "民政", "人社", "住建", "政数"):
        for district in city.districts:
            assert city.register.at(line, district.name) is not None


def test_a_place_that_lies_in_several_districts_keeps_all_of_them(city: City) -> None:
    districts = {place.district for place in city.place_index.find("广州大道")}
    assert districts == {"白云区", "天河区", "越秀区", "海珠区", "番禺区"}
    areas = {place.area for place in city.place_index.find("新塘")}
    assert areas == {"天河区/新塘街道", "增城区/新塘镇"}


def test_the_gazetteer_knows_estates_villages_and_nicknames(city: City) -> None:
    for name, district in [
        ("丽江花园", "番禺区"),
        ("祈福新邨", "番禺区"),
        ("骏景花园", "天河区"),
        ("石牌村", "天河区"),
        ("康乐村", "海珠区"),
        ("小蛮腰", "海珠区"),
        ("客村站", "海珠区"),
        ("中山一院", "越秀区"),
    ]:
        assert {place.district for place in city.place_index.find(name)} == {district}, name
    others = {p.name for p in city.place_index.places if p.kind not in ("district", "street")}
    assert len(others) >= 350


def test_the_dictionary_holds_every_place_unit_and_word(city: City) -> None:
    assert missing_words(city) == []
    lines = (SHIPPED / "dictionary.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 1500
    for line in lines:
        word, freq, tag = line.split(" ")
        assert word
        assert int(freq) > 0
        assert tag.isalpha()


def test_the_clocks_are_those_of_the_design(city: City) -> None:
    limits = city.clocks.limits
    assert limits["dispatch"] == Limit(24, LimitUnit.HOURS)
    assert limits["sign"] == Limit(1, LimitUnit.WORKDAYS)
    assert limits["return"] == Limit(3, LimitUnit.WORKING_HOURS)
    days = {"咨询": 3, "求助": 7, "投诉": 15, "举报": 15, "建议": 15, "表扬": 15}
    for appeal, amount in days.items():
        assert limits[f"close/{appeal}"] == Limit(amount, LimitUnit.WORKDAYS)
    lanes = {lane.name: lane for lane in city.special_lanes}
    assert not lanes["办不成事"].returnable


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_a_published_year_agrees_with_chinesecalendar(city: City, year: int) -> None:
    day = dt.date(year, 1, 1)
    while day.year == year:
        assert city.holidays.is_workday(day) is chinese_calendar.is_workday(day), day
        day += dt.timedelta(days=1)


def test_years_after_the_last_notice_are_unpublished(city: City) -> None:
    assert city.holidays.is_published(dt.date(2026, 12, 31))
    assert not city.holidays.is_published(dt.date(2027, 1, 1))


def test_watch_words_cover_the_community_food_and_water_words(city: City) -> None:
    words = {word.word for word in city.watchwords}
    assert words >= {
        "小区人员进出", "车辆进出", "高空抛物", "垃圾堆放", "周界防护", "消防通道占用",
        "煤气泄漏", "火灾", "腹泻", "过期食品", "脏乱差", "水质异常", "偷排偷放",
        "水浸街", "泥头车",
    }  # fmt: skip
    flood = next(word for word in city.watchwords if word.word == "水浸街")
    assert "内涝" in flood.variants


def test_every_district_has_a_hall_that_is_in_the_gazetteer_and_open_on_monday(city: City) -> None:
    assert {hall.area for hall in city.halls} == {city.name, *(d.name for d in city.districts)}
    for hall in city.halls:
        assert hall.openings_on(0)
        assert not hall.openings_on(6)
        assert city.place_index.find(hall.name)


def test_loading_again_is_instant_and_gives_the_same_object(city: City) -> None:
    started = time.perf_counter()
    again = load_city(SHIPPED)
    assert time.perf_counter() - started < 0.3
    assert again is city


def test_places_have_the_agreed_columns() -> None:
    problems = Problems()
    assert read_csv(SHIPPED / "places.csv", PLACE_COLUMNS, problems)
    assert not problems.found


def test_the_check_command_prints_a_summary() -> None:
    result = CliRunner().invoke(app, ["check", str(SHIPPED)])
    assert result.exit_code == 0
    assert "事项分类 100 个" in result.output


def test_the_who_command_says_who_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUISHENG_CITY", str(SHIPPED))
    result = CliRunner().invoke(app, ["who", "城市管理/占道经营", "天河区/石牌街道"])
    assert result.exit_code == 0
    assert "天河区石牌街道办事处（tianhe-shipai）" in result.output
    assert "依据" in result.output
    wrong = CliRunner().invoke(app, ["who", "城市管理/占道"])
    assert wrong.exit_code == 1
    assert "最接近的是“城市管理/占道经营”" in wrong.output
