"""What belongs to a ticket besides its text: linked tickets, the person's others, group, knowledge."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import texts
from dashboard.knowledge_card import show_answer
from dashboard.moments import moment
from dashboard.navigate import go
from dashboard.roles import TICKET
from dashboard.shapes import Draft, Linked, TicketDetail
from dashboard.sign_in import desk_client


def show_related(ticket: TicketDetail) -> None:
    """Show the group, the reopened parent and children, links, and the same person's tickets."""
    links = list(ticket.links)
    linked = {link.number for link in links}
    others = [each for each in ticket.same_person if each.number not in linked]
    again = [(texts.PARENT, ticket.parent)] if ticket.parent else []
    again += [(texts.CHILDREN, child) for child in ticket.children]
    repeat = ticket.suggestion.repeat_of if ticket.suggestion else None
    if not (links or others or again or repeat or ticket.group):
        return
    st.subheader(texts.RELATED)
    if ticket.group:
        _group(ticket)
    if repeat and repeat not in linked:
        earlier = ticket.suggestion.earlier if ticket.suggestion else None
        unit = earlier.unit.name if earlier and earlier.unit else ""
        parts = (unit, earlier.handler, earlier.status) if earlier else ()
        who = "、".join(part for part in parts if part)
        _open(repeat, f"{texts.REPEAT_OF.format(who=who)} {repeat}")
        others = [each for each in others if each.number != repeat]
    for label, number in again:
        _open(number, f"{label} {number}")
    for link in links:
        _open(link.number, _line(link))
    if others:
        st.caption(f"{texts.SAME_PERSON} {len(others)}")
        for other in others[:8]:
            _open(other.number, _line(other))


def show_co_parts(ticket: TicketDetail) -> None:
    """Show what each co-unit has said."""
    if not ticket.co_parts:
        return
    st.subheader(texts.CO_PARTS)
    items = "".join(
        f"<li>{escape(part.name)}<small>"
        f"{escape(moment(part.at)) if part.part else texts.CO_PART_NONE}</small>"
        f"{escape(part.part or '')}</li>"
        for part in ticket.co_parts
    )
    st.html(f'<ul class="near">{items}</ul>')


def show_knowledge(ticket: TicketDetail) -> None:
    """Offer what the knowledge base says, as a draft, and how similar tickets were answered.

    Whoever is about to reply gets it at once; others by one key.
    """
    answering = "close" in ticket.allowed_steps
    with st.expander(texts.KNOWLEDGE_FOR_TICKET, icon=":material/menu_book:", expanded=answering):
        asked = st.session_state.get("asked_for") == ticket.number
        if not (answering or asked):
            if st.button(texts.ASK_FOR_TICKET, key="ask_knowledge", shortcut="k"):
                st.session_state["asked_for"] = ticket.number
                st.rerun()
            return
        _draft(ticket, desk_client().draft(ticket.number), answering)


def _draft(ticket: TicketDetail, draft: Draft, answering: bool) -> None:
    if draft.text:
        st.caption(texts.DRAFT)
        st.html(f'<div class="plea">{escape(draft.text)}</div>')
        if answering:
            _use_button(ticket, draft.text, "use_draft")
        with st.expander(texts.KNOWLEDGE_SOURCES):
            show_answer(draft.answer)
    else:
        st.caption(texts.DRAFT_NONE)
    if draft.past:
        st.caption(texts.PAST_REPLIES)
    for position, past in enumerate(draft.past):
        st.html(
            f'<div class="past"><small>{escape(past.title)} · {escape(past.outcome)}</small>'
            f"{escape(past.reply)}</div>"
        )
        if answering:
            _use_button(ticket, past.reply, f"use_past_{position}")


def _use_button(ticket: TicketDetail, text: str, key: str) -> None:
    st.button(
        texts.DRAFT_FOR_REPLY, key=key, type="tertiary", on_click=_use, args=(ticket.number, text)
    )


def _use(number: str, text: str) -> None:
    st.session_state[f"reply_{number}"] = text


def _group(ticket: TicketDetail) -> None:
    if ticket.group is None:
        return
    line = texts.GROUP_LINE.format(people=ticket.group.people, tickets=ticket.group.tickets)
    again = (
        f" · {texts.GROUP_RECURRED.format(n=ticket.group.recurred)}"
        if ticket.group.recurred
        else ""
    )
    st.html(
        f'<div class="group-line"><b>{texts.GROUP}</b>{escape(ticket.group.title)}'
        f"<small>{line}{again}</small></div>"
    )


def _line(link: Linked) -> str:
    kind = texts.LINK_KINDS.get(link.kind, link.kind)
    unit = f" · {link.unit}" if link.unit else ""
    lead = "" if link.kind == "same_person" else f"{kind} "
    return f"{lead}{link.number} {link.status}{unit} · {link.title[:24]}"


def _open(number: str, label: str) -> None:
    if st.button(label, key=f"to_{number}", type="tertiary", wrap=True):
        go(TICKET, no=number)
