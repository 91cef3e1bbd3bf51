"""Training the dispatcher's models."""

from __future__ import annotations

import csv

import pytest

from hotline.city import CityError, load_city
from hotline.classifiers import load_classifiers
from hotline.teaching import COLUMNS, hints, read_examples, teach


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _few(path, author, count=4):
    """A small file: the first messages of three categories."""
    source = load_city().folder / "messages" / f"author_{author}.csv"
    wanted = ("城市管理/占道经营", "城市管理/路灯与照明", "公用事业/供水")
    with source.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = [
        row for name in wanted for row in [one for one in rows if one["category"] == name][:count]
    ]
    # Every appeal type and urgency three times, so that all three models have two labels.
    for position, row in enumerate(chosen):
        row["appeal_type"] = ("投诉", "咨询")[position % 2]
        row["urgency"] = ("一般", "较急")[position % 2]
    return _write(path, chosen)


def test_the_same_messages_give_the_same_models(tmp_path):
    city = load_city()
    files = [_few(tmp_path / "author_1.csv", 1), _few(tmp_path / "author_2.csv", 2)]
    first = teach(city, files, tmp_path / "one", [_few(tmp_path / "author_4.csv", 4)])
    second = teach(city, files, tmp_path / "two")
    one, two = (load_classifiers(tmp_path / name, city) for name in ("one", "two"))
    assert one.digest == two.digest
    assert first.thresholds == second.thresholds
    assert first.rows == 24
    assert set(first.test) == {"category", "appeal", "urgency"}


def test_a_wrong_label_is_named_with_its_line(tmp_path):
    row = dict.fromkeys(COLUMNS, "")
    row |= {"id": "x", "text": "路灯不亮", "appeal_type": "投诉", "urgency": "一般"}
    path = _write(tmp_path / "author_9.csv", [row | {"category": "城市管理/路灯"}])
    with pytest.raises(CityError, match=r"author_9\.csv"):
        read_examples(load_city(), [path])


def test_every_category_lends_its_typical_phrases():
    city = load_city()
    assert {label for _, label in hints(city)} == set(city.categories)
