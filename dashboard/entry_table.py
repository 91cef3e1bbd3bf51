"""Entries out as a workbook and back, and imports: first a look, then the deed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import frame
from dashboard import knowledge_texts as words
from dashboard.client import DeskError, SignedOut
from dashboard.entry_differences import change_html
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import ImportReport

SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_table() -> None:
    """Offer export and import."""
    st.caption(words.TABLE_LEAD)
    if st.button(words.EXPORT_MAKE, key="make_table", icon=":material/table_view:"):
        st.session_state["entry_table"] = knowledge_client().table()
    if table := st.session_state.get("entry_table"):
        st.download_button(
            words.EXPORT,
            table,
            file_name="knowledge.xlsx",
            mime=XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
    kind = st.selectbox(
        words.UPLOAD_KIND,
        list(words.UPLOAD_KINDS),
        format_func=words.UPLOAD_KINDS.__getitem__,
        key="upload_kind",
    )
    file = st.file_uploader(words.UPLOAD, key="upload_file")
    title = unit = ""
    if kind == "policy":
        title = st.text_input(words.POLICY_TITLE, key="policy_title", max_chars=200)
        unit = st.text_input(words.POLICY_UNIT, key="policy_unit", max_chars=120)
    if file is None or kind is None:
        return
    look, do = st.columns(2)
    preview = look.button(words.PREVIEW, key="preview", width="stretch")
    apply = do.button(words.APPLY, key="apply", type="primary", width="stretch")
    if not preview and not apply:
        return
    try:
        with st.spinner(words.WORKING):
            report = knowledge_client().upload(
                file.name, file.getvalue(), kind, preview=not apply, title=title, unit=unit
            )
    except SignedOut:
        raise
    except DeskError as error:
        st.error(error.message)
        return
    _report(report)


def _report(report: ImportReport) -> None:
    done = words.REPORT_PREVIEW if report.preview else words.REPORT_DONE
    counts = report.model_dump(include={"added", "changed", "unchanged", "expired", "rejected"})
    (st.info if report.preview else st.success)(f"{done}：{words.REPORT.format(**counts)}")
    for change in report.changes[:SHOWN]:
        st.caption(change.id)
        st.html("".join(change_html(field) for field in change.fields))
    if report.rejects:
        rows = pd.DataFrame([reject.model_dump() for reject in report.rejects])
        table = rows.rename(columns=words.REJECT_COLUMNS)
        st.caption(words.REJECTS)
        st.dataframe(table, hide_index=True)
        frame.export_button(table, words.REJECTS, "export_rejects")
