"""成批派出: the sure ones of a page, looked at once, sent together."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import frame, texts
from dashboard.client import DeskError, SignedOut
from dashboard.moments import percent
from dashboard.shapes import TicketRow
from dashboard.sign_in import desk_client


def sure_ones(rows: list[TicketRow]) -> list[TicketRow]:
    """Return the tickets that may go in a batch: sure, with a unit, no danger, no final review."""
    return [
        row
        for row in rows
        if row.dial == "auto"
        and row.suggested_unit is not None
        and row.status == "待派单"
        and not row.safety
        and not row.final_review
    ]


def batch_button(rows: list[TicketRow]) -> None:
    """Offer the batch when there is one."""
    sure = sure_ones(rows)
    if sure and st.button(
        texts.BATCH_OPEN.format(n=len(sure)), key="batch", icon=":material/done_all:"
    ):
        _preview(sure)


@st.dialog(texts.BATCH, width="large")
def _preview(rows: list[TicketRow]) -> None:
    st.caption(texts.BATCH_LEAD)
    picked = st.data_editor(
        pd.DataFrame(
            {
                texts.BATCH_PICK: [True] * len(rows),
                texts.COLUMN_NUMBER: [row.number for row in rows],
                texts.COLUMN_WHAT: [row.title for row in rows],
                texts.FILTER_CATEGORY: [row.category or "" for row in rows],
                texts.FILTER_UNIT: [row.suggested_unit.name for row in rows if row.suggested_unit],
                texts.CONFIDENCE: [percent(row.confidence) for row in rows],
            }
        ),
        disabled=[
            texts.COLUMN_NUMBER,
            texts.COLUMN_WHAT,
            texts.FILTER_CATEGORY,
            texts.FILTER_UNIT,
            texts.CONFIDENCE,
        ],
        hide_index=True,
        key="batch_editor",
    )
    chosen = [row for row, yes in zip(rows, picked[texts.BATCH_PICK], strict=True) if yes]
    if st.button(
        texts.BATCH_GO.format(n=len(chosen)), type="primary", disabled=not chosen, key="batch_go"
    ):
        dispatch_all(chosen)
        st.rerun()


def dispatch_all(rows: list[TicketRow]) -> None:
    """Dispatch each as suggested; one that fails does not stop the others."""
    client = desk_client()
    done = 0
    for row in rows:
        if row.suggested_unit is None:
            continue
        try:
            client.take_step(row.number, "dispatch", row.version, unit_code=row.suggested_unit.code)
            done += 1
        except SignedOut:
            raise
        except DeskError as error:
            message = texts.BATCH_FAILED.format(number=row.number, message=error.message)
            frame.tell(message, "failed")
    frame.tell(texts.BATCH_DONE.format(n=done))
