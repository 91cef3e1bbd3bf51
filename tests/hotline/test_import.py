"""Tickets from other systems: encodings, dates, rejects, running it twice; and out again."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from typer.testing import CliRunner

from hotline import ledger
from hotline.command import app
from hotline.exporting import export_tickets, neutralise
from hotline.importing import Importer
from hotline.mapping import MappingError, load_mapping
from hotline.moments import UnreadableMoment, read_moment
from hotline.sheet import SheetError, open_sheet
from hotline.store import Contact, DailyRollup, Ticket
from hotline.tickets import Filters, dispatch, find_ticket
from tests.hotline.hotline_cast import DISPATCHER, NOW, UNIT

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("SUISHENG_DATA") or ROOT / "../shared/data")
SHANGHAI = ZoneInfo("Asia/Shanghai")

HEADER = ["编号", "标题", "内容", "时间", "电话", "状态", "答复", "答复时间"]
ROWS = [
    ["A1", "路灯不亮", "天河区石牌村路灯不亮\n晚上很黑", "2026/2/3 8:05:09", "13800001234", "办结", "已修", "2026-02-05"],
    ["A2", "占道", "门口摆摊，请联系13800005678", 46056.5, "", "新", "", ""],
    ["A3", "投诉", "噪音", "2026年2月6日 下午3点25分", "", "新", "", ""],
]  # fmt: skip
MAPPING = {
    "source": "old-system",
    "columns": {
        "external_id": "编号", "title": "标题", "text": "内容", "received_at": "时间",
        "phone": "电话", "status": "状态", "reply": "答复", "closed_at": "答复时间",
    },
    "values": {"status": {"办结": "已办结", "新": "待派单"}},
    "constants": {"channel": "旧系统"},
}  # fmt: skip


def write_csv(path, rows=ROWS, encoding="utf-8", header=HEADER, delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def write_mapping(path, **changes):
    path.write_text(yaml.safe_dump({**MAPPING, **changes}, allow_unicode=True), encoding="utf-8")
    return path


def run(store, table, folder, **options):
    mapping = write_mapping(folder / "mapping.yml", **options.pop("mapping", {}))
    return Importer(store, load_mapping(mapping), mapping, **options).run(table, folder / "rejects")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_usual_encoding_is_recognised(lite, tmp_path, encoding):
    report = run(lite, write_csv(tmp_path / "t.csv", encoding=encoding), tmp_path)
    assert (report.new, report.rejects) == (3, [])
    with lite.session(read_only=True) as session:
        texts = session.scalars(select(Ticket.text).order_by(Ticket.external_id)).all()
    assert texts[0] == "天河区石牌村路灯不亮\n晚上很黑"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_are_recognised(lite, tmp_path, delimiter):
    assert run(lite, write_csv(tmp_path / "t.csv", delimiter=delimiter), tmp_path).new == 3


def test_a_workbook_is_read_like_a_csv(lite, tmp_path):
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(
        [1001.0, "题", "内容", datetime.fromisoformat("2026-02-03T08:05:09"), 13800001234, "新"]
    )
    book.active.append([])
    book.active.append([1002, None, "内容二", 46056.5, None, "新", None, None])
    book.save(tmp_path / "t.xlsx")
    report = run(lite, tmp_path / "t.xlsx", tmp_path)
    assert (report.rows, report.new, report.rejects) == (2, 2, [])
    with lite.session(read_only=True) as session:
        first = session.scalars(select(Ticket).order_by(Ticket.external_id)).first()
        assert first.external_id == "1001"
        assert first.received_at == datetime(2026, 2, 3, 0, 5, 9, tzinfo=UTC)
        assert first.contact_masked == "138****1234"


def test_running_it_again_changes_nothing_and_a_change_is_an_update(store, tmp_path):
    table = write_csv(tmp_path / "t.csv")
    assert run(store, table, tmp_path).new == 3
    again = run(store, table, tmp_path)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 3)
    changed = [
        [*ROWS[0]],
        [*ROWS[1]],
        ["A3", "投诉", "噪音更大了", *ROWS[2][3:5], "办结", "好", "2026-02-09"],
    ]
    report = run(store, write_csv(table, changed), tmp_path)
    assert (report.new, report.updated, report.unchanged) == (0, 1, 2)
    with store.session(read_only=True) as session:
        ticket = session.scalar(select(Ticket).where(Ticket.external_id == "A3"))
        assert (ticket.text, ticket.status, ticket.version) == ("噪音更大了", "已办结", 2)
        closed = session.scalars(select(DailyRollup.closed)).all()
        assert sum(closed) == 2
        assert ledger.verify(session).ok


def test_an_update_leaves_alone_what_people_here_have_done(lite, tmp_path):
    table = write_csv(tmp_path / "t.csv")
    run(lite, table, tmp_path)
    with lite.session() as session:
        number = session.scalar(select(Ticket.number).where(Ticket.external_id == "A3"))
        dispatch(session, number, DISPATCHER, 1, unit_code=UNIT, now=NOW)
    run(lite, write_csv(table, [["A3", "投诉", "噪音更大了", *ROWS[2][3:]]]), tmp_path)
    with lite.session(read_only=True) as session:
        ticket = find_ticket(session, number)
        assert (ticket.status, ticket.unit_code, ticket.text) == ("已派单", UNIT, "噪音更大了")


def test_bad_rows_are_rejected_with_number_and_reason_and_the_rest_goes_in(store, tmp_path):
    rows = [
        ROWS[0],
        ["", "无编号", "内容", "2026-02-03", "", "新", "", ""],
        ["B1", "坏日期", "内容", "某天 13800001234", "", "新", "", ""],
        ["B2", "", "", "2026-02-03", "", "新", "", ""],
        ["B3", "多一格", "内容", "2026-02-03", "", "新", "", "", "多"],
        ["B4", "怪状态", "内容", "2026-02-03", "", "飞了", "", ""],
        ["B5", "没时间", "内容", "", "", "新", "", ""],
        ["B6", "先办后收", "内容", "2026-02-03", "", "办结", "好", "2026-02-01"],
        ["B7", "将来", "内容", "2090-02-03", "", "新", "", ""],
        ["B8", "太长", "长" * 20_001, "2026-02-03", "", "新", "", ""],
        ["A1", "另一封", "同号不同信", "2026-02-03", "", "新", "", ""],
        ROWS[0],
        ["B9", "零字节", "内\x00容", "2026-02-03", "", "新", "", ""],
        ["C1", "短行", "内容", "2026-02-03"],
    ]
    report = run(store, write_csv(tmp_path / "t.csv", rows), tmp_path, batch=2)
    assert (report.rows, report.new, report.unchanged) == (14, 3, 1)
    assert [number for number, _, _ in sorted(report.rejects)] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    written = report.rejects_file.read_text(encoding="utf-8-sig").splitlines()
    assert written[0] == "行号,编号,原因"
    assert "12,A1,编号与第 2 行相同而内容不同" in written[-1]
    assert "长长长" not in "".join(written)


def test_a_dry_run_counts_and_writes_nothing(store, tmp_path):
    report = run(store, write_csv(tmp_path / "t.csv"), tmp_path, dry_run=True)
    assert report.new == 3
    with store.session(read_only=True) as session:
        for table in (Ticket, Contact, DailyRollup):
            assert session.scalars(select(table)).first() is None
        assert ledger.verify(session).entries == 0


def test_suggestions_are_asked_for_in_batches_and_recorded(lite, tmp_path):
    asked = []

    def suggest(matters):
        asked.append(len(matters))
        reading = {"confidence": 0.9, "dial": "human", "digests": {"model": "m"}}
        return [reading, *[None] * (len(matters) - 1)]

    report = run(lite, write_csv(tmp_path / "t.csv"), tmp_path, suggest=suggest, batch=2)
    assert (asked, report.new) == ([2, 1], 3)
    with lite.session(read_only=True) as session:
        assert len(session.scalars(select(Ticket).where(Ticket.confidence == 0.9)).all()) == 2
        assert ledger.verify(session).entries == 4


def test_names_the_city_does_not_know_are_kept_and_counted(lite, tmp_path):
    header = [*HEADER, "单位", "区"]
    rows = [[*ROWS[1], "某市某局", "某区"]]
    columns = {**MAPPING["columns"], "unit": "单位", "district": "区"}
    table = write_csv(tmp_path / "t.csv", rows, header=header)
    report = run(lite, table, tmp_path, mapping={"columns": columns})
    assert report.new == 1
    assert set(report.unrecognised) == {("unit", "某市某局"), ("district", "某区")}
    with lite.session(read_only=True) as session:
        assert session.scalar(select(Ticket.extra)) == {"原unit": "某市某局", "原district": "某区"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"title": "标题"}}, "external_id"),
        ({"columns": {**MAPPING["columns"], "colour": "颜色"}}, "colour"),
        ({"columns": {**MAPPING["columns"], "place": "没有的列"}}, "没有的列"),
        ({"surprise": 1}, "surprise"),
        ({"date_order": "ydm"}, "ymd、dmy、mdy"),
        ({"values": {"status": {"新": "新的"}}}, "新的"),
    ],
)
def test_a_bad_mapping_names_the_file_the_key_and_the_remedy(lite, tmp_path, change, said):
    with pytest.raises(MappingError, match=said) as error:
        run(lite, write_csv(tmp_path / "t.csv"), tmp_path, mapping=change)
    assert "mapping.yml" in str(error.value)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "t.csv", "空文件"),
        (b"x", "t.doc", r"\.csv"),
        (b"not a zip", "t.xlsx", "另存为"),
        (b"\n\n", "t.csv", "表头"),
        ("编号,编号\n".encode(), "t.csv", "重复"),
        (b"a,b\n\xff\xff\xff\xff\n", "t.csv", "编码"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_one_sentence(tmp_path, content, name, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SheetError, match=said), open_sheet(path):
        pass


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2019/2/28 11:25:05", "2019-02-28T11:25:05"),
        ("2012-02-06", "2012-02-06T00:00:00"),
        ("2025-03-03 15:49:18.7", "2025-03-03T15:49:18.700000"),
        ("2019.2.8", "2019-02-08T00:00:00"),
        ("2019年2月28日", "2019-02-28T00:00:00"),
        ("2019年2月28日 下午3点25分", "2019-02-28T15:25:00"),
        ("2019年2月28日 晚上12点", "2019-03-01T00:00:00"),
        ("2019-2-28 上午 12:05:00", "2019-02-28T00:05:00"),
        ("2019-2-28 3:05 PM", "2019-02-28T15:05:00"),
        ("2019-02-28T03:05:00Z", "2019-02-28T11:05:00"),
        ("20190228", "2019-02-28T00:00:00"),
        ("20190228112505", "2019-02-28T11:25:05"),
        ("43524.4757523148", "2019-02-28T11:25:05"),
        (43524, "2019-02-28T00:00:00"),
        (1551324305, "2019-02-28T11:25:05"),
        ("1551324305000", "2019-02-28T11:25:05"),
    ],
)
def test_dates_are_read_as_other_systems_write_them(written, read):
    assert read_moment(written, SHANGHAI).astimezone(SHANGHAI).replace(tzinfo=None) == (
        datetime.fromisoformat(read)
    )


def test_day_and_month_are_only_swapped_when_the_mapping_says_so():
    assert read_moment("03/02/2026", SHANGHAI, "dmy").astimezone(SHANGHAI).month == 2
    assert read_moment("03/02/2026", SHANGHAI, "mdy").astimezone(SHANGHAI).month == 3
    with pytest.raises(UnreadableMoment):
        read_moment("03/02/2026", SHANGHAI)


@pytest.mark.parametrize(
    "nonsense", ["明天", "2026-13-01", "2026-02-30", "99999", True, "0", "1/2"]
)
def test_a_date_nobody_can_read_is_refused(nonsense):
    with pytest.raises(UnreadableMoment):
        read_moment(nonsense, SHANGHAI)


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", '=HYPERLINK("x")']


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_is_run_as_a_formula(cell):
    assert neutralise(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["1-2", "a=b", "", 5, -5, None])
def test_harmless_cells_stay_as_they_are(cell):
    assert neutralise(cell) == cell


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_is_masked_and_cannot_inject(store, make, tmp_path, suffix):
    target = tmp_path / f"out{suffix}"
    with store.session() as session:
        make(session, "=cmd|' /C calc'!A0 电话13800001234", title="@x", phone="13800001234")
        make(session, "别的区", district="天河区")
    assert export_tickets(store, target) == 2
    if suffix == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
    else:
        page = load_workbook(target).active
        assert all(cell.data_type != "f" for row in page for cell in row)
        cells = [str(cell.value) for row in page for cell in row]
    assert "'@x" in cells
    assert any(cell.startswith("'=cmd") and "138****1234" in cell for cell in cells)
    assert not any("13800001234" in cell for cell in cells)
    assert target.stat().st_mode & 0o777 == 0o600
    assert export_tickets(store, target, Filters(district="天河区")) == 1
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.mark.data
@pytest.mark.parametrize(
    ("table", "mapping", "new", "rejected"),
    [
        ("citizen_messages/unlabelled_4326.csv", "citizen_messages", 4326, 0),
        ("mayor_mailbox/letters_dev.csv", "mayor_mailbox", 823, 2),
        ("online_petitions/messages.csv", "online_petitions", 533, 0),
    ],
)
def test_the_public_files_come_in_and_once_only(lite, tmp_path, table, mapping, new, rejected):
    if not (DATA / table).is_file():
        pytest.skip("the public data folder is not here; set SUISHENG_DATA")
    path = ROOT / "hotline/mappings" / f"{mapping}.yml"
    for counts in ((new, 0), (0, new)):
        report = Importer(lite, load_mapping(path), path).run(DATA / table, tmp_path)
        assert (report.new, report.unchanged, len(report.rejects)) == (*counts, rejected)


def test_the_command_line_walks_from_migration_to_export(tmp_path, monkeypatch):
    from hotline.settings import hotline_settings

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    monkeypatch.setenv("SUISHENG_VAR", str(tmp_path))
    hotline_settings.cache_clear()
    write_csv(tmp_path / "t.csv")
    write_mapping(tmp_path / "m.yml")
    secret = "a-long-password\na-long-password\n"
    for arguments, typed in (
        (["migrate"], None),
        (
            [
                "import",
                str(tmp_path / "t.csv"),
                "--mapping",
                str(tmp_path / "m.yml"),
                "--no-suggest",
            ],
            None,
        ),
        (
            [
                "export",
                "--out",
                str(tmp_path / "o.csv"),
                "--status",
                "待派单",
                "--from",
                "2026-01-01",
            ],
            None,
        ),
        (["users", "add", "boss", "--role", "manager"], secret),
        (["users", "list"], None),
        (["users", "disable", "boss"], None),
        (["rollups", "rebuild"], None),
        (["anonymise", "--older-than", "30", "--dry-run"], None),
        (["ledger", "verify"], None),
        (["key"], None),
    ):
        result = CliRunner().invoke(app, arguments, input=typed)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        assert "a-long-password" not in result.output
    assert len((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    hotline_settings.cache_clear()
