"""A reply to start from: what the knowledge base says, and how similar tickets were answered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.schemas.desk import Draft, PastReply
from hotline.lifecycle import Actor
from hotline.lookup import find_ticket, visible_to
from hotline.store import Ticket
from knowledge_base.answer import Answerer
from knowledge_base.outcome import Answer, Outcome

LONGEST_QUESTION = 2000
OPENING = "您好！您反映的“{title}”已收悉。"
CLOSING = "如有疑问，请与{unit}联系{phone}，或致电12345。感谢您的反映！"
BASIS = "依据：{basis}。"


def draft_for(session: Session, number: str, actor: Actor, answerer: Answerer) -> Draft:
    """Return a draft; it quotes the entry and says nothing the entry does not.

    Raises:
        TicketNotFound: no such ticket, or not one the actor may see.
    """
    ticket = find_ticket(session, number, actor)
    answer = answerer.answer(ticket.text[:LONGEST_QUESTION], area=ticket.district)
    return Draft(
        text=_text(ticket, answer) if answer.outcome is Outcome.ANSWERED else "",
        answer=answer,
        past=_past(session, ticket, actor),
    )


def _text(ticket: Ticket, answer: Answer) -> str:
    basis = next((source.basis for source in answer.sources if source.basis), "")
    closing = CLOSING.format(
        unit=answer.unit or ticket.unit_name or "承办单位",
        phone=f"（{answer.phone}）" if answer.phone else "",
    )
    parts = [
        OPENING.format(title=(ticket.title or ticket.text[:20]).rstrip("。…")),
        answer.text,
        BASIS.format(basis=basis.rstrip("。")) if basis and basis not in answer.text else "",
        closing,
    ]
    return "\n".join(part for part in parts if part)


def _past(session: Session, ticket: Ticket, actor: Actor) -> list[PastReply]:
    """Replies of the three nearest closed tickets, of those the actor may see."""
    near = ((ticket.suggestion or {}).get("evidence") or {}).get("neighbours") or []
    outcomes = {each["number"]: str(each.get("outcome") or "") for each in near}
    found = session.scalars(
        select(Ticket).where(
            Ticket.number.in_(outcomes), Ticket.reply.is_not(None), visible_to(actor)
        )
    )
    replies = {each.number: each for each in found}
    return [
        PastReply(
            number=number,
            title=replies[number].title or replies[number].text[:30],
            unit=replies[number].unit_name or "",
            reply=replies[number].reply or "",
            outcome=outcome,
        )
        for number, outcome in outcomes.items()
        if number in replies
    ]
