"""The form in which an entry is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import knowledge_texts as words

LISTS = ("questions", "keywords", "audience", "follow_ups")
LINES = ("unit", "owner", "phone", "area", "source")
DATES = ("effective_date", "expiry_date")


@dataclass(frozen=True)
class Sent:
    """What the form holds when it is sent."""

    content: dict[str, Any]
    note: str


def entry_form(entry: dict[str, Any], key: str) -> Sent | None:
    """Show the form; return its content in the run in which it is sent."""
    with st.form(f"entry_{key}", border=False):
        content = {
            name: entry.get(name) for name in ("kind", "reviewer", "reviewed_date", "version")
        }
        if not entry.get("id"):
            content["kind"] = st.selectbox(words.KIND, words.KINDS, index=1, key=f"kind_{key}")
        content["title"] = st.text_input(words.FIELDS["title"], entry.get("title", ""))
        content["summary"] = st.text_area(
            words.FIELDS["summary"], entry.get("summary", ""), height=110
        )
        left, right = st.columns(2)
        for position, name in enumerate(LISTS):
            with left if position % 2 == 0 else right:
                said = st.text_area(
                    words.FIELDS[name],
                    "\n".join(entry.get(name) or []),
                    help=words.ONE_A_LINE,
                    height=130,
                    key=f"{name}_{key}",
                )
                content[name] = [line.strip() for line in said.splitlines() if line.strip()]
        columns = st.columns(len(LINES))
        for column, name in zip(columns, LINES, strict=True):
            with column:
                content[name] = st.text_input(
                    words.FIELDS[name], entry.get(name) or "", key=f"{name}_{key}"
                )
        first, second = st.columns(2)
        for column, name in zip((first, second), DATES, strict=True):
            with column:
                kept = entry.get(name)
                chosen = st.date_input(
                    words.FIELDS[name],
                    dt.date.fromisoformat(kept) if kept else None,
                    min_value=dt.date(1949, 10, 1),
                    max_value=dt.date(2100, 12, 31),
                    key=f"{name}_{key}",
                )
                content[name] = chosen.isoformat() if chosen else None
        content["blocks"] = _blocks(entry, key)
        st.caption(words.FIELDS["basis"])
        content["basis"] = _rows(entry.get("basis") or [], words.BASIS_COLUMNS, f"basis_{key}")
        content["steps"] = []
        if entry.get("steps") or entry.get("kind") == "一件事":
            st.caption(words.FIELDS["steps"])
            content["steps"] = _rows(entry.get("steps") or [], words.STEP_COLUMNS, f"steps_{key}")
        content["clarify"] = _clarify(entry.get("clarify") or {}, key)
        note = st.text_input(words.NOTE, placeholder=words.NOTE_HINT, max_chars=200)
        pressed = st.form_submit_button(words.SAVE, type="primary", key=f"save_{key}")
    return Sent(content, note) if pressed else None


def _blocks(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    kept = {block["name"]: block for block in entry.get("blocks") or []}
    names = (words.CLAUSE,) if entry.get("kind") == "政策条款" else words.BLOCKS
    made = []
    st.caption(f"{words.FIELDS['blocks']}：{words.BLOCK_HINT}")
    columns = st.columns(2)
    for position, name in enumerate(names):
        block = kept.get(name, {"text": None, "items": []})
        lines = [block["text"]] if block["text"] else []
        lines += [words.ITEM + item for item in block["items"]]
        with columns[position % 2]:
            said = st.text_area(name, "\n".join(lines), height=100, key=f"{name}_{key}")
        rows = [line.strip() for line in said.splitlines() if line.strip()]
        items = [row.removeprefix(words.ITEM.strip()).strip() for row in rows if row[0] == "•"]
        text = "\n".join(row for row in rows if row[0] != "•")
        if text or items:
            made.append({"name": name, "text": text or None, "items": items})
    return made


def _rows(kept: list[dict[str, Any]], columns: dict[str, str], key: str) -> list[dict[str, Any]]:
    table = pd.DataFrame(
        [[row.get(name) or "" for name in columns] for row in kept],
        columns=list(columns.values()),
        dtype=str,
    )
    edited = st.data_editor(table, num_rows="dynamic", key=key, hide_index=True, width="stretch")
    rows = []
    for values in edited.itertuples(index=False):
        row = {
            name: "" if value is None or pd.isna(value) else str(value).strip()
            for name, value in zip(columns, values, strict=True)
        }
        if any(row.values()):
            rows.append({**row, "url": row["url"] or None} if "url" in row else row)
    return rows


def _clarify(kept: dict[str, Any], key: str) -> dict[str, Any] | None:
    with st.expander(words.FIELDS["clarify"], expanded=bool(kept)):
        st.caption(words.CLARIFY_LEAD)
        question = st.text_input(
            words.CLARIFY_QUESTION, kept.get("question", ""), key=f"clarify_{key}"
        )
        said = st.text_area(
            words.CLARIFY_WORDINGS,
            "\n".join(kept.get("wordings") or []),
            help=words.ONE_A_LINE,
            key=f"ambiguous_{key}",
        )
        options = _rows(kept.get("options") or [], words.OPTION_COLUMNS, f"options_{key}")
    wordings = [line.strip() for line in said.splitlines() if line.strip()]
    if not question.strip() and not wordings and not options:
        return None
    return {"question": question, "wordings": wordings, "options": options}
