from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from analytics.opendata import TOTAL, tables, write
from hotline.store import Store
from tests.analytics.hotline_week import MONDAY, file, handled

K = 5


@pytest.fixture
def month(store: Store) -> Store:
    """A month with one lonely matter in a district."""
    with store.session() as session:
        for number in range(9):
            at = MONDAY + timedelta(hours=number)
            handled(session, at, score=5)
            file(session, at, category="交通运输/公交服务")
            file(session, at, district="番禺区")
            file(session, at, district="番禺区", category="交通运输/公交服务")
        secret = "我家住翠屏里三栋，电话13812345678"
        file(session, MONDAY, text=secret, district="南沙区", category="教育/校外培训")
    return store


def published(store: Store) -> dict[str, list[list]]:
    with store.session(read_only=True) as session:
        return {one.name: one.rows for one in tables(session, MONDAY.date(), MONDAY.date(), K)}


def test_small_counts_are_hidden_and_totals_hold(month: Store):
    rows = published(month)["tickets"]
    cells = {(district, category): (count, veil) for _, district, category, count, veil in rows}
    assert "南沙区" not in {district for district, _ in cells}
    assert cells[TOTAL, TOTAL] == (37, 0)
    assert all(count >= K for count, veil in cells.values() if not veil and count)
    for district in {district for district, _ in cells}:
        inner = [one for (d, c), one in cells.items() if d == district and c != TOTAL]
        veiled = [one for one in inner if one[1]]
        assert len(veiled) != 1
        if not veiled:
            assert sum(count for count, _ in inner) == cells[district, TOTAL][0]


def test_shares_of_few_are_empty(month: Store):
    rows = {row[1]: row for row in published(month)["service"]}
    assert rows["天河区"][3] == 100
    assert rows["南沙区"][2:] == ["", ""]


def test_files_hold_no_words_of_citizens_and_every_column_is_explained(
    month: Store, tmp_path: Path
):
    with month.session(read_only=True) as session:
        found = tables(session, date(2026, 3, 1), date(2026, 3, 1), K)
    out = tmp_path / "out"
    write(out, found, "热线", K, date(2026, 4, 1))
    everything = "".join(path.read_text("utf-8") for path in out.iterdir())
    assert "翠屏里" not in everything
    assert "1381234" not in everything
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    with (out / "dictionary.csv").open(encoding="utf-8", newline="") as file_:
        explained = {(row["文件"], row["字段"]) for row in csv.DictReader(file_)}
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file_:
            head = next(csv.reader(file_))
        assert {(resource["path"], name) for name in head} <= explained
        assert [field["name"] for field in resource["schema"]["fields"]] == head
