from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.city import CityError, load_city
from hotline.city_command import app

SHIPPED = Path(__file__).resolve().parents[2] / "city"
FILES = [
    "taxonomy.yml", "units.yml", "duties.csv", "places.csv", "clocks.yml",
    "holidays.csv", "watchwords.yml", "halls.yml", "reasons.yml", "alarms.yml", "words.csv", "dictionary.txt",
]  # fmt: skip

Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def add(line: str) -> Change:
    return lambda text: text + line + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "city"
    copy.mkdir()
    for name in FILES:
        shutil.copy(SHIPPED / name, copy / name)
    return copy


def edit(folder: Path, name: str, change: Change) -> int:
    """Change a file; returns the number of its last line."""
    path = folder / name
    text = change(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def problems(folder: Path) -> list[str]:
    with pytest.raises(CityError) as caught:
        load_city(folder)
    return [str(problem) for problem in caught.value.problems]


HAWKER = "城市管理/占道经营,street,街镇,城管;市场监管"
LAST = "%LAST%"  # the line number of an added row

CASES: list[tuple[str, Change, str]] = [
    ("duties.csv", add("城市管理/占道,city,城管,,三定,"),
     f"city/duties.csv 第 {LAST} 行：事项分类“城市管理/占道”不存在；最接近的是“城市管理/占道经营”，请改正"),
    ("duties.csv", swap(HAWKER, "城市管理/占道经营,village,街镇,城管"),
     "city/duties.csv 第 2 行：“level”不能是“village”；只能写：street、district、city"),
    ("duties.csv", swap(HAWKER, "城市管理/占道经营,street,城管,市场监管"),
     "city/duties.csv 第 2 行：街镇级由“城管”主办，但街镇没有这条线；street 行的 lead_line 写“街镇”，把“城管”放到 co_lines"),
    ("duties.csv", swap(HAWKER, "城市管理/占道经营,street,街镇,城管;市场监督"),
     "city/duties.csv 第 2 行：条线“市场监督”没有单位；最接近的是“市场监管”，请改正"),
    ("duties.csv", swap(HAWKER, "城市管理/占道经营,street,街镇,街镇;城管"),
     "city/duties.csv 第 2 行：“街镇”既主办又协办；请从 co_lines 里去掉"),
    ("duties.csv", swap(HAWKER, "城市管理/占道经营,street,,城管"),
     "city/duties.csv 第 2 行：缺少“lead_line”；请写上“lead_line”的内容"),
    ("duties.csv", add("城市管理/占道经营,city,城管,,三定,"),
     f"city/duties.csv 第 {LAST} 行：“城市管理/占道经营”的市级职责与第 4 行重复；请只留一行"),
    ("duties.csv", add("城市管理/占道经营,city,城管"),
     f"city/duties.csv 第 {LAST} 行：有 3 格，表头是 6 格；请补齐逗号；内容里有逗号时两边加英文双引号"),
    ("duties.csv", swap("交通运输/地铁服务,city,地铁", "交通运输/地铁服务,district,地铁"),
     "没有一个区有“地铁”条线的单位；请在 units.yml 的 templates 里补上，或把 level 改成 city"),
    ("duties.csv", swap("交通运输/地铁服务,city,地铁", "交通运输/地铁服务,district,交通"),
     "city/duties.csv：“交通运输/地铁服务”没有市级（city）职责；请加一行：没写明地址的工单要有市级单位承接"),
    ("duties.csv", swap("交通运输/地铁服务,city,地铁", "交通运输/地铁服务,city,街镇"),
     "广州市没有“街镇”条线的市级单位；请在 units.yml 的 units 里补上"),
    ("duties.csv", swap("category,level,lead_line", "category,level,lead"),
     "city/duties.csv 第 1 行：表头缺少“lead_line”；第一行应是：category,level,lead_line,co_lines,basis,note"),
    ("duties.csv", swap("basis,note\n", "basis,note,note\n"),
     "city/duties.csv 第 1 行：表头多出“note”；第一行应是：category,level,lead_line,co_lines,basis,note"),
    ("places.csv", add("新楼盘,estate,天和区,,,,"),
     f"city/places.csv 第 {LAST} 行：区“天和区”不存在；最接近的是“天河区”，请改正"),
    ("places.csv", add("新楼盘,estate,天河区,石碑街道,,,"),
     f"city/places.csv 第 {LAST} 行：天河区没有“石碑街道”；最接近的是“石牌街道”，请改正"),
    ("places.csv", add("新楼盘,building,天河区,,,,"),
     f"city/places.csv 第 {LAST} 行：“kind”不能是“building”"),
    ("places.csv", add("新楼盘,estate,天河区,,,23.12,113.33"),
     f"city/places.csv 第 {LAST} 行：坐标 23.12,113.33 不在国内；经度纬度写反了，请对调"),
    ("places.csv", add("新楼盘,estate,天河区,,,113.33,"),
     f"city/places.csv 第 {LAST} 行：“latitude”现在是“”"),
    ("places.csv", add("新楼盘,estate,天河区,,,东经113度,23.1"),
     f"city/places.csv 第 {LAST} 行：“longitude”现在是“东经113度”"),
    ("places.csv", add("新楼盘,estate,天河区,,新楼盘,,"),
     f"city/places.csv 第 {LAST} 行：“新楼盘”的别名有重复；别名不要与名称或其他别名相同"),
    ("places.csv", add("骏景花园,estate,天河区,棠下街道,,,"),
     f"city/places.csv 第 {LAST} 行：“骏景花园”与第 "),
    ("places.csv", add("石牌街道,street,天河区,五山街道,,,"),
     f"city/places.csv 第 {LAST} 行：街镇“石牌街道”的 street 栏是“五山街道”；请写成与 name 一样"),
    ("places.csv", add(",estate,天河区,,,,"),
     f"city/places.csv 第 {LAST} 行：缺少“name”；请写上“name”的内容"),
    ("places.csv", swap("石牌街道,street,天河区,石牌街道", "石牌街道办,landmark,天河区,石牌街道"),
     "city/places.csv：缺少天河区“石牌街道”一行；请补上 kind 为 street 的一行，或从 units.yml 的 street_offices 去掉它"),
    ("taxonomy.yml", swap("      - name: 违法建设", "      - name: 占道经营"),
     "事项分类“城市管理/占道经营”写了两遍；请只留一处"),
    ("taxonomy.yml", swap("        definition: 流动摊贩", "        defintion: 流动摊贩"),
     "city/taxonomy.yml 第 6 行：不认识“defintion”这一项；最接近的是“definition”，请改正"),
    ("taxonomy.yml", swap("category: 市场监管/营业执照与无照经营", "category: 市场监管/营业执照"),
     "事项分类“市场监管/营业执照”不存在；最接近的是“市场监管/营业执照与无照经营”，请改正"),
    ("taxonomy.yml", swap("levels:", "levels: ["),
     "YAML 写法有误；请检查这一行附近的缩进、冒号后的空格和括号是否成对"),
    ("units.yml", swap("{code: gz-jiaoyu, name: 广州市教育局, kind: bureau, line: 教育",
                       "{code: gz-fagai, name: 广州市教育局, kind: bureau, line: 教育"),
     "代码“gz-fagai”已用于“广州市发展和改革委员会”；请给其中一个换代码"),
    ("units.yml", swap("name: 广州市教育局, kind: bureau, line: 教育",
                       "name: 广州市教育局, kind: bureau, line: 发改"),
     "广州市的“发改”条线有两个单位：广州市发展和改革委员会、广州市教育局；同一辖区同一条线只留一个，另一个换条线"),
    ("units.yml", swap("kind: bureau, line: 教育", "kind: school, line: 教育"),
     "“kind”不能是“school”；只能写：bureau、district_bureau、district、street、utility、hotline"),
    ("units.yml", swap("code: gz-jiaoyu", "code: GZ_教育"),
     "代码“GZ_教育”不合写法；只用小写字母、数字和短横，如 gz-chengguan"),
    ("units.yml", swap("aliases: [{name: 市教委}]", "aliases: [{name: 市科技局}]"),
     "“市科技局”同时指“广州市教育局”和“广州市科学技术局”；请写明各自的起止日期，或去掉一个"),
    ("units.yml", swap("{name: 市教委}", "{name: 市教委, from: 2020-01-01, to: 2019-01-01}"),
     "别名“市教委”的止日早于起日；请核对 from 与 to"),
    ("units.yml", swap("{name: 市教委}", "{name: 市教委, to: 去年}"),
     "“去年”不是日期；请写成 2025-10-01 这样"),
    ("units.yml", swap('phone: "110"', "phone: 110"),
     "“phone”应是文字，现在是 110；请在两边加上英文引号"),
    ("units.yml", swap("except: [越秀区]", "except: [粤秀区]"),
     "区“粤秀区”不存在；最接近的是“越秀区”，请改正"),
    ("units.yml", swap('name: "{d}教育局"', 'name: "{区}教育局"'),
     "名称模板“{区}教育局”或其别名写法有误；花括号里只能是 {d} 或 {s}"),
    ("units.yml", swap("    石牌街道: shipai", "    石牌: shipai"),
     "“石牌”不像街镇名；街镇名以“街道”或“镇”结尾"),
    ("units.yml", swap("    石牌街道: shipai", "    五山街道: shipai"),
     "“五山街道”写了两遍；请只留一处"),
    ("units.yml", swap("  - {name: 荔湾区, code: liwan}\n", ""),
     "区“荔湾区”不存在；"),
    ("clocks.yml", swap("  close/咨询: {amount: 3, unit: workdays}\n", ""),
     "limits 里缺少“close/咨询”；请补上它的 amount 与 unit"),
    ("clocks.yml", swap("dispatch: {amount: 24", "dispatch: {amount: 二十四"),
     "“amount”现在是 '二十四'；应是 1 到 1000 的整数"),
    ("clocks.yml", swap("dispatch: {amount: 24, unit: hours}", "dispatch: {amount: 24, unit: 小时}"),
     "“unit”不能是“小时”；只能写：hours、working_hours、workdays"),
    ("clocks.yml", swap('{from: "14:00", to: "18:00"}', '{from: "11:00", to: "18:00"}'),
     "上班时间 11:00–18:00 的先后不对；请从早到晚写，不要重叠"),
    ("clocks.yml", swap('from: "09:00"', "from: 上午九点"),
     "“from”现在是 '上午九点'，不是时刻；请写成 \"09:00\" 这样，带英文引号"),
    ("clocks.yml", swap("- name: 企业诉求", "- name: 企业专线"),
     "“企业专线”没有办结时限；请在 limits 里补上“close/企业专线”"),
    ("holidays.csv", add("2026-13-01,holiday,元旦,通知"),
     f"city/holidays.csv 第 {LAST} 行：“2026-13-01”不是日期；请写成 2025-10-01 这样"),
    ("holidays.csv", add("2026-10-01,holiday,国庆节,通知"),
     f"city/holidays.csv 第 {LAST} 行：2026-10-01 与第 "),
    ("holidays.csv", add("2026-11-25,workday,调休,通知"),
     f"city/holidays.csv 第 {LAST} 行：2026-11-25 本来就是工作日；调休上班只写周六、周日，请核对日期"),
    ("holidays.csv", add("2026-12-05,rest,调休,通知"),
     f"city/holidays.csv 第 {LAST} 行：“kind”不能是“rest”；只能写：holiday、workday"),
    ("holidays.csv", add("2027-01-01,holiday,元旦,通知"),
     "city/holidays.csv：2027 年没有国庆节（10月1日）；一年要么照通知写全，要么整年不写"),
    ("watchwords.yml", swap("category: 公用事业/燃气", "category: 公用事业/煤气"),
     "事项分类“公用事业/煤气”不存在；最接近的是“公用事业/"),
    ("watchwords.yml", swap("minimum: 2", "minimum: 0"),
     "“minimum”现在是 0；应是 1 到 1000 的整数"),
    ("watchwords.yml", swap("variants: [高空掷物", "variants: [腹泻, 高空掷物"),
     "“腹泻”已写在“高空抛物”下；请只留一处"),
    ("halls.yml", swap("area: 荔湾区", "area: 荔弯区"),
     "辖区“荔弯区”不存在；最接近的是“荔湾区”，请改正"),
    ("halls.yml", swap("days: [周一, ", "days: [礼拜一, "),
     "“礼拜一”不是星期；只能写：周一、周二、周三、周四、周五、周六、周日"),
    ("halls.yml", swap("slots_per_half_hour: 10", "slots_per_half_hour: 很多"),
     "“slots_per_half_hour”现在是 '很多'；应是 1 到 200 的整数"),
    ("halls.yml", swap("code: liwan-hall", "code: gz-hall"),
     "代码“gz-hall”已用于“广州市政务服务中心”；请换一个代码"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "expected"), CASES, ids=[c[2][:40] for c in CASES])
def test_a_mistake_is_named_with_file_line_and_remedy(
    folder: Path, name: str, change: Change, expected: str
) -> None:
    last = edit(folder, name, change)
    found = problems(folder)
    expected = expected.replace(LAST, str(last))
    assert any(expected in each for each in found), found
    assert all(each.startswith("city/") for each in found)


@pytest.mark.parametrize("name", FILES[:8])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"city/{name}：没有这个文件；请从随附的 city 文件夹复制一份再改" in problems(folder)


def test_a_file_saved_by_an_old_excel_is_named_with_the_first_bad_line(folder: Path) -> None:
    text = (folder / "duties.csv").read_text(encoding="utf-8")
    (folder / "duties.csv").write_bytes(text.encode("gbk"))
    expected = (
        "city/duties.csv 第 2 行：不是 UTF-8 编码；"
        "请用 Excel 另存为“CSV UTF-8”，或用编辑器转成 UTF-8"
    )
    assert expected in problems(folder)


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(folder: Path) -> None:
    text = (folder / "duties.csv").read_text(encoding="utf-8")
    (folder / "duties.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_city(folder).duties == load_city(SHIPPED).duties


def test_all_mistakes_of_all_files_are_reported_together(folder: Path) -> None:
    edit(folder, "duties.csv", add("城市管理/占道,city,城管,,三定,"))
    edit(folder, "places.csv", add("新楼盘,estate,天和区,,,,"))
    edit(folder, "holidays.csv", add("昨天,holiday,元旦,通知"))
    assert {each.split(" ")[0] for each in problems(folder)} == {
        "city/duties.csv",
        "city/places.csv",
        "city/holidays.csv",
    }


def test_a_long_list_of_mistakes_is_cut_in_the_message_only(folder: Path) -> None:
    for _ in range(30):
        edit(folder, "places.csv", add("新楼盘,building,天河区,,,,"))
    with pytest.raises(CityError, match="另有 39 处问题") as caught:
        load_city(folder)
    assert len(caught.value.problems) == 59  # 30 kinds, 29 repetitions


def test_a_changed_file_is_read_again(folder: Path) -> None:
    before = load_city(folder)
    edit(folder, "places.csv", add("新楼盘,estate,天河区,,,,"))
    os.utime(folder / "places.csv", ns=(1, 1))
    after = load_city(folder)
    assert after is not before
    assert after.place_index.find("新楼盘")


def test_another_city_may_replace_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUISHENG_CITY", str(folder))
    assert load_city().folder == folder.resolve()


def test_the_check_command_prints_every_mistake_and_fails(folder: Path) -> None:
    edit(folder, "duties.csv", add("城市管理/占道,city,城管,,三定,"))
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert result.exit_code == 1
    assert "事项分类“城市管理/占道”不存在" in result.output
    assert "共 1 处问题。" in result.output


def test_the_check_command_tells_when_the_dictionary_is_behind(folder: Path) -> None:
    edit(folder, "places.csv", add("新楼盘花园,estate,天河区,,,,"))
    behind = CliRunner().invoke(app, ["check", str(folder)])
    assert behind.exit_code == 1
    assert "缺 1 个词，如“新楼盘花园”；请运行 python -m hotline.city dictionary" in behind.output
    written = CliRunner().invoke(app, ["dictionary", str(folder)])
    assert written.exit_code == 0
    assert CliRunner().invoke(app, ["check", str(folder)]).exit_code == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("两 个词,n,,热线", "“两 个词”里有空格；词里不能有空格"),
        ("新词,名词,,热线", "“tag”不能是“名词”"),
        ("新词,n,很多,热线", "词频“很多”不是数字；请写整数，或留空由程序推算"),
        ("工单,n,,热线", "“工单”写了两遍；请只留一行"),
        ("新词,n,,", "缺少“topic”"),
    ],
)
def test_mistakes_in_the_word_list_are_named(folder: Path, line: str, expected: str) -> None:
    last = edit(folder, "words.csv", add(line))
    for command in ("check", "dictionary"):
        result = CliRunner().invoke(app, [command, str(folder)])
        assert result.exit_code == 1
        assert f"city/words.csv 第 {last} 行：{expected}" in result.output
