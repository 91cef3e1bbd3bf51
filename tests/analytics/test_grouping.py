from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analytics.archive_file import ArchiveError, read_tickets
from analytics.command import app
from analytics.grouping import Told, group, group_ids
from analytics.ranking import described
from analytics.silver import measure, read_silver
from tests.analytics.neighbourhood import ALONE, MATTERS, all_told


def test_people_with_one_matter_are_one_group_and_the_others_stay_alone():
    told = all_told()
    ids = group_ids(told, group(told))
    at = 0
    seen = set()
    for _, _, wordings in MATTERS.values():
        names = set(ids[at : at + len(wordings)])
        assert len(names) == 1, wordings
        assert names != {""}
        seen |= names
        at += len(wordings)
    assert len(seen) == len(MATTERS)
    assert ids[at:] == [""] * len(ALONE)


def test_the_order_of_the_file_changes_nothing():
    told = all_told()
    before = dict(zip([one.id for one in told], group_ids(told, group(told)), strict=True))
    random.Random(7).shuffle(told)
    after = dict(zip([one.id for one in told], group_ids(told, group(told)), strict=True))
    assert after == before


def test_the_same_noise_at_many_places_is_no_group():
    nights = {
        "金穗里": "烧烤档炒菜喝酒吵到两点",
        "松风阁": "楼上装修电钻响个不停",
        "望潮轩": "空调外机嗡嗡响",
        "北亭坊": "广场舞音响开得太大",
        "锦河湾": "工地打桩震得窗户抖",
        "玉兰居": "酒吧低音炮整晚轰",
        "岭海苑": "冷库压缩机轰鸣",
        "长荫庭": "麻将馆通宵洗牌",
    }
    told = [
        Told(
            f"n{n}",
            f"{place}{what}",
            f"{place}{what}，噪音扰民睡不着，请管一管",
            20_000.0 + n,
        )
        for n, (place, what) in enumerate(nights.items())
    ]
    ids = group_ids(all_told() + told, group(all_told() + told))[-len(told) :]
    assert max((ids.count(name) for name in ids if name), default=0) <= 2


def test_a_group_is_described_as_a_clerk_would():
    told = all_told()
    first = described(told, group(told), 1)[0]
    assert first.tickets == 6
    assert first.people == 6
    assert "搅拌站" in first.title
    assert "翠屏里" in first.title
    assert "翠屏里小区" in "".join(first.facts["shared_words"])
    assert len(first.facts["messages"]) == 3


def test_an_empty_archive_and_a_single_ticket_have_no_groups():
    assert group([]).members() == {}
    assert group(all_told()[:1]).members() == {}


def test_the_command_adds_the_group_to_every_row(tmp_path: Path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    told = all_told()
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["message_id", "title", "detail", "time"])
        for number, one in enumerate(told):
            writer.writerow([one.id, one.title, one.detail, f"2026/3/{number + 1} 8:0:0"])
    arguments = ["group", "--tickets", str(source), "--id", "message_id", "--text", "title"]
    arguments += ["--text", "detail", "--time", "time", "--out", str(target)]
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 0, outcome.output
    with target.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["message_id"] for row in rows] == [one.id for one in told]
    assert len({row["group_id"] for row in rows[:6]} - {""}) == 1
    assert rows[-1]["group_id"] == ""


def test_rows_that_cannot_be_read_are_listed_and_the_rest_is_grouped(tmp_path: Path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = ["编号,内容,时间"]
    lines += [f"{one.id},{one.detail.replace(',', '，')},2026-03-01" for one in all_told()]
    lines += ["t000,重复的编号,2026-03-01", "t900,时间不对,三月一日", "t901,少一格"]
    source.write_text("\n".join(lines), encoding="gb18030")
    arguments = ["group", "--tickets", str(source), "--id", "编号", "--text", "内容"]
    arguments += ["--time", "时间", "--out", str(target)]
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exit_code == 0, outcome.output
    with target.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(all_told()) + 3
    assert len({row["group_id"] for row in rows[:6]} - {""}) == 1
    with (tmp_path / "out.rejects.csv").open(encoding="utf-8") as file:
        rejected = list(csv.DictReader(file))
    assert [one["id"] for one in rejected] == ["t000", "t900", "t901"]
    assert "编号重复" in rejected[0]["reason"]
    assert "三月一日" in rejected[1]["reason"]
    assert "有 2 格" in rejected[2]["reason"]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("id,text\n1,甲\n1,乙\n", ":3：编号重复"),
        ("id,words\n1,甲\n", "缺少列 text"),
        ("id,text\n1,甲,多\n", "有 3 格，表头有 2 格"),
    ],
)
def test_a_wrong_file_is_named_with_row_and_remedy(tmp_path: Path, content: str, hint: str):
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ArchiveError, match=hint):
        read_tickets(path, "id", ["text"], None)


@pytest.mark.data
def test_the_silver_groups_of_real_messages_are_found(data: Path):
    told = read_tickets(data / "unlabelled_4326.csv", "message_id", ["title", "detail"], "time")
    grouped = group(told)
    ids = dict(zip([one.id for one in told], group_ids(told, grouped), strict=True))
    quality = measure(read_silver(data / "recurring_groups_dev.csv"), ids)
    assert quality.bcubed_f1 >= 0.88
    assert quality.pair_f1 >= 0.92
    top = [one.title for one in described(told, grouped, 2)]
    assert any("搅拌站" in title for title in top)
    assert any("车位" in title for title in top)
