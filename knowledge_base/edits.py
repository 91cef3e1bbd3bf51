"""Edits that come as a table: what changed becomes drafts, what cannot be taken is refused by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge_base.entry import Entry
from knowledge_base.importing import Imported, Reject
from knowledge_base.store import Difference, EditError, EntryStore, differences


@dataclass
class EditReport:
    """What became of a table: saved entries with their differences, and refused ones."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[Difference]] = field(default_factory=dict)
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)


def take_edits(
    store: EntryStore,
    read: Imported,
    editor: str,
    *,
    may: Callable[[Entry], bool] = lambda _: True,
    preview: bool = False,
) -> EditReport:
    """Save the changed entries of a workbook as drafts.

    Args:
        store: where to.
        read: from `knowledge_base.workbook.read_workbook`.
        editor: in whose name.
        may: whether the editor may change an entry, judged by what is stored and what is new.
        preview: report the same and change nothing.

    An entry that somebody else changed after the table was written is refused, not overwritten.
    """
    report = EditReport(rejects=list(read.rejects))
    before = {e.id: e for e in store.all()}
    for entry in read.entries:
        old = before.get(entry.id)
        if old is not None and old.digest() == entry.digest():
            report.unchanged += 1
            continue
        if not may(entry) or (old is not None and not may(old)):
            report.rejects.append(Reject(0, "不是您单位负责的条目", entry.id))
            continue
        if old is not None and old.version != entry.version:
            reason = f"表里是第 {entry.version} 版，现在已是第 {old.version} 版，请重新导出再改"
            report.rejects.append(Reject(0, reason, entry.id))
            continue
        if not preview:
            try:
                expected = entry.version if old else 0
                store.save(entry, editor, expected_version=expected, note="表格修改")
            except EditError as error:
                report.rejects.append(Reject(0, str(error), entry.id))
                continue
        if old is None:
            report.added.append(entry.id)
        else:
            report.changed[entry.id] = differences(
                old.model_dump(mode="json"), entry.model_dump(mode="json")
            )
    return report
