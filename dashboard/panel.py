"""A figure on a page: its title says on hover what it counts, from where and as of when; its table
opens beside it and leaves as CSV or XLSX."""

from __future__ import annotations

import io
from functools import partial

import pandas as pd
import streamlit as st
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from dashboard import frame
from dashboard import steering_texts as texts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def panel(
    title: str,
    definition: str,
    at: str,
    table: pd.DataFrame | None = None,
    key: str = "",
    source: str = texts.SOURCE_ROLLUPS,
) -> None:
    """Print a figure's title; ``table`` is offered with its exports, under widget keys of ``key``."""
    about = texts.ABOUT.format(definition=definition, source=source, at=at)
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key=f"panel-{key or title}"
    ):
        st.subheader(title, help=about, anchor=False)
        if table is not None and len(table):
            with st.popover(texts.TABLE, type="tertiary", icon=":material/table_rows:"):
                st.dataframe(table, hide_index=True, key=f"table_{key}", alt=title)
                exports(table, title, key)


def exports(table: pd.DataFrame, name: str, key: str) -> None:
    """Offer a table as CSV and as XLSX, made when asked for."""
    with st.container(horizontal=True, gap="small", width="content"):
        for kind, mime, make in (
            ("csv", "text/csv", frame.csv_bytes),
            ("xlsx", XLSX, xlsx_bytes),
        ):
            st.download_button(
                texts.EXPORT_AS.format(kind=kind.upper()),
                partial(make, table),
                file_name=f"{name}.{kind}",
                mime=mime,
                key=f"{kind}_{key}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def xlsx_bytes(table: pd.DataFrame) -> bytes:
    """Return a workbook with one sheet; texts stay texts, so that no cell runs as a formula."""
    book = Workbook()
    sheet = book.active
    sheet.freeze_panes = "A2"
    sheet.append(list(table.columns))
    for row in table.itertuples(index=False):
        sheet.append([None if pd.isna(value) else value for value in row])
    for cells in sheet.iter_cols():
        longest = 0
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.quotePrefix = cell.value.startswith(frame.FORMULA_STARTS)
            shown = str(cell.value or "")
            longest = max(longest, sum(2 if ord(letter) > 0x2E7F else 1 for letter in shown))
        sheet.column_dimensions[get_column_letter(cells[0].column)].width = min(WIDEST, longest + 2)
        cells[0].font = Font(bold=True)
        cells[0].alignment = Alignment(vertical="top")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
