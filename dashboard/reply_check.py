"""What a reply to a citizen may be missing, looked at before it is sent."""

from __future__ import annotations

from dashboard import texts
from dashboard.shapes import TicketDetail

SHORTEST = 30
OVERLAP = 0.34


def missing(reply: str, ticket: TicketDetail) -> list[str]:
    """Return one sentence per thing to look at again; empty when nothing stands out.

    A matter counts as answered when at least a third of its character pairs occur in the reply:
    coarse on purpose, it warns and never blocks.
    """
    found = []
    text = reply.strip()
    if len(text) < SHORTEST:
        found.append(texts.REPLY_CHECKS["short"].format(n=len(text)))
    if ticket.place and ticket.place not in text and not _overlaps(ticket.place, text):
        found.append(texts.REPLY_CHECKS["place"].format(place=ticket.place))
    matters = ticket.suggestion.matters if ticket.suggestion else []
    if len(matters) > 1:
        for matter in matters:
            name = matter.category.split("/")[-1]
            if not _overlaps(matter.text, text) and name not in text:
                found.append(texts.REPLY_CHECKS["matter"].format(matter=name or matter.text[:20]))
    found.extend(
        texts.REPLY_CHECKS["empty_words"].format(word=word)
        for word in texts.EMPTY_WORDS
        if word in text
    )
    return found


def _overlaps(wanted: str, text: str) -> bool:
    pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
    return bool(pairs) and sum(pair in text for pair in pairs) / len(pairs) >= OVERLAP
