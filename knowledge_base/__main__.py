"""Command line: import, export, search, evaluate, check, gaps, calibrate."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from knowledge_base.base import KnowledgeBase
from knowledge_base.calibration import fit, mode_of, save
from knowledge_base.check import check as find_conflicts
from knowledge_base.content import ContentError, load_folder
from knowledge_base.edits import take_edits
from knowledge_base.entry import Entry, Status
from knowledge_base.evaluate import HEADER, accepted, hit_test
from knowledge_base.gaps import GapLog
from knowledge_base.importing import SourceError
from knowledge_base.search import SearchIndex
from knowledge_base.sources import read_source
from knowledge_base.store import CITY, Difference, EditError, EntryStore, open_engine
from knowledge_base.tabular import TableError, read_rows, write_rows
from knowledge_base.workbook import write_workbook

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="知识库：导入、检索、核对。",
)
console = Console(highlight=False, soft_wrap=True)

Base = Annotated[str, typer.Option(help="知识库名称；city 是随城市发布的那一个")]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    kind: Annotated[str, typer.Option(help="faq、matters、policy 或 workbook")],
    base: Base = CITY,
    mapping: Annotated[Path | None, typer.Option(help="faq：字段对应列名的 YAML")] = None,
    title: Annotated[str | None, typer.Option(help="policy：文件标题")] = None,
    unit: Annotated[str, typer.Option(help="policy：发文单位")] = "未注明",
    reviewer: Annotated[str | None, typer.Option(help="以此人名义直接发布；不写则为草稿")] = None,
    rejects: Annotated[Path | None, typer.Option(help="退回行写到哪里")] = None,
    editor: Annotated[str, typer.Option(help="经办人")] = "导入",
) -> None:
    """Import a file; a second import of the same file updates and never duplicates."""
    read = read_source(file, kind, mapping=mapping, title=title, unit=unit, reviewer=reviewer)
    store = EntryStore(open_engine(), base)
    if kind == "workbook":
        edits = take_edits(store, read, editor)
        changed, rejected = edits.changed, edits.rejects
        console.print(
            f"{file.name}：{len(edits.added) + len(changed)} 条存为草稿，"
            f"{edits.unchanged} 条没有变化，退回 {len(rejected)}"
        )
    else:
        report = store.synchronise(
            track(read.entries, f"导入 {file.name}", console=console, transient=True),
            read.origin,
            editor,
        )
        changed, rejected = report.changed, read.rejects
        console.print(
            f"{file.name} → {base}：新增 {len(report.added)}，更新 {len(changed)}，"
            f"未变 {report.unchanged}，来源已无而停用 {len(report.expired)}，退回 {len(rejected)}"
        )
    for name, fields in list(changed.items())[:20]:
        _print_differences(name, fields)
    if rejected:
        target = rejects or file.with_suffix(".rejects.csv")
        write_rows(target, ("行号", "原因", "原文"), [(r.row, r.reason, r.raw) for r in rejected])
        console.print(f"退回的行写在 {target}")


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help=".xlsx 或 .csv")],
    base: Base = CITY,
) -> None:
    """Write all entries of a base as a table that `import --kind workbook` reads back."""
    entries = _entries(base)
    console.print(f"{write_workbook(out, entries)} 条写到 {out}")


@app.command()
def search(
    queries: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Option()],
    column: Annotated[str, typer.Option()] = "question",
    top: Annotated[int, typer.Option(min=1, max=1000)] = 10,
    base: Base = CITY,
) -> None:
    """Search every question of a table; writes row, question, rank, id, score, title."""
    knowledge = _searchable(base)
    lines = []
    for row, question in track(_column(queries, column), "检索", console=console, transient=True):
        for place, found in enumerate(knowledge.retrieve(question, top=top), 1):
            lines.append(
                (row, question, place, found.entry.id, f"{found.score:.4f}", found.entry.title)
            )
    write_rows(out, ("row", "question", "rank", "id", "score", "title"), lines)
    console.print(f"{len(lines)} 条结果写到 {out}")


@app.command()
def evaluate(
    pairs: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
    question: Annotated[str, typer.Option(help="问题所在列")] = "question",
    answer: Annotated[str, typer.Option(help="答案文本所在列；写了就在这些答案里找")] = "answer",
    entry: Annotated[str, typer.Option(help="条目编号所在列；没有答案列时用")] = "entry",
    base: Base = CITY,
) -> None:
    """Measure recall@1, @3, @10: question → its answer among all, or → its entry in a base."""
    rows = [row for _, row in read_rows(pairs)]
    if rows and answer in rows[0]:
        texts = [row[answer] for row in rows]
        same: dict[str, set[str]] = {}
        for number, text in enumerate(texts):
            same.setdefault(text, set()).add(str(number))
        index = SearchIndex.from_texts(texts)
        score = hit_test(
            lambda q: [hit.id for hit in index.search(q, 10)],
            [row[question] for row in rows],
            [frozenset(same[text]) for text in texts],
        )
    else:
        asked = [row for row in rows if row.get(entry)]
        if not asked:
            raise typer.BadParameter(f"{pairs} 里没有“{answer}”列，也没有“{entry}”列")
        knowledge = _searchable(base)
        score = hit_test(
            lambda q: [f.entry.id for f in knowledge.retrieve(q, top=10)],
            [row[question] for row in asked],
            [accepted(row[entry]) for row in asked],
        )
    console.print(HEADER)
    console.print(score.line(pairs.stem))


@app.command()
def check(base: Base = CITY) -> None:
    """List contradictions, near-duplicates, expired and long unreviewed entries."""
    entries = _entries(base)
    findings = find_conflicts(entries)
    for finding in findings:
        console.print(str(finding))
    today = dt.date.today()  # noqa: DTZ011 - the city's own calendar day
    over = [e for e in entries if e.expiry_date and e.expiry_date < today]
    stale = [e for e in entries if e.status is Status.PUBLISHED and e.reviewed_date is None]
    for entry in over:
        console.print(f"[已过期] {entry.id} {entry.title}（{entry.expiry_date}，{entry.owner}）")
    console.print(
        f"共 {len(entries)} 条：矛盾或重复 {len(findings)}，已过期 {len(over)}，"
        f"从未审核 {len(stale)}"
    )
    raise typer.Exit(1 if findings else 0)


@app.command()
def gaps(limit: Annotated[int, typer.Option(min=1)] = 20) -> None:
    """List the questions asked most often that have no answer."""
    for gap in GapLog(open_engine()).listing(limit=limit):
        console.print(f"{gap.id:>5}  {gap.question}  （{gap.story()}）")


@app.command()
def calibrate(
    questions: Annotated[Path, typer.Option(exists=True, dir_okay=False)],
) -> None:
    """Refit confidence on judged questions.

    Columns: question, entry (ids separated by ";", empty = no answer).
    """
    base = KnowledgeBase.from_folder()
    judged = [
        (row["question"], accepted(row.get("entry") or "")) for _, row in read_rows(questions)
    ]
    calibration = fit(base, judged)
    save(mode_of(base), calibration)
    console.print(f"{mode_of(base)}：{calibration}")


def _print_differences(name: str, fields: list[Difference]) -> None:
    for field, was, now in fields:
        console.print(f"  {name} {field}：{str(was)[:80]} → {str(now)[:80]}", markup=False)


def _entries(base: str) -> list[Entry]:
    stored = EntryStore(open_engine(), base).all()
    return stored or (load_folder() if base == CITY else [])


def _searchable(base: str) -> KnowledgeBase:
    """Return a base over all entries of a collection, drafts of imports included."""
    entries = _entries(base)
    if not entries:
        raise SourceError(f"知识库 {base} 是空的，请先用 import 导入")
    return KnowledgeBase(
        e if e.status is not Status.DRAFT else e.model_copy(update={"status": Status.PUBLISHED})
        for e in entries
    )


def _column(file: Path, column: str) -> list[tuple[int, str]]:
    rows = list(read_rows(file))
    if rows and column not in rows[0][1]:
        raise TableError(f"{file}：没有“{column}”这一列，现有：{'、'.join(rows[0][1])}")
    return [(number, row[column]) for number, row in rows]


def main() -> None:
    """Run the command line; faults of files end in one sentence and status 2."""
    try:
        app()
    except (ContentError, SourceError, TableError, EditError, csv.Error) as error:
        console.print(str(error), markup=False)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
