"""到期与矛盾: entries that need their owner."""

from __future__ import annotations

import streamlit as st

from dashboard import frame
from dashboard import knowledge_texts as words
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import EntrySummary
from dashboard.navigate import go
from dashboard.roles import ENTRIES


def show() -> None:
    """What contradicts what, and what is due."""
    frame.head(words.PAGE_UPKEEP, words.UPKEEP_LEAD)
    due = knowledge_client().due()
    findings = knowledge_client().findings().items
    lists = {
        words.EXPIRED: due.expired,
        words.EXPIRING: due.expiring,
        words.NEVER: due.never_reviewed,
        words.LONG: due.long_unreviewed,
    }
    names = [f"{words.CONFLICTS}（{len(findings)}）"]
    names += [f"{name}（{len(entries)}）" for name, entries in lists.items()]
    tabs = st.tabs(names)
    with tabs[0]:
        for number, finding in enumerate(findings):
            with st.container(border=True):
                st.markdown(f"**{finding.kind}**　{finding.detail}")
                with st.container(horizontal=True):
                    _open(finding.first, finding.first_title, f"first_{number}")
                    _open(finding.second, finding.second_title, f"second_{number}")
        if not findings:
            st.caption(words.UPKEEP_NONE)
    for tab, (name, entries) in zip(tabs[1:], lists.items(), strict=True):
        with tab:
            for entry in entries:
                _line(entry, name)
            if not entries:
                st.caption(words.UPKEEP_NONE)


def _line(entry: EntrySummary, group: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small"):
        _open(entry.id, entry.title, f"{group}_{entry.id}")
        st.caption(
            words.UPKEEP_LINE.format(
                unit=entry.owner or entry.unit,
                expiry=entry.expiry_date or words.NO_DATE,
                reviewed=entry.reviewed_date or words.NO_DATE,
            )
        )


def _open(name: str, title: str, key: str) -> None:
    if st.button(title, key=key, type="tertiary"):
        go(ENTRIES, entry=name)
