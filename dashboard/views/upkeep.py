"""知识运营: what is asked and not answered, and what has to be looked at again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import frame, steering
from dashboard import steering_texts as own
from dashboard.moments import count, day, moment, now
from dashboard.panel import panel
from dashboard.steering_shapes import DueEntries, GapPage


def show() -> None:
    """Entries by status, gaps, entries due."""
    frame.head(own.PAGE_UPKEEP, own.UPKEEP_LEAD)
    entries, due, gaps = steering.knowledge()
    at = moment(now())
    columns = st.container(key="totals").columns(len(own.UPKEEP_TOTALS) + 1, gap="small")
    for column, (status, label) in zip(columns, own.UPKEEP_TOTALS.items(), strict=False):
        column.metric(label, count(entries.counts.get(status, 0)), border=True)
    columns[-1].metric(
        own.UPKEEP_GAPS,
        count(gaps.open),
        delta_description=own.UPKEEP_CLOSED.format(n=count(gaps.closed)),
        border=True,
        help=own.UPKEEP_GAPS_DEFINITION,
    )
    left, right = st.columns(2, gap="large")
    with left:
        _gaps(gaps, at)
    with right:
        _due(due, at)


def _gaps(gaps: GapPage, at: str) -> None:
    names = own.UPKEEP_GAP_COLUMNS
    table = pd.DataFrame(
        [
            {
                names["question"]: one.question,
                names["asked"]: one.asked,
                names["unit"]: one.unit,
                names["status"]: own.UPKEEP_GAP_STATUS.get(
                    one.entry_status or "", own.UPKEEP_GAP_WAITING
                ),
                names["last_at"]: moment(one.last_at),
            }
            for one in gaps.items
        ],
        columns=list(names.values()),
    )
    panel(own.UPKEEP_GAPS, own.UPKEEP_GAPS_DEFINITION, at, table, "gaps", own.SOURCES["knowledge"])
    st.caption(own.UPKEEP_GAPS_LEAD if gaps.items else own.UPKEEP_GAPS_NONE)
    if gaps.items:
        st.dataframe(
            table, hide_index=True, height=430, key="gap_table", alt=own.UPKEEP_GAPS,
            column_config={names["question"]: st.column_config.TextColumn(width=240)},
        )  # fmt: skip


def _due(due: DueEntries, at: str) -> None:
    names = own.UPKEEP_DUE_COLUMNS
    rows = [
        {
            names["kind"]: label,
            names["title"]: one.title,
            names["owner"]: one.owner or one.unit,
            names["expiry_date"]: day(one.expiry_date) if one.expiry_date else "—",
            names["reviewed_date"]: day(one.reviewed_date) if one.reviewed_date else "—",
        }
        for kind, label in own.UPKEEP_DUE_KINDS.items()
        for one in getattr(due, kind)
    ]
    table = pd.DataFrame(rows, columns=list(names.values()))
    panel(own.UPKEEP_DUE, own.UPKEEP_DUE_DEFINITION, at, table, "due", own.SOURCES["knowledge"])
    tally = [
        f"{label} {count(len(getattr(due, kind)))}" for kind, label in own.UPKEEP_DUE_KINDS.items()
    ]
    st.caption(" · ".join(tally) if rows else own.UPKEEP_DUE_NONE)
    if rows:
        st.dataframe(
            table, hide_index=True, height=430, key="due_table", alt=own.UPKEEP_DUE,
            column_config={names["title"]: st.column_config.TextColumn(width=240)},
        )  # fmt: skip
