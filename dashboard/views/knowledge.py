"""知识: what the citizen would be told, with its basis and dates."""

from __future__ import annotations

import streamlit as st

from dashboard import frame, texts
from dashboard.knowledge_card import show_answer
from dashboard.sign_in import desk_client

LONGEST = 2000


def show() -> None:
    """Ask the knowledge base; the question stays in the address."""
    frame.head(texts.PAGE_KNOWLEDGE, texts.KNOWLEDGE_LEAD)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        question = st.text_input(
            texts.KNOWLEDGE_ASK,
            key="ask",
            bind="query-params",
            placeholder=texts.KNOWLEDGE_ASK_HINT,
            max_chars=LONGEST,
            icon=":material/search:",
        )
        area = st.selectbox(
            texts.KNOWLEDGE_AREA,
            frame.reference().districts,
            index=None,
            placeholder=texts.ALL,
            key="area",
            bind="query-params",
            width=180,
        )
    if not question or not question.strip():
        st.caption(texts.KNOWLEDGE_EMPTY)
        return
    answer = desk_client().answer(question.strip(), area)
    left, right = st.columns([2.2, 1], gap="large")
    with left:
        show_answer(answer)
    with right:
        _others(texts.KNOWLEDGE_CANDIDATES, [other.title for other in answer.candidates], "near")
        _others(texts.KNOWLEDGE_FOLLOW_UPS, answer.follow_ups, "next")


def _others(title: str, questions: list[str], key: str) -> None:
    if not questions:
        return
    st.subheader(title)
    for position, question in enumerate(questions):
        st.button(
            question,
            key=f"{key}_{position}",
            on_click=_ask,
            args=(question,),
            type="tertiary",
            icon=":material/subdirectory_arrow_right:",
            wrap=True,
        )


def _ask(question: str) -> None:
    st.session_state["ask"] = question
