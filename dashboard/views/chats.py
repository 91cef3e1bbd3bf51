"""在线会话: people waiting for a person."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard import frame, texts
from dashboard.client import DeskError, Refused, SignedOut
from dashboard.moments import ago, clock
from dashboard.navigate import can_go, go
from dashboard.roles import MAY_TAKE_CHATS, TICKET
from dashboard.shapes import ChatDetail, ChatSummary, Said
from dashboard.sign_in import current_user, desk_client, drop_session

EVERY = "4s"
LEAVES_AT = ("ticket_number", "emergency_ticket")


def show() -> None:
    """Waiting conversations on the left, the chosen one on the right; both stay fresh."""
    frame.head(texts.PAGE_CHATS, texts.CHATS_LEAD)
    frame.show_told()
    left, right = st.columns([1, 2.1], gap="large")
    with left:
        _list()
    with right:
        _conversation()


@st.fragment(run_every=EVERY)
def _list() -> None:
    try:
        waiting = desk_client().chats()
    except SignedOut:
        raise
    except DeskError as error:
        st.error(error.message)
        return
    if not waiting:
        st.caption(texts.CHATS_EMPTY)
        return
    chosen = st.query_params.get("chat")
    for chat in waiting:
        with st.container(border=True, gap="xsmall"):
            st.html(_summary(chat))
            if st.button(
                texts.CHAT_STATES.get(chat.state, chat.state),
                key=f"open_{chat.id}",
                type="primary" if chat.id == chosen else "secondary",
                width="stretch",
            ):
                st.query_params["chat"] = chat.id
                st.rerun()


def _summary(chat: ChatSummary) -> str:
    since = (
        texts.CHAT_WITH.format(clerk=chat.clerk or "")
        if chat.state == "human"
        else texts.CHAT_WAITING.format(ago=ago(chat.waiting_since))
    )
    channel = texts.CHANNELS.get(chat.channel, chat.channel)
    reason = f"<br>{escape(texts.CHAT_REASON.format(reason=chat.reason))}" if chat.reason else ""
    return (
        f'<div class="waiting">{escape(chat.last_text[:60]) or "—"}'
        f"<small>{escape(since)} · {escape(channel)}{reason}</small></div>"
    )


def _conversation() -> None:
    chosen = st.query_params.get("chat")
    if not chosen:
        st.caption(texts.CHATS_PICK)
        return
    user = current_user()
    try:
        chat = desk_client().chat(chosen)
    except Refused as error:
        st.error(error.message)
        return
    mine = user is not None and chat.state == "human" and chat.clerk == user.username
    _facts(chat)
    _messages(chosen, (chat.state, chat.clerk), mine)
    if user is None or user.role not in MAY_TAKE_CHATS:
        st.caption(texts.CHAT_READ_ONLY)
    elif mine:
        _speak(chat)
    elif chat.state == "waiting":
        st.button(
            texts.CHAT_TAKE,
            type="primary",
            key="take",
            shortcut="t",
            on_click=_take,
            args=(chat.id,),
            icon=":material/headset_mic:",
        )
    else:
        st.caption(_state(chat))


def _state(chat: ChatDetail) -> str:
    if chat.state == "human":
        return texts.CHAT_WITH.format(clerk=chat.clerk or "")
    return texts.CHAT_STATES.get(chat.state, chat.state)


def _facts(chat: ChatDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, label in texts.CHAT_FACTS.items():
            value = chat.facts.get(name)
            if not value:
                continue
            if name in LEAVES_AT and can_go(TICKET):
                if st.button(f"{label} {value}", key=f"fact_{name}", type="tertiary"):
                    go(TICKET, no=str(value))
            else:
                st.caption(f"{label} {value}", width="content")


@st.fragment(run_every=EVERY)
def _messages(chosen: str, standing: tuple[str, str | None], mine: bool) -> None:
    """What was said, and for whoever speaks answers to the citizen's newest words."""
    try:
        chat = desk_client().chat(chosen)
    except SignedOut:
        raise
    except DeskError as error:
        st.error(error.message)
        return
    with st.container(height=430, border=True, autoscroll=True, key="chat_window"):
        st.html("".join(_bubble(said) for said in chat.messages) or "—")
    if (chat.state, chat.clerk) != standing:
        st.rerun()  # somebody else has taken it, or it is back with the bot
    if mine:
        _suggestions(chat)


def _suggestions(chat: ChatDetail) -> None:
    st.caption(texts.CHAT_SUGGESTIONS if chat.suggestions else texts.CHAT_NO_SUGGESTIONS)
    for position, suggestion in enumerate(chat.suggestions):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.text(suggestion)
            if st.button(texts.CHAT_USE, key=f"use_{position}", type="tertiary"):
                st.session_state["say_next"] = suggestion
                st.rerun()


def _bubble(said: Said) -> str:
    speaker = texts.SPEAKERS.get(said.speaker, said.speaker)
    note = "" if said.speaker == "system" else f"<small>{speaker} {clock(said.at)}</small>"
    return f'<div class="say {escape(said.speaker)}">{note}{escape(said.text)}</div>'


def _speak(chat: ChatDetail) -> None:
    if "say_next" in st.session_state:
        st.session_state["say_text"] = st.session_state.pop("say_next")
    with st.form("say_form", border=False, clear_on_submit=True):
        text = st.text_area(texts.CHAT_INPUT, key="say_text", max_chars=2000, height=90)
        if st.form_submit_button(texts.CHAT_SEND, type="primary", key="say_go") and text.strip():
            try:
                desk_client().say(chat.id, text.strip())
            except Refused as error:
                st.error(error.message)
            else:
                st.rerun()
    st.button(
        texts.CHAT_HAND_BACK,
        key="hand_back",
        on_click=_hand_back,
        args=(chat.id,),
        icon=":material/undo:",
    )


def _take(conversation: str) -> None:
    _try(lambda: desk_client().take_chat(conversation), texts.CHAT_TAKEN)


def _hand_back(conversation: str) -> None:
    _try(lambda: desk_client().hand_back(conversation), texts.CHAT_BACK)


def _try(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except SignedOut:
        drop_session(texts.SIGNED_OUT)
    except DeskError as error:
        frame.tell(error.message, "failed")
    else:
        frame.tell(done)
