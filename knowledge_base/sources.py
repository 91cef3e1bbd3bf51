"""One door for every kind of file that can be imported."""

from __future__ import annotations

from pathlib import Path

from knowledge_base.importing import (
    Imported,
    SourceError,
    numbered_lines,
    read_faq,
    read_mapping,
    read_matters,
)
from knowledge_base.policy import read_policy
from knowledge_base.tabular import read_rows
from knowledge_base.workbook import read_workbook

KINDS = ("faq", "matters", "policy", "workbook")
MAPPINGS = Path(__file__).with_name("mappings")


def read_source(
    file: Path,
    kind: str,
    *,
    mapping: Path | None = None,
    title: str | None = None,
    unit: str = "未注明",
    reviewer: str | None = None,
) -> Imported:
    """Read a file of one of `KINDS` into entries and rejects.

    Args:
        file: what to read.
        kind: faq (CSV, XLSX), matters (JSONL), policy (TXT, DOCX, PDF) or workbook (CSV, XLSX).
        mapping: for faq, the YAML that names the columns; one of `MAPPINGS` that fits by default.
        title: for policy, the document's title; the file's name by default.
        unit: for policy, who issued it.
        reviewer: publishes faq and matters in this person's name; drafts without.

    Raises:
        SourceError, TableError: the file cannot be read as that kind.
    """
    if kind == "faq":
        rows = list(read_rows(file))
        chosen = (
            read_mapping(mapping) if mapping else _fitting(file, list(rows[0][1]) if rows else [])
        )
        return read_faq(rows, chosen, reviewer=reviewer)
    if kind == "matters":
        return read_matters(numbered_lines(file), reviewer=reviewer)
    if kind == "policy":
        return read_policy(file, title=title or file.stem, unit=unit, prefix="policy")
    if kind == "workbook":
        return read_workbook(file)
    raise SourceError(f"不认识的种类 {kind}，可用 {'、'.join(KINDS)}")


def _fitting(file: Path, columns: list[str]) -> dict[str, str]:
    """Return the known mapping that uses most of the table's columns and lacks none."""
    fitting = []
    for known in sorted(MAPPINGS.glob("*.yml")):
        mapping = read_mapping(known)
        needed = {c for f, c in mapping.items() if f != "prefix" and not c.startswith("=")}
        if needed <= set(columns):
            fitting.append((len(needed), mapping))
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    raise SourceError(
        f"{file.name}：列名 {'、'.join(columns) or '（空）'} 与已有的对应表都不符，"
        "请用“编号、问题、答案、承办单位”作列名，或另写一个字段对应列名的 YAML"
    )
