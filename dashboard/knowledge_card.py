"""An answer of the knowledge base as people read it: outcome, text, parts, sources with dates."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from dashboard import texts
from dashboard.moments import percent
from dashboard.shapes import Answer, Block, Source

COUNTED = "办理步骤"


def show_answer(answer: Answer) -> None:
    """Show an answer."""
    label, colour = texts.OUTCOMES.get(answer.outcome, (answer.outcome, "gray"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(label, color=colour)  # type: ignore[arg-type]
        if answer.entry:
            kind = texts.ENTRY_KINDS.get(answer.entry.kind, answer.entry.kind)
            note = texts.KNOWLEDGE_ENTRY.format(id=answer.entry.id, version=answer.entry.version)
            st.caption(f"{kind} · {note}" if kind else note, width="content")
        if answer.confidence:
            st.caption(f"{texts.CONFIDENCE} {percent(answer.confidence)}", width="content")
    if answer.entry:
        st.subheader(answer.entry.title)
    if answer.text:
        st.html(f'<div class="plea">{escape(answer.text)}</div>')
    if answer.blocks:
        st.html("".join(block_html(block) for block in answer.blocks))
    contact = " ".join(part for part in (answer.unit, answer.phone) if part)
    if contact:
        st.caption(contact)
    if answer.sources:
        st.html(
            f'<dl class="why"><dt>{texts.KNOWLEDGE_SOURCES}</dt></dl>'
            + "".join(_source(source) for source in answer.sources)
        )


def block_html(block: Block) -> str:
    """Return one part of an entry."""
    tag = "ol" if block.name == COUNTED else "ul"
    items = "".join(f"<li>{escape(item)}</li>" for item in block.items)
    text = f"<p>{escape(block.text)}</p>" if block.text else ""
    listed = f"<{tag}>{items}</{tag}>" if items else ""
    return f'<div class="block"><h4>{escape(block.name)}</h4>{text}{listed}</div>'


def _source(source: Source) -> str:
    dates = [
        pattern.format(date=f"{when.year}年{when.month}月{when.day}日")
        for pattern, when in (
            (texts.KNOWLEDGE_EFFECTIVE, source.effective_date),
            (texts.KNOWLEDGE_REVIEWED, source.reviewed_date),
        )
        if when
    ]
    name = escape(source.basis or source.title)
    if source.url and urlsplit(source.url).scheme in {"http", "https"}:
        name = f'<a href="{escape(source.url)}" rel="noopener noreferrer">{name}</a>'
    return f'<div class="source">{name}<small>{" · ".join(dates)}</small></div>'
