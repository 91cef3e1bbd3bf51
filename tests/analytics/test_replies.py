from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analytics.replies import Example, ReplyModel, train
from analytics.reply_signs import signs
from nlu.model_folder import ModelError

MESSAGE = "阳光里小区楼下烧烤店油烟扰民，而且占用人行道摆桌子，请处理。"
FULL = [
    f"您好！经核实，{where}烧烤店确有占道经营。根据《城市市容管理条例》第十四条，执法人员已于3月{day}日"
    f"责令其清理人行道桌椅；油烟净化设施限期3月{day + 5}日前整改，下一步将持续巡查。感谢您的支持。"
    for day, where in enumerate(
        ["阳光里", "东平路", "南园", "海印", "新河", "北苑", "金沙"], start=3
    )
]
EMPTY = [
    f"您好，您的留言已收悉，已转{unit}处理。"
    for unit in ["城管局", "街道办", "环保局", "住建局", "交警", "卫健局", "教育局"]
]


@pytest.fixture(scope="module")
def model() -> ReplyModel:
    rows = [Example(MESSAGE, text, True) for text in FULL]
    rows += [Example(MESSAGE, text, False) for text in EMPTY]
    return train(rows)[0]


def test_a_reply_with_grounds_passes_and_an_empty_one_does_not(model: ReplyModel):
    good = model.check(MESSAGE, FULL[0].replace("烧烤店", "烤肉店"))
    bad = model.check(MESSAGE, "网友您好，来信已收悉，已转区政府处理。")
    assert good.explains > 0.5 > bad.explains
    assert bad.doubtful
    assert "只说已转办，没有答复内容" in bad.reasons


def test_the_model_is_the_same_after_saving(model: ReplyModel, tmp_path: Path):
    model.save(tmp_path / "replies")
    again = ReplyModel.load(tmp_path / "replies")
    assert again.check(MESSAGE, FULL[1]) == model.check(MESSAGE, FULL[1])


def test_a_damaged_or_missing_model_is_refused(model: ReplyModel, tmp_path: Path):
    with pytest.raises(ModelError):
        ReplyModel.load(tmp_path / "none")
    model.save(tmp_path / "replies")
    card = tmp_path / "replies" / "model.json"
    card.write_text(card.read_text(encoding="utf-8").replace("auroc", "aurocs"), encoding="utf-8")
    with pytest.raises(ModelError):
        ReplyModel.load(tmp_path / "replies")


def test_a_matter_left_out_is_counted():
    asked = "一、楼下烧烤店油烟太大。二、小区门口路灯坏了半个月。"
    read = signs(asked, "经核查，烧烤店油烟净化器已更换。")
    assert (read.matters, read.answered) == (2, 1)


def test_any_reply_at_all_can_be_checked(model: ReplyModel):
    for reply in ("", " ", "好", "\x00" * 50, "已阅。" * 2000):
        assert 0.0 <= model.check(MESSAGE, reply).explains <= 1.0


def test_too_few_examples_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        train([Example(MESSAGE, FULL[0], True)])


@pytest.mark.data
def test_real_replies_are_told_apart(data: Path):
    with (data / "replies_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    examples = [
        Example(
            f"{row['title']}\n{row['detail']}", row["reply"], row["expl_label_Syucryingstar"] == "1"
        )
        for row in rows
    ]
    _, area = train(examples)
    assert area >= 0.85
