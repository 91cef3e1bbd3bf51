"""An answer of the gateway as texts of the official account, which knows no cards or buttons."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from api.schemas.chat import Reply

LONGEST = 2000
"""Bytes of UTF-8 in one text; WeChat takes 2048."""
Choice = tuple[str, str]

TICKET_ROWS = (("due_text", "期限"), ("next_step", "下一步"))
SUMMARY_ROWS = (
    ("what", "事情"), ("place", "地点"), ("time", "时间"), ("contact_masked", "联系电话"),
    ("category", "类别"),
)  # fmt: skip


def phrased(
    replies: Sequence[Reply], lead: str, more: Sequence[str] = ()
) -> tuple[list[str], list[Choice]]:
    """Return the texts to send, each short enough, and the choices the citizen can number.

    Args:
        replies: what the gateway answered.
        lead: the sentence before the numbered choices.
        more: what else there is to say, before the choices.
    """
    said = [*(text for reply in replies if (text := _said(reply))), *more]
    choices = list(dict.fromkeys((b.title, b.payload) for reply in replies for b in reply.buttons))
    if choices:
        rows = [f"{number} {title}" for number, (title, _) in enumerate(choices, 1)]
        said.append("\n".join((lead, *rows)))
    return fitted("\n\n".join(said)) if said else [], choices


def chosen(text: str, offered: Sequence[Choice]) -> Choice | None:
    """Return the choice a citizen means by its number or its very words."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。.、")
    if plain.isdecimal() and len(plain) <= 2 and 1 <= int(plain) <= len(offered):
        return offered[int(plain) - 1]
    return next((choice for choice in offered if choice[0] == plain), None)


def fitted(text: str) -> list[str]:
    """Return ``text`` in pieces WeChat takes, cut at line ends where there are any."""
    pieces: list[str] = []
    while len(text.encode()) > LONGEST:
        head = text.encode()[:LONGEST].decode(errors="ignore")
        cut = head.rfind("\n")
        cut = cut if cut > len(head) // 3 else len(head)
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*pieces, text] if text else pieces


def _said(reply: Reply) -> str:
    if reply.speaker == "citizen":
        return ""
    card = reply.card or {}
    if reply.kind == "answer":
        return "\n\n".join(part for part in (reply.text, *_answer_parts(card, reply.text)) if part)
    if reply.kind in {"ticket", "progress"}:
        return "\n".join((reply.text, *_ticket_rows(card, reply.text))).strip()
    if reply.kind == "summary":
        return "\n".join((reply.text, *_rows(card, SUMMARY_ROWS))).strip()
    return reply.text


def _answer_parts(card: dict[str, Any], text: str) -> list[str]:
    parts = []
    for block in card.get("blocks") or []:
        items = block.get("items") or []
        lines = [f"{number}. {item}" for number, item in enumerate(items, 1)]
        said = "\n".join((*([block["text"]] if block.get("text") else []), *lines))
        if said and said not in text:
            parts.append(f"【{block.get('name', '')}】\n{said}")
    if phone := card.get("phone"):
        parts.append(f"咨询电话：{phone}")
    sources = [source["basis"] or source["title"] for source in card.get("sources") or []]
    if sources:
        parts.append("依据：" + "；".join(sources))
    return parts


def _ticket_rows(card: dict[str, Any], text: str) -> list[str]:
    unit = card.get("unit") or {}
    facts = {**card, "unit_name": unit.get("name")}
    rows = _rows(facts, (("unit_name", "承办单位"), *TICKET_ROWS))
    return [row for row in rows if row.split("：", 1)[1] not in text]


def _rows(card: dict[str, Any], names: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{title}：{card[name]}" for name, title in names if card.get(name)]
