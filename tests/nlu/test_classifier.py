"""The classifier on the shipped messages: what it promises, whatever the table."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.audit import suspects
from nlu.classifier import TextClassifier
from nlu.model_folder import ModelError
from nlu.training import Trained, TrainingError, train

MESSAGES = Path(__file__).parents[2] / "city" / "messages"


def first_level_rows() -> tuple[list[str], list[str]]:
    texts, labels = [], []
    for name in ("author_1.csv", "author_2.csv", "author_3.csv"):
        with (MESSAGES / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                label = row["category"].split("/")[0]
                if label in {"城市管理", "交通运输", "教育", "公用事业"}:
                    texts.append(row["text"])
                    labels.append(label)
    return texts, labels


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(*first_level_rows())


def test_it_learns_the_first_level_of_messages_it_had_not_seen(trained: Trained) -> None:
    assert trained.reliability.macro_f1 > 0.75
    assert trained.reliability.calibration_error < 0.15


@given(st.lists(st.text(max_size=80), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_probabilities_of_any_text_sum_to_one(trained: Trained, texts: list[str]) -> None:
    probabilities = trained.classifier.predict_proba(texts)
    assert probabilities.shape == (len(texts), len(trained.classifier.labels))
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_the_order_of_a_batch_changes_nothing(trained: Trained) -> None:
    texts = first_level_rows()[0][:60]
    straight = trained.classifier.predict_proba(texts)
    turned = trained.classifier.predict_proba(texts[::-1])[::-1]
    np.testing.assert_allclose(straight, turned, atol=1e-6)


@given(st.integers(0, 3), st.floats(0.1, 5))
@settings(max_examples=30, deadline=None)
def test_a_label_whose_score_grows_gets_no_less_probability(
    trained: Trained, label: int, more: float
) -> None:
    scores = np.random.default_rng(label).normal(0, 3, (20, 4)).astype(np.float32)
    calibration = trained.classifier.calibration
    before = calibration.probabilities(scores)[:, label]
    scores[:, label] += more
    assert (calibration.probabilities(scores)[:, label] >= before - 1e-6).all()


def test_eight_examples_a_label_are_read_far_better_than_by_guessing() -> None:
    rows = first_level_rows()
    few = [
        row
        for name in sorted(set(rows[1]))
        for row in [at for at, label in enumerate(rows[1]) if label == name][:8]
    ]
    learned = train([rows[0][row] for row in few], [rows[1][row] for row in few])
    rest = sorted(set(range(len(rows[0]))) - set(few))
    probabilities = learned.classifier.predict_proba([rows[0][row] for row in rest])
    decided = learned.classifier.decide(probabilities)
    right = [learned.classifier.labels[d] == rows[1][r] for d, r in zip(decided, rest, strict=True)]
    assert np.mean(right) > 0.45  # guessing gives 0.25


def test_width_case_script_and_blanks_do_not_change_the_reading(trained: Trained) -> None:
    plain, dressed = "小区停车场收费abc太贵", "小區停車場收費ＡＢＣ太貴"
    a, b = trained.classifier.predict_proba([plain, dressed])
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_training_twice_gives_the_same_model(tmp_path: Path) -> None:
    texts, labels = first_level_rows()
    digests = {
        train(texts[::4], labels[::4]).classifier.save(tmp_path / str(turn)) for turn in range(2)
    }
    assert len(digests) == 1


def test_a_saved_model_decides_as_before(trained: Trained, tmp_path: Path) -> None:
    digest = trained.classifier.save(tmp_path)
    loaded = TextClassifier.load(tmp_path)
    texts = first_level_rows()[0][:50]
    assert loaded.digest == digest
    before, after = trained.classifier.predict(texts), loaded.predict(texts)
    assert [row[0][0] for row in before] == [row[0][0] for row in after]


@pytest.mark.parametrize("name", ["model.json", "arrays.safetensors"])
def test_a_changed_model_file_is_refused(trained: Trained, tmp_path: Path, name: str) -> None:
    trained.classifier.save(tmp_path)
    file = tmp_path / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(ModelError):
        TextClassifier.load(tmp_path)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.json is missing"):
        TextClassifier.load(tmp_path)


def test_a_label_too_rare_to_learn_is_named_and_not_predicted() -> None:
    texts, labels = first_level_rows()
    result = train([*texts[::3], "盲道被占了", "盲道又被占了"], [*labels[::3], "盲道", "盲道"])
    assert result.too_small == {"盲道": 2}
    assert "盲道" not in result.classifier.labels


def test_one_label_alone_cannot_be_learned() -> None:
    with pytest.raises(TrainingError, match="at least 2 labels"):
        train(["停水了"] * 5, ["公用事业"] * 5)


def test_two_labels_and_empty_parts_are_enough() -> None:
    texts = [f"路灯不亮{i}\n" for i in range(6)] + [f"\n公交不停站{i}" for i in range(6)]
    result = train(texts, ["灯"] * 6 + ["车"] * 6)
    assert [rank[0][0] for rank in result.classifier.predict(["路灯坏了不亮", "公交车不停站"])] == [
        "灯",
        "车",
    ]


def test_the_deciding_words_stand_in_the_text(trained: Trained) -> None:
    text = "公交车到站不停，司机态度很差"
    words = trained.classifier.explain(text, "交通运输")
    assert words
    assert all(word in text for word, _ in words)
    assert words[0][1] > 0


def test_planted_label_errors_are_listed(trained: Trained) -> None:
    texts, labels = first_level_rows()
    planted = list(range(0, len(labels), 25))
    names = sorted(set(labels))
    wrong = list(labels)
    for row in planted:
        wrong[row] = names[(names.index(labels[row]) + 1) % len(names)]
    found = [suspect.row for suspect in suspects(train(texts, wrong), texts)]
    assert len(found) < 0.2 * len(texts)
    assert len(set(found) & set(planted)) >= 0.6 * len(planted)


def test_the_command_keeps_rows_and_their_order(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from nlu.__main__ import app

    texts, labels = first_level_rows()
    table = tmp_path / "tickets.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "detail", "label"])
        for number, (text, label) in enumerate(zip(texts[::3], labels[::3], strict=True)):
            writer.writerow([number, text[:10], text + "\n第二行", label])
    common = ["--tickets", str(table), "--text", "title", "--text", "detail"]
    model, out = str(tmp_path / "model"), tmp_path / "out.csv"
    steps = [
        ["train", *common, "--label", "label", "--out", model],
        ["predict", *common, "--model", model, "--out", str(out)],
        ["evaluate", *common, "--label", "label", "--model", model, "--out", str(tmp_path)],
    ]
    for step in steps:
        outcome = CliRunner().invoke(app, step)
        assert outcome.exit_code == 0, outcome.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == list(range(len(texts[::3])))
    assert all(0 < float(row["confidence"]) <= 1 for row in rows)
    assert json.loads((tmp_path / "report.json").read_text())["macro_f1"] > 0.8
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
