"""The versions of an entry and what changed from one to another, word by word."""

from __future__ import annotations

import difflib
import json
import re
from html import escape
from typing import Any

import streamlit as st

from dashboard import knowledge_texts as words
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import EntryDetail, FieldChange
from dashboard.moments import moment

# A number or a Latin word changes as a whole: “12345” to “12367”, not “45” to “67”.
TOKENS = re.compile(r"[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*|.", re.DOTALL)


def show_differences(detail: EntryDetail) -> None:
    """Show the versions, newest first, and the difference of two chosen ones."""
    names = {
        v.version: words.HISTORY_LINE.format(
            version=v.version,
            status=words.STATUSES.get(v.status, v.status),
            editor=v.editor,
            when=moment(v.at),
        )
        + (f" · {v.note}" if v.note and v.note not in words.STATUSES else "")
        for v in reversed(detail.versions)
    }
    if len(names) < 2:
        for line in names.values():
            st.caption(line)
        st.caption(words.ONE_VERSION)
        return
    numbers = list(names)
    left, right = st.columns(2)
    with left:
        before = st.selectbox(
            words.COMPARE_BEFORE, numbers, index=len(numbers) - 1, format_func=names.__getitem__
        )
    with right:
        after = st.selectbox(words.COMPARE_AFTER, numbers, index=0, format_func=names.__getitem__)
    changes = knowledge_client().changes(detail.entry["id"], before, after).fields
    if not changes:
        st.caption(words.SAME)
    st.html("".join(change_html(change) for change in changes))


def change_html(change: FieldChange) -> str:
    """Return a changed field with what went struck out and what came marked."""
    before, after = (TOKENS.findall(as_text(side)) for side in (change.before, change.after))
    pieces = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind in ("delete", "replace"):
            pieces.append(f"<del>{escape(''.join(before[a:b]))}</del>")
        if kind in ("insert", "replace"):
            pieces.append(f"<ins>{escape(''.join(after[c:d]))}</ins>")
        if kind == "equal":
            pieces.append(escape("".join(before[a:b])))
    name = escape(words.FIELDS.get(change.field, change.field))
    return f'<div class="block change"><h4>{name}</h4><p>{"".join(pieces)}</p></div>'


def as_text(value: Any) -> str:
    """Return a field as people read it, one item a line."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(as_text(item) for item in value)
    if isinstance(value, dict) and "items" in value:
        items = [f"{words.ITEM}{item}" for item in value["items"]]
        return "\n".join(
            [f"【{value['name']}】", *([value["text"]] if value["text"] else []), *items]
        )
    if isinstance(value, dict):
        return " ".join(as_text(part) for part in value.values() if part)
    return json.dumps(value, ensure_ascii=False)
