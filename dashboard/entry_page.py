"""One entry: what citizens read, the form, the review, the versions and their differences."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import frame
from dashboard import knowledge_texts as words
from dashboard.client import DeskError, SignedOut
from dashboard.entry_differences import show_differences
from dashboard.entry_form import entry_form
from dashboard.knowledge_card import block_html
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import EntryDetail
from dashboard.shapes import Block
from dashboard.sign_in import current_user

EMPTY: dict[str, Any] = {"kind": "问答", "area": "广州市", "phone": "12345"}


def show_entry(name: str) -> None:
    """Show an entry with what the present person may do."""
    detail = knowledge_client().entry(name)
    entry = detail.entry
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        status = entry["status"]
        st.badge(words.STATUSES[status], color=words.STATUS_COLOURS[status])  # type: ignore[arg-type]
        st.caption(f"{entry['kind']} · {entry['id']} · 第 {entry['version']} 版", width="content")
        if detail.in_force and detail.in_force != entry["version"]:
            st.caption(words.IN_FORCE_OTHER.format(version=detail.in_force), width="content")
    st.subheader(entry["title"])
    _moves(detail)
    read, edit, history, findings = st.tabs(
        [words.TAB_READ, words.TAB_EDIT, words.TAB_HISTORY, words.TAB_FINDINGS]
    )
    with read:
        _read(entry)
    with edit:
        if detail.may_edit:
            _edit(detail)
        else:
            st.caption(words.READ_ONLY)
    with history:
        show_differences(detail)
    with findings:
        for finding in detail.findings:
            other = finding.second_title if finding.first == name else finding.first_title
            st.warning(f"{finding.kind}：{other}\n\n{finding.detail}")
        if not detail.findings:
            st.caption(words.FINDINGS_NONE)


def show_new() -> None:
    """The form for an entry that does not exist yet."""
    user = current_user()
    start = {**EMPTY, "unit": user.unit_name or "" if user else ""}
    name = st.text_input(words.NEW_ID, key="new_id", max_chars=120).strip()
    sent = entry_form(start, "new")
    if sent is None:
        return
    if not name or not sent.content.get("title"):
        st.error(words.NEW_ID_MISSING)
        return
    _save(name, 0, sent.content, sent.note)


def _read(entry: dict[str, Any]) -> None:
    st.write(entry["summary"])
    st.html("".join(block_html(Block.model_validate(block)) for block in entry["blocks"]))
    facts = {
        "unit": entry["unit"],
        "owner": entry["owner"],
        "basis": "；".join(f"《{b['title']}》{b['article']}" for b in entry["basis"]),
        "effective_date": entry["effective_date"],
        "expiry_date": entry["expiry_date"],
        "reviewer": entry["reviewer"],
        "reviewed_date": entry["reviewed_date"],
        "source": entry["source"],
        "questions": " / ".join(entry["questions"]),
    }
    for name, value in facts.items():
        if value:
            st.caption(f"**{words.FIELDS[name]}**　{value}")


def _moves(detail: EntryDetail) -> None:
    steps = [(to, words.MOVES.get((detail.entry["status"], to))) for to in detail.may_move]
    known = [(to, step) for to, step in steps if step]
    if not known:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        note = st.text_input(words.MOVE_NOTE, key="move_note", max_chars=200)
        for to, (label, icon) in known:
            st.button(
                label,
                key=f"move_{to}",
                icon=icon,
                type="primary" if to in ("review", "published") else "secondary",
                on_click=_move,
                args=(detail.entry["id"], detail.entry["version"], to, note),
            )


def _move(name: str, version: int, to: str, note: str) -> None:
    try:
        moved = knowledge_client().move(name, version, to, note)
    except SignedOut:
        raise
    except DeskError as error:
        frame.tell(error.message, "failed")
        return
    status = words.STATUSES[moved.entry["status"]]
    frame.tell(words.MOVED.format(title=moved.entry["title"], status=status))


def _edit(detail: EntryDetail) -> None:
    sent = entry_form(detail.entry, f"{detail.entry['id']}_{detail.entry['version']}")
    if sent is not None:
        _save(detail.entry["id"], detail.entry["version"], sent.content, sent.note)


def _save(name: str, version: int, content: dict[str, Any], note: str) -> None:
    try:
        knowledge_client().save(name, version, content, note)
    except SignedOut:
        raise
    except DeskError as error:
        st.error(error.message)
        return
    frame.tell(words.SAVED)
    st.query_params["entry"] = name
    st.rerun()
