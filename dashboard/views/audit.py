"""台账: every decision of machine and people, searched and proved."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import admin_texts as texts
from dashboard import frame
from dashboard.admin_client import admin_client
from dashboard.admin_shapes import LedgerLine
from dashboard.client import Refused
from dashboard.moments import moment
from dashboard.texts import ALL, ROLES

SIZE = 50


def show() -> None:
    """Filters in the address, newest first, page by page; the proof on demand."""
    frame.head(texts.PAGE_AUDIT, texts.AUDIT_LEAD)
    place = st.container()
    before: int | None = st.session_state.get("audit_before")
    filters = _filters(st.session_state.get("audit_kinds", []))
    page = admin_client().ledger({**filters, "before": before, "size": SIZE})
    if page.kinds != st.session_state.get("audit_kinds"):
        st.session_state["audit_kinds"] = page.kinds
        st.rerun()
    with place:
        _prove()
    if not page.items:
        st.caption(texts.AUDIT_EMPTY)
        return
    names = {unit.code: unit.name for unit in frame.reference().units}
    table = pd.DataFrame([_row(line, names) for line in page.items])
    st.dataframe(table, column_config=_columns(), hide_index=True, width="stretch", height=640)
    with st.container(horizontal=True, vertical_alignment="center"):
        if before is not None:
            st.button(texts.AUDIT_NEWEST, key="audit_newest", on_click=_from, args=(None,))
        if page.following is not None:
            st.button(
                texts.AUDIT_OLDER,
                key="audit_older",
                on_click=_from,
                args=(page.following,),
                icon=":material/history:",
            )
        st.space("stretch")
        frame.export_button(table.rename(columns=texts.AUDIT_COLUMNS), texts.PAGE_AUDIT, "export")


def _filters(kinds: list[str]) -> dict[str, str | int | None]:
    columns = st.columns([1.2, 1, 1.4, 1.4, 1, 1])
    with columns[0]:
        kind = st.selectbox(
            texts.AUDIT_KIND,
            kinds,
            index=None,
            format_func=lambda name: texts.KINDS.get(name, name),
            key="kind",
            placeholder=ALL,
            on_change=_from,
            args=(None,),
        )
    asked = {}
    for column, name, label in (
        (columns[1], "actor", texts.AUDIT_ACTOR),
        (columns[2], "ticket", texts.AUDIT_TICKET),
        (columns[3], "words", texts.AUDIT_WORDS),
    ):
        with column:
            asked[name] = st.text_input(
                label, key=name, bind="query-params", max_chars=60, on_change=_from, args=(None,)
            )
    with columns[4]:
        first = _day(texts.AUDIT_FIRST, "first")
    with columns[5]:
        last = _day(texts.AUDIT_LAST, "last")
    return {
        "kind": kind,
        "actor": asked["actor"],
        "ticket": asked["ticket"],
        "q": asked["words"],
        "first": first,
        "last": last,
    }


def _day(label: str, key: str) -> str | None:
    chosen: dt.date | None = st.date_input(
        label, value=None, key=key, format="YYYY-MM-DD", on_change=_from, args=(None,)
    )
    return chosen.isoformat() if chosen else None


def _from(before: int | None) -> None:
    st.session_state["audit_before"] = before


def _prove() -> None:
    if not st.button(texts.AUDIT_PROVE, key="prove", icon=":material/verified:"):
        return
    try:
        proof = admin_client().prove_ledger()
    except Refused as error:
        st.error(error.message)
        return
    if proof.ok:
        said = texts.AUDIT_WHOLE.format(entries=f"{proof.entries:,}", head=proof.head[:16])
        st.success(said, icon=":material/verified:")
    else:
        said = texts.AUDIT_BROKEN.format(at=proof.broken_at, reason=proof.reason)
        st.error(said, icon=":material/gpp_bad:")


def _row(line: LedgerLine, names: dict[str, str]) -> dict[str, object]:
    return {
        "seq": line.seq,
        "at": moment(line.at),
        "kind": texts.KINDS.get(line.kind, line.kind),
        "actor": line.actor,
        "ticket": line.ticket or "",
        "facts": facts_in_words(line.facts, names),
    }


def facts_in_words(facts: dict[str, Any], names: dict[str, str]) -> str:
    """Return the facts of a decision as people read them; ``names`` are unit names by code."""
    parts = []
    for key, value in sorted(facts.items(), key=lambda fact: fact[0] not in texts.FIRST_FACTS):
        said = _value(key, value, names)
        if said:
            parts.append(f"{texts.FACTS.get(key, key)}：{said}")
    return "；".join(parts)


def _value(key: str, value: Any, names: dict[str, str]) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return f"（{facts_in_words(value, names)}）"
    if isinstance(value, list):
        return "、".join(_value(key, each, names) for each in value)
    text = str(value)
    if key in texts.DIGEST_FACTS:
        return text[:12]
    return names.get(text) or ROLES.get(text) or texts.SWITCH_NAMES.get(text) or text


def _columns() -> dict[str, Any]:
    return {
        **texts.AUDIT_COLUMNS,
        "seq": st.column_config.NumberColumn(texts.AUDIT_COLUMNS["seq"], width="small"),
        "facts": st.column_config.TextColumn(texts.AUDIT_COLUMNS["facts"], width="large"),
    }
