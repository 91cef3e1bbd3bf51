from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.city_files import CityDataError
from nlu.safety import detect, load_rules

with (Path(__file__).parent / "safety_messages.csv").open(encoding="utf-8", newline="") as lines:
    MESSAGES = list(csv.DictReader(lines))
DANGERS = [row["text"] for row in MESSAGES if row["danger"]]
LOOK_ALIKES = [row["text"] for row in MESSAGES if not row["danger"]]
UNRELATED = [
    "请问社保怎么查。",
    "你好，我想咨询一下公积金提取。",
    "楼下广场舞太吵了！",
    "谢谢你们。",
    "以前我也打过电话。",
    "如果可以请尽快回复。",
    "燃气费怎么交？",
]


def test_the_list_is_long_enough() -> None:
    assert len(DANGERS) >= 90
    assert len(LOOK_ALIKES) >= 80
    assert len({row["text"] for row in MESSAGES}) == len(MESSAGES)


@pytest.mark.parametrize("text", DANGERS)
def test_a_danger_is_seen(text: str) -> None:
    danger = detect(text)
    assert danger is not None
    assert danger.advice.startswith(danger.phone)
    assert danger.words


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_sounds_dangerous_is_not_a_danger(text: str) -> None:
    assert detect(text) is None


def test_the_kind_of_danger_is_told() -> None:
    right = [
        detect(row["text"]).kind == row["danger"]  # type: ignore[union-attr]
        for row in MESSAGES
        if row["danger"]
    ]
    assert sum(right) / len(right) >= 0.95


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(MESSAGES), st.lists(st.sampled_from(UNRELATED), max_size=3), st.booleans())
def test_an_unrelated_sentence_never_flips_the_decision(row, others, first: bool) -> None:
    message = row["text"] + "。"
    text = "".join([*others, message]) if first else "".join([message, *others])
    assert (detect(text) is not None) == bool(row["danger"])


def test_any_script_and_dialect_is_understood() -> None:
    for text in ("樓上著火喇", "屋企好大陣煤氣味", "有人揸刀斬人", "我唔想生喇"):
        assert detect(text) is not None


def test_a_broken_rule_file_is_named(tmp_path) -> None:
    path = tmp_path / "safety.yml"
    path.write_text(
        "kinds:\n  - {kind: 火灾, phone: '119', advice: 快跑, patterns: ['火']}\n", encoding="utf-8"
    )
    with pytest.raises(CityDataError, match=r"safety\.yml: 火灾"):
        load_rules(path)
    path.write_text(
        "kinds:\n  - {kind: 火灾, phone: '119', advice: '119', patterns: ['(']}\n",
        encoding="utf-8",
    )
    with pytest.raises(CityDataError, match="第 1 条"):
        load_rules(path)
