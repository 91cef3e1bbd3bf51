"""Tickets out to CSV or XLSX: masked, and with no cell a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from hotline.clocks import Clocks
from hotline.errors import InvalidInput
from hotline.lifecycle import Actor
from hotline.models import Ticket
from hotline.queue import Filters, matching
from hotline.store import Store
from nlu.personal import mask

# https://owasp.org/www-community/attacks/CSV_Injection, and the full-width forms of the same signs.
RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
XLSX_CELL = 32_767

COLUMNS = (
    "工单号", "状态", "标题", "内容", "诉求性质", "事项分类", "紧急程度", "区", "街镇", "地点",
    "渠道", "承办单位", "受理时间", "派单时间", "办结时间", "办结期限", "答复", "评价", "退单次数",
    "原系统", "原编号", "演示数据",
)  # fmt: skip

_Write = Callable[[list[Any]], object]


def export_tickets(
    store: Store,
    target: Path,
    filters: Filters | None = None,
    *,
    actor: Actor | None = None,
    on_row: Callable[[int], None] | None = None,
) -> int:
    """Write the matching tickets and return how many.

    The file appears whole or not at all, readable by its owner only.

    :param actor: whose sight limits the export; ``None`` sees all.
    :raises InvalidInput: the file is neither .csv nor .xlsx.
    """
    if target.suffix.lower() not in {".csv", ".xlsx"}:
        raise InvalidInput("导出文件请以 .csv 或 .xlsx 结尾。", {"field": "out"})
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix.lower()}")
    count = 0
    try:
        with store.session(read_only=True) as session, _writer(draft) as write:
            write(list(COLUMNS))
            statement = matching(actor, filters or Filters(), datetime.now(UTC))
            for ticket in session.scalars(statement.execution_options(yield_per=500)):
                write([neutralise(cell) for cell in _cells(ticket, store.clocks)])
                session.expunge(ticket)
                count += 1
                if on_row:
                    on_row(count)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return count


def neutralise(cell: Any) -> Any:
    """A cell no spreadsheet runs: risky starts of texts get an apostrophe in front."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(RISKY_STARTS):
        return "'" + cell
    return cell


def _cells(ticket: Ticket, clocks: Clocks) -> list[Any]:
    def moment(at: datetime | None) -> str:
        return f"{clocks.local(at):%Y-%m-%d %H:%M:%S}" if at else ""

    return [
        ticket.number, ticket.status, mask(ticket.title).text, mask(ticket.text).text,
        ticket.appeal_type or "", ticket.category or "", ticket.urgency, ticket.district or "",
        ticket.street or "", mask(ticket.place or "").text, ticket.channel,
        ticket.unit_name or "", moment(ticket.received_at), moment(ticket.dispatched_at),
        moment(ticket.closed_at), moment(ticket.due_at), mask(ticket.reply or "").text,
        ticket.rating if ticket.rating is not None else "", ticket.bounces,
        ticket.external_source or "", ticket.external_id or "", "是" if ticket.demo else "",
    ]  # fmt: skip


@contextmanager
def _writer(path: Path) -> Iterator[_Write]:
    private = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if path.suffix == ".csv":
        # The mark makes Excel read UTF-8.
        with os.fdopen(private, "w", encoding="utf-8-sig", newline="") as file:
            yield csv.writer(file).writerow
        return
    os.close(private)
    book = Workbook(write_only=True)
    page = book.create_sheet("工单")
    page.freeze_panes = "A2"

    def write(cells: list[Any]) -> None:
        page.append(
            [
                ILLEGAL_CHARACTERS_RE.sub("", cell)[:XLSX_CELL] if isinstance(cell, str) else cell
                for cell in cells
            ]
        )

    yield write
    book.save(path)
