from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge_base.__main__ import app
from knowledge_base.entry import Entry
from knowledge_base.importing import SourceError, read_faq, read_mapping, read_matters
from knowledge_base.policy import Line, cut, read_lines, read_policy
from knowledge_base.store import EntryStore, open_engine
from knowledge_base.tabular import TableError, read_rows, write_rows
from knowledge_base.workbook import read_workbook, write_workbook

MakeEntry = Callable[..., Entry]
MAPPING = {"prefix": "t", "id": "编号", "question": "问题", "answer": "答案", "unit": "=市图书馆"}
RULES = """\
某市公报
某市办公厅关于印发共享雨伞管理规定的通知
共享雨伞管理规定
第一章 总则
第一条 为规范共享雨伞，制定本规定。
第二条 本规定适用于本市
范围内的共享雨伞。
— 3 —
第二章 归还
第三条 借用人应当在七日内归还：
（一）晴天归还到原处；
（二）雨天归还到任意网点。
（本文与正式文件同等效力）
"""


def faq(rows: list[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(rows, 2))


def test_a_faq_table_becomes_entries_and_bad_rows_are_rejected_with_number_and_reason() -> None:
    done = read_faq(
        faq(
            [
                {"编号": "1", "问题": "几点开门", "答案": "上午九点"},
                {"编号": "2", "问题": "", "答案": "没有问题"},
                {"编号": "1", "问题": "几点关门", "答案": "晚上九点"},
            ]
        ),
        MAPPING,
        reviewer="审核员甲",
    )
    assert [(e.id, e.title, e.summary, e.unit) for e in done.entries] == [
        ("t:1", "几点开门", "上午九点", "市图书馆")
    ]
    assert [(r.row, r.reason) for r in done.rejects] == [
        (3, "问题或答案是空的"),
        (4, "编号重复：t:1"),
    ]


def test_a_mapping_names_unknown_fields_and_missing_columns(tmp_path: Path) -> None:
    file = tmp_path / "m.yml"
    file.write_text("question: 问题\nanswer: 答案\ncolour: 颜色\n", encoding="utf-8")
    with pytest.raises(SourceError, match="colour"):
        read_mapping(file)
    file.write_text("question: 问题\n", encoding="utf-8")
    with pytest.raises(SourceError, match="answer"):
        read_mapping(file)
    with pytest.raises(SourceError, match=r"没有“答案”这一列"):
        read_faq(faq([{"编号": "1", "问题": "几点开门"}]), MAPPING)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_whatever_encoding_excel_chose(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text("问题,答案\n几点开门,九点\n", encoding=encoding)
    assert list(read_rows(file)) == [(2, {"问题": "几点开门", "答案": "九点"})]


def test_excel_dates_and_numbers_become_plain_text_and_formulas_stay_asleep(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.xlsx"
    day = dt.datetime(2026, 1, 2)  # noqa: DTZ001 - Excel knows no time zones
    write_rows(file, ["甲", "乙", "丙"], [[day, 3.0, "=1+1"]])
    assert list(read_rows(file)) == [(2, {"甲": "2026-01-02", "乙": "3", "丙": "'=1+1"})]
    file.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(TableError, match="不是可读的 XLSX"):
        list(read_rows(file))


def test_a_service_matter_keeps_materials_limits_and_phone() -> None:
    matter = {
        "TASK_CODE": "440100X1",
        "TASK_NAME": "共享雨伞备案",
        "matter_name": "共享雨伞备案",
        "matter_daily": "我要摆共享雨伞",
        "DEPT_NAME": "某市雨伞局",
        "AREA_CODE_TEXT": "广州市",
        "handle_time": "20(工作日)",
        "handle_time_limit": "5(工作日)",
        "material_intro": ["申请表", "雨伞照片"],
        "consult_phone": "020-00000000",
        "service_object_name": ["企业法人"],
        "matter_short": "无",
    }
    done = read_matters([(1, json.dumps(matter)), (2, "{broken"), (3, "")])
    entry = done.entries[0]
    assert entry.questions == ["我要摆共享雨伞"]
    blocks = {block.name: block for block in entry.blocks}
    assert blocks["所需材料"].items == ["申请表", "雨伞照片"]
    assert blocks["办理时限"].text == "法定20(工作日)，承诺5(工作日)"
    assert entry.phone == "020-00000000"
    assert [r.row for r in done.rejects] == [2]


def test_rules_printed_inside_a_gazette_keep_their_own_name_chapter_article_and_page() -> None:
    lines = [Line(text, None) for text in RULES.splitlines() if not text.startswith("—")]
    clauses = {c.place: c for c in cut(lines, "某市公报") if c.document == "共享雨伞管理规定"}
    assert list(clauses) == ["第一章 第一条", "第一章 第二条", "第二章 第三条"]
    assert clauses["第一章 第二条"].text.endswith("范围内的共享雨伞。")
    assert "雨天归还到任意网点" in clauses["第二章 第三条"].text
    assert "同等效力" not in clauses["第二章 第三条"].text


def test_a_text_file_a_word_file_and_a_pdf_are_read_and_other_kinds_refused(
    tmp_path: Path,
) -> None:
    text = tmp_path / "a.txt"
    text.write_text(RULES, encoding="utf-8")
    assert [line.page for line in read_lines(text)][:3] == [3, 3, 3]
    done = read_policy(text, title="某市公报", unit="某市雨伞局", prefix="p")
    cited = next(e for e in done.entries if "第二条" in e.title).basis[0].cite()
    assert cited == "《共享雨伞管理规定》第一章 第二条（第3页）"

    from docx import Document

    document = Document()
    for line in RULES.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    assert any("七日内归还" in line.text for line in read_lines(tmp_path / "a.docx"))

    from pypdf import PdfWriter

    blank = PdfWriter()
    blank.add_blank_page(100, 100)
    blank.write(tmp_path / "a.pdf")
    with pytest.raises(SourceError, match="没有文字"):
        read_lines(tmp_path / "a.pdf")
    with pytest.raises(SourceError, match="只能导入"):
        read_lines(tmp_path / "a.rtf")


def test_entries_survive_the_way_to_a_table_and_back(tmp_path: Path, entry: MakeEntry) -> None:
    from knowledge_base.content import load_folder

    entries = [*load_folder(), entry("x", summary="=HYPERLINK(1)", keywords=["借书", "读书"])]
    for name in ("a.xlsx", "a.csv"):
        assert write_workbook(tmp_path / name, entries) == len(entries)
        back = read_workbook(tmp_path / name)
        assert back.rejects == []
        assert [e.model_dump() for e in back.entries] == [e.model_dump() for e in entries]


def test_the_command_line_imports_twice_without_doubling_and_searches_what_it_imported(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database)
    table = tmp_path / "faq.csv"
    table.write_text(
        "编号,问题,答案\n1,几点开门,上午九点\n2,怎么借书,带证\n3,,空\n", encoding="utf-8"
    )
    mapping = tmp_path / "m.yml"
    mapping.write_text("id: 编号\nquestion: 问题\nanswer: 答案\n", encoding="utf-8")
    order = ["import", str(table), "--kind", "faq", "--mapping", str(mapping), "--base", "lib"]
    run = CliRunner()
    first = run.invoke(app, order)
    assert "新增 2，更新 0，未变 0，来源已无而停用 0，退回 1" in first.output
    rejects = (tmp_path / "faq.rejects.csv").read_text(encoding="utf-8-sig")
    assert "4,问题或答案是空的" in rejects
    assert "新增 0，更新 0，未变 2" in run.invoke(app, order).output
    table.write_text("编号,问题,答案\n1,几点开门,上午十点\n", encoding="utf-8")
    third = run.invoke(app, order)
    assert "新增 0，更新 1，未变 0，来源已无而停用 1" in third.output
    assert "上午九点 → 上午十点" in third.output
    assert len(EntryStore(open_engine(database), "lib").all()) == 2

    queries = tmp_path / "q.csv"
    queries.write_text("question\n图书馆几点开门\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = run.invoke(
        app, ["search", "--queries", str(queries), "--out", str(out), "--base", "lib", "--top", "1"]
    )
    assert done.exit_code == 0
    assert next(iter(read_rows(out)))[1]["id"] == "faq:1"


def test_a_hit_test_on_pairs_counts_an_answer_given_twice_as_one(tmp_path: Path) -> None:
    pairs = tmp_path / "p.csv"
    pairs.write_text(
        "question,answer\n几点开门,上午九点开门\n何时开门,上午九点开门\n怎么借书,带证借书\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["evaluate", "--pairs", str(pairs)])
    assert "1.0000" in done.output
