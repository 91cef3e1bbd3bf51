from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import text
from typer.testing import CliRunner

from analytics.brief import digest_of, make_brief
from analytics.brief_files import file_name, write_form
from analytics.brief_layout import numeral
from analytics.command import app
from analytics.consolidation import consolidate
from analytics.fonts import NoChineseFont, choose
from analytics.tables import AlarmRow, make_tables
from hotline.errors import InvalidInput
from hotline.settings import hotline_settings
from hotline.store import Store
from knowledge_base.gaps import GapLog
from tests.analytics.hotline_week import MONDAY, STREETS, handled
from tests.analytics.neighbourhood import file_alone, file_matter

SUNDAY = date(2026, 3, 8)
AFTER = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def live(store: Store) -> None:
    """A week worth a brief: a matter of six people, a warning, a late unit, low ratings."""
    make_tables(store.engine)
    GapLog(store.engine)
    with store.session() as session:
        file_matter(session, "mixer", MONDAY)
        file_alone(session, MONDAY + timedelta(days=1))
        for number in range(12):
            at = MONDAY + timedelta(hours=number)
            handled(session, at, STREETS[number % 2], days=2, score=2 + 3 * (number % 2))
        session.add(
            AlarmRow(
                cause="word:高空抛物|天河区", kind="word", day="2026-03-04", district="天河区",
                sentence="天河区 3 天内 2 件工单提到“高空抛物”。", observed=2, expected=0.0,
                improbability=0.0, unit_code=STREETS[0], state="new",
                raised_at=MONDAY + timedelta(days=2), changed_at=MONDAY + timedelta(days=2),
            )
        )  # fmt: skip
    consolidate(store, AFTER)


@pytest.fixture
def week(store: Store) -> dict:
    live(store)
    with store.session(read_only=True) as session:
        return make_brief(session, "week", SUNDAY, now=AFTER)


def test_the_brief_tells_the_week(week: dict):
    assert week["title"] == "广州市市民诉求周报"
    assert week["number"] == "2026年第10周"
    assert week["summary"][0].startswith("2026年3月2日至3月8日，共受理市民诉求 26 件")
    group = week["parts"]["groups"]["rows"][0]
    assert (group["people"], group["tickets"]) == (6, 6)
    assert "搅拌站" in group["title"] + "".join(group["examples"])
    assert week["parts"]["alarms"]["rows"][0]["waiting"]
    advice = "".join(one["text"] for one in week["advice"])
    assert "高空抛物" in advice
    assert all(one["reason"] for one in week["advice"])


def test_every_figure_can_be_counted_again_by_its_query(store: Store):
    live(store)
    with store.session(read_only=True) as session:
        brief = make_brief(session, "week", SUNDAY, now=AFTER)
        for one in brief["figures"]:
            row = session.execute(text(one["query"])).one()
            if one["value"] is not None and one["text"].endswith("%"):
                assert row[0] / row[1] == pytest.approx(one["value"]), one["code"]
            elif one["value"] is not None and not one["text"].endswith("小时"):
                assert float(row[0]) == one["value"], one["code"]


def test_the_same_moment_gives_the_same_brief(store: Store):
    live(store)
    with store.session(read_only=True) as session:
        first, second = (make_brief(session, "month", SUNDAY, now=AFTER) for _ in range(2))
    for one in (*first["figures"], *second["figures"]):
        one.pop("computed_at")
    assert digest_of(first) == digest_of(second)


def test_no_phone_number_gets_into_a_brief(store: Store):
    live(store)
    with store.session() as session:
        for number in range(3):
            handled(
                session, MONDAY, text=f"粤海里停车场乱收费，请致电1381234567{number}，车位粤海里"
            )
    consolidate(store, AFTER)
    with store.session(read_only=True) as session:
        told = json.dumps(make_brief(session, "week", SUNDAY, now=AFTER), ensure_ascii=False)
    assert "1381234567" not in told


def test_pdf_docx_and_phone_text_say_the_same(week: dict):
    pages = PdfReader(io.BytesIO(write_form(week, "pdf"))).pages
    pdf = "".join("".join(page.extract_text() for page in pages).split())
    file = Document(io.BytesIO(write_form(week, "docx")))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    docx = "".join("".join([*(one.text for one in file.paragraphs), *cells]).split())
    phone = "".join(write_form(week, "txt").decode().split())
    for told in (pdf, docx, phone):
        assert "广州市市民诉求周报" in told
        assert "".join(week["parts"]["groups"]["rows"][0]["title"].split()) in told
        assert "".join(week["advice"][0]["text"].split()) in told
    for one in week["figures"]:
        assert "".join(one["definition"].split()) in docx
        assert one["name"] in pdf
    assert len(file.inline_shapes) == 2
    assert len(phone) < 1200


def test_an_empty_store_still_gives_a_brief(store: Store):
    make_tables(store.engine)
    GapLog(store.engine)
    with store.session(read_only=True) as session:
        brief = make_brief(session, "week", SUNDAY, now=AFTER)
    assert brief["advice"] == []
    assert write_form(brief, "pdf").startswith(b"%PDF")
    assert write_form(brief, "docx").startswith(b"PK")


def test_a_day_that_is_not_over_is_refused(store: Store):
    with store.session(read_only=True) as session, pytest.raises(InvalidInput, match="最晚到昨天"):
        make_brief(session, "week", date(2026, 3, 9), now=AFTER)


def test_without_a_chinese_font_the_remedy_is_named():
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        choose(["DejaVu Sans"])
    assert choose(["SimSun", "DejaVu Sans"])["hei"] == ["SimSun"]


def test_numerals():
    assert [numeral(n) for n in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]


def test_one_command_writes_every_form(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    live(store)
    monkeypatch.setenv("DATABASE_URL", str(store.engine.url))
    monkeypatch.setenv("SUISHENG_VAR", str(tmp_path / "var"))
    hotline_settings.cache_clear()
    done = CliRunner().invoke(
        app, ["brief", "--period", "week", "--until", "2026-03-08", "--out", str(tmp_path / "out")]
    )
    hotline_settings.cache_clear()
    assert done.exit_code == 0, done.output
    kept = json.loads((tmp_path / "out" / "brief-week-2026-03-08.json").read_text("utf-8"))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {file_name(kept, form) for form in ("pdf", "docx", "txt", "json")}
    wrong = CliRunner().invoke(app, ["brief", "--period", "year"])
    assert wrong.exit_code == 2
