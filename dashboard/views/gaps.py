"""未答问题: what citizens asked in vain, who owns it, and since when it has an answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import frame
from dashboard import knowledge_texts as words
from dashboard.client import DeskError, SignedOut
from dashboard.knowledge_client import knowledge_client
from dashboard.knowledge_shapes import Gap
from dashboard.moments import moment
from dashboard.navigate import can_go, go
from dashboard.roles import ENTRIES, MAY_DISMISS_GAPS, MAY_WRITE_ENTRIES
from dashboard.sign_in import current_user

BADLY_RATED = "badly_rated"


def show() -> None:
    """Open gaps and closed ones."""
    frame.head(words.PAGE_GAPS, words.GAPS_LEAD)
    frame.show_told()
    waiting = knowledge_client().gaps(closed=False)
    closed = knowledge_client().gaps(closed=True)
    first, second = st.tabs(
        [
            words.GAP_OPEN.format(count=waiting.open),
            words.GAP_CLOSED.format(count=waiting.closed),
        ]
    )
    with first:
        for gap in waiting.items:
            _gap(gap)
        if not waiting.items:
            st.caption(words.GAP_NONE)
    with second:
        for gap in closed.items:
            _gap(gap)
        if not closed.items:
            st.caption(words.GAP_NONE_CLOSED)


def _gap(gap: Gap) -> None:
    user = current_user()
    role = user.role if user else ""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(words.GAP_OUTCOMES.get(gap.outcome, gap.outcome), color="orange")
            st.markdown(f"**{gap.question}**", width="content")
            last = words.GAP_LAST.format(when=moment(gap.last_at))
            st.caption(f"{gap.story} · {last}", width="content")
        if gap.near_title:
            st.caption(words.GAP_NEAR.format(title=gap.near_title))
        if len(gap.wordings) > 1:
            with st.expander(words.GAP_WORDINGS.format(count=len(gap.wordings))):
                st.write("\n".join(f"- {wording}" for wording in gap.wordings))
        if gap.entry_id and can_go(ENTRIES):
            status = words.STATUSES.get(gap.entry_status or "", "")
            if st.button(f"{words.GAP_OPEN_ENTRY}（{status}）", key=f"open_{gap.id}"):
                go(ENTRIES, entry=gap.entry_id)
        elif gap.closed_at is None and role in MAY_WRITE_ENTRIES:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                if gap.outcome == BADLY_RATED and gap.near:
                    _mend(gap, gap.near)
                else:
                    _draft(gap)
                if role in MAY_DISMISS_GAPS:
                    st.button(
                        words.GAP_DISMISS,
                        key=f"dismiss_{gap.id}",
                        on_click=_try,
                        args=(lambda: knowledge_client().dismiss_gap(gap.id), words.GAP_DISMISSED),
                    )


def _mend(gap: Gap, entry: str) -> None:
    if st.button(words.GAP_MEND, key=f"mend_{gap.id}", type="primary"):
        go(ENTRIES, entry=entry)


def _draft(gap: Gap) -> None:
    unit = st.text_input(words.GAP_UNIT, gap.unit, key=f"unit_{gap.id}", width=320).strip()
    st.button(
        words.GAP_DRAFT,
        key=f"draft_{gap.id}",
        type="primary",
        disabled=not unit,
        on_click=_try,
        args=(
            lambda: knowledge_client().draft_gap(gap.id, unit),
            words.GAP_DRAFTED.format(unit=unit),
        ),
    )


def _try(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except SignedOut:
        raise
    except DeskError as error:
        frame.tell(error.message, "failed")
    else:
        frame.tell(done)
