"""城市数据: units, duties, categories and clocks: checked, compared, put in force, taken back."""

from __future__ import annotations

import csv
import difflib
import io
from html import escape

import pandas as pd
import streamlit as st

from dashboard import admin_texts as texts
from dashboard import frame
from dashboard.admin_client import admin_client
from dashboard.admin_shapes import CityReview, CityText
from dashboard.client import Refused
from dashboard.moments import moment
from dashboard.roles import MAY_EDIT_CITY
from dashboard.sign_in import current_user

MOST_LINES = 400


def show() -> None:
    """The chosen file in an editor; problems and differences; versions."""
    frame.head(texts.PAGE_CITY, texts.CITY_LEAD)
    frame.show_told()
    listed = admin_client().city_files()
    titles = {item.file: item.title for item in listed.items}
    file = _chosen(list(titles))
    st.segmented_control(
        texts.CITY_FILE,
        list(titles),
        format_func=titles.__getitem__,
        required=True,
        key="file",
        label_visibility="collapsed",
        on_change=_note_file,
    )
    st.caption(texts.CITY_WHERE.format(path=f"{listed.folder}/{file}"))
    user = current_user()
    text = admin_client().city_file(file)
    if user is None or user.role not in MAY_EDIT_CITY:
        st.caption(texts.CITY_READ_ONLY)
        st.code(text.content, language=None, height=480)
    else:
        _edit(text)
    _versions(text)


def _chosen(files: list[str]) -> str:
    """The file in the address; a bound widget would put its Chinese label there."""
    file = st.session_state.get("file") or st.query_params.get("file")
    if file not in files:
        file = files[0]
    st.session_state["file"] = file
    return str(file)


def _note_file() -> None:
    st.query_params["file"] = st.session_state["file"]


def _edit(text: CityText) -> None:
    key = f"city_{text.file}_{text.digest[:12]}"
    if text.file.endswith(".csv") and st.toggle(texts.CITY_TABLE, key=f"table_{text.file}"):
        content = _grid(st.session_state.get(key, text.content), key)
    else:
        content = st.text_area(
            texts.CITY_TEXT, value=text.content, key=key, height=480, max_chars=1_000_000
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        checked = st.button(texts.CITY_CHECK, key="city_check", icon=":material/fact_check:")
        reason = st.selectbox(
            texts.CITY_REASON,
            frame.reference().reasons.get("edit", []),
            index=None,
            accept_new_options=True,
            key="city_reason",
            placeholder=texts.CHOOSE,
            width=280,
        )
        pressed = st.button(
            texts.CITY_SAVE, key="city_save", type="primary", icon=":material/publish:"
        )
    if checked:
        _show_review(admin_client().check_city(text.file, content), content == text.content)
    if not pressed:
        return
    if not reason:
        st.error(texts.CITY_REASON_MISSING)
        return
    try:
        admin_client().save_city(text.file, content, text.digest, str(reason))
    except Refused as error:
        if error.code == "city_wrong":
            _show_review(admin_client().check_city(text.file, content), same=False)
        else:
            st.error(error.message, icon=":material/error:")
    else:
        st.session_state.pop("reference", None)
        frame.tell(texts.CITY_SAVED)
        st.rerun()


def _grid(content: str, key: str) -> str:
    """The rows of a CSV file as a table; returns it as text again."""
    rows = list(csv.reader(io.StringIO(content)))
    header = rows[0]
    table = pd.DataFrame([row for row in rows[1:] if row], columns=header, dtype=str)
    edited = st.data_editor(
        table, num_rows="dynamic", width="stretch", height=480, key=f"grid_{key}", hide_index=True
    )
    return as_csv(header, edited.fillna("").astype(str).to_numpy().tolist())


def as_csv(header: list[str], rows: list[list[str]]) -> str:
    """Return a table as the city's CSV files are written; empty rows are left out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row for row in rows if any(cell.strip() for cell in row))
    return out.getvalue()


def _show_review(review: CityReview, same: bool) -> None:
    if same:
        st.info(texts.CITY_SAME)
        return
    if review.problems:
        st.error(texts.CITY_WRONG.format(n=len(review.problems)), icon=":material/error:")
        items = "".join(
            f"<li><b>{_where(problem.line)}</b> {escape(problem.what)}"
            f"<small>{escape(problem.remedy)}</small></li>"
            for problem in review.problems[:50]
        )
        st.html(f'<ul class="near">{items}</ul>')
    else:
        st.success(texts.CITY_OK, icon=":material/check_circle:")
    if review.difference:
        st.caption(texts.CITY_DIFF)
        st.html(difference(review.difference))


def _where(line: int) -> str:
    return texts.CITY_LINE.format(line=line) if line else texts.CITY_WHOLE


def difference(lines: list[str]) -> str:
    """Return the lines of a unified diff as HTML."""
    kinds = {"+": "new", "-": "old", "@": "at"}
    made = "".join(
        f'<div class="{kinds.get(line[:1], "")}">{escape(line) or "&nbsp;"}</div>'
        for line in lines[:MOST_LINES]
    )
    return f'<div class="diff">{made}</div>'


def _versions(text: CityText) -> None:
    st.subheader(texts.CITY_VERSIONS)
    if not text.versions:
        st.caption(texts.CITY_NO_VERSIONS)
        return
    names = {
        version.id: texts.CITY_VERSION.format(
            at=moment(version.at), actor=version.actor or texts.BY_HAND, reason=version.reason
        )
        for version in text.versions
    }
    chosen = st.selectbox(
        texts.CITY_PICK,
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="version",
        placeholder=texts.CHOOSE,
    )
    if chosen is None:
        return
    kept = admin_client().city_version(text.file, chosen).content or ""
    lines = list(
        difflib.unified_diff(text.content.splitlines(), kept.splitlines(), lineterm="", n=3)
    )[2:]
    if not lines:
        st.caption(texts.CITY_SAME_AS_NOW)
        return
    st.html(difference(lines))
    user = current_user()
    if user is not None and user.role in MAY_EDIT_CITY:
        st.button(
            texts.CITY_BACK,
            key="city_back",
            icon=":material/undo:",
            on_click=_put_back,
            args=(f"city_{text.file}_{text.digest[:12]}", kept),
        )


def _put_back(key: str, content: str) -> None:
    st.session_state[key] = content
    frame.tell(texts.CITY_BACK_DONE)
