"""Tickets from another system: read, told apart by their external id, written batch by batch.

Reading a batch (masking, suggestions) holds no lock; writing it is one transaction. Running the
same file twice changes nothing; a row that cannot be read goes to the rejects with its reason.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput
from hotline.import_batch import BatchCounts, write_batch
from hotline.imported import Incoming, incoming
from hotline.intake import Intake
from hotline.mapping import ImportedRow, ImportMapping, RowReader, RowRejected, check_columns
from hotline.models import Ticket
from hotline.sheet import Row, Sheet, open_sheet
from hotline.store import Store

BATCH = 500

Suggest = Callable[[Sequence[Intake]], Sequence[Mapping[str, Any] | None]]
"""A classifier: one suggestion (the dispatcher's JSON) or ``None`` per matter, in order."""


@dataclass(slots=True)
class ImportReport:
    """What an import did; ``rejects`` are (row number, external id, reason)."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    rejects_file: Path | None = None
    unrecognised: Counter[tuple[str, str]] = field(default_factory=Counter)
    encoding: str = ""
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def rows_per_second(self) -> float:
        """How fast it went."""
        return self.rows / self.seconds if self.seconds else 0.0


class Importer:
    """One import of one file.

    :param suggest: reads matters before they are stored; ``None`` leaves them unread.
    :param on_progress: called after each batch with how much of the file is done, and of how much.
    """

    def __init__(
        self,
        store: Store,
        mapping: ImportMapping,
        mapping_path: Path,
        *,
        suggest: Suggest | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        dry_run: bool = False,
        batch: int = BATCH,
    ) -> None:
        self.store = store
        self.mapping = mapping
        self.mapping_path = mapping_path
        self.suggest = suggest
        self.on_progress = on_progress
        self.batch = batch
        self.report = ImportReport(dry_run=dry_run)

    def run(self, path: Path, rejects_folder: Path | None = None) -> ImportReport:
        """Import a file; batches already written stay if a later one fails.

        :param rejects_folder: where to write the rejected rows' numbers and reasons.
        :raises SheetError: the file cannot be read as a table.
        :raises MappingError: the table lacks a column the mapping names.
        """
        began = time.monotonic()
        with open_sheet(path, encoding=self.mapping.encoding, sheet=self.mapping.sheet) as sheet:
            check_columns(self.mapping, self.mapping_path, sheet.header, path)
            zone = self.store.clocks.rules.timezone
            reader = RowReader(self.mapping, sheet.header, zone)
            self.report.encoding = sheet.encoding
            for rows in self._batches(sheet, reader):
                self._take(rows)
                if self.on_progress:
                    self.on_progress(sheet.done(), sheet.total)
        self.report.unrecognised.update(reader.untranslated)
        self.report.seconds = time.monotonic() - began
        if rejects_folder and self.report.rejects:
            self.report.rejects_file = write_rejects(self.report.rejects, rejects_folder, path)
        return self.report

    def _batches(self, sheet: Sheet, reader: RowReader) -> Iterator[list[ImportedRow]]:
        """Rows in batches, each external id once; a second row of that id must say the same."""
        rows: list[ImportedRow] = []
        seen: dict[str, tuple[int, str]] = {}
        for row in sheet.rows:
            self.report.rows += 1
            read = self._read(row, reader)
            if read is None:
                continue
            digest = self._digest(read)
            number, earlier = seen.setdefault(read.external_id, (read.number, digest))
            if number != read.number:
                if digest == earlier:
                    self.report.unchanged += 1
                else:
                    reason = f"编号与第 {number} 行相同而内容不同：请换一列作编号"
                    self.report.rejects.append((read.number, read.external_id, reason))
                continue
            rows.append(read)
            if len(rows) >= self.batch:
                yield rows
                rows = []
        if rows:
            yield rows

    def _read(self, row: Row, reader: RowReader) -> ImportedRow | None:
        try:
            return reader.read(row.number, row.cells)
        except RowRejected as error:
            self.report.rejects.append((row.number, "", str(error)))
            return None

    def _take(self, rows: list[ImportedRow]) -> None:
        now = datetime.now(UTC)
        digests = {row.external_id: self._digest(row) for row in rows}
        with self.store.session(read_only=True) as session:
            known = self._known(session, list(digests))
        changed = [row for row in rows if known.get(row.external_id) != digests[row.external_id]]
        self.report.unchanged += len(rows) - len(changed)
        matters: list[Incoming] = []
        for row in changed:
            try:
                matters.append(
                    incoming(row, self.mapping, self.store.city, now, self.report.unrecognised)
                )
            except (RowRejected, InvalidInput) as error:
                self.report.rejects.append((row.number, row.external_id, str(error)))
        if self.suggest and matters:
            suggestions = self.suggest([matter.intake for matter in matters])
            for matter, suggestion in zip(matters, suggestions, strict=True):
                matter.intake = replace(matter.intake, suggestion=suggestion)
        for matter in matters:
            matter.digest = digests[matter.row.external_id]
            matter.prepare(self.store, self.mapping, now)
        self._write(matters, now)

    def _write(self, matters: list[Incoming], now: datetime) -> None:
        if not matters:
            return
        try:
            counts = self._transaction(matters, now)
        except (DataError, IntegrityError):
            if len(matters) > 1:
                # One row the database refuses must not cost the others: halve until it is alone.
                middle = len(matters) // 2
                for part in (matters[:middle], matters[middle:]):
                    for matter in part:
                        matter.prepare(self.store, self.mapping, now)
                    self._write(part, now)
                return
            row = matters[0].row
            self.report.rejects.append((row.number, row.external_id, "数据库不接受这一行的内容"))
            return
        self.report.new += counts.new
        self.report.updated += counts.updated
        self.report.unchanged += counts.unchanged

    def _transaction(self, matters: list[Incoming], now: datetime) -> BatchCounts:
        with self.store.session() as session:
            savepoint = session.begin_nested()
            counts = write_batch(session, self.mapping, matters, now)
            if self.report.dry_run:
                savepoint.rollback()
        return counts

    def _known(self, session: Session, ids: list[str]) -> dict[str, str | None]:
        found = session.execute(
            select(Ticket.external_id, Ticket.external_digest).where(
                Ticket.external_source == self.mapping.source, Ticket.external_id.in_(ids)
            )
        )
        return {str(external_id): digest for external_id, digest in found}

    def _digest(self, row: ImportedRow) -> str:
        return self.store.vault.row_digest(
            {"texts": dict(row.texts), "moments": dict(row.moments), "extra": dict(row.extra)}
        )


def write_rejects(rejects: list[tuple[int, str, str]], folder: Path, source: Path) -> Path:
    """Write the rejected rows' numbers, ids and reasons (no content) as a CSV Excel can open."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.stem}-rejects-{datetime.now(UTC):%Y%m%d-%H%M%S}.csv"
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行号", "编号", "原因"])
        writer.writerows(sorted(rejects))
    return target
