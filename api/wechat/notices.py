"""From a step of a ticket to a message to its citizen: read from the tickets' history, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from api.wechat.consent import Consents
from api.wechat.content import WeChatContent
from api.wechat.outgoing import Outgoing
from hotline.lifecycle import NEXT_STEPS, Status
from hotline.store import (
    Store,
    Ticket,
    TicketEvent,
    WeChatCursor,
    WeChatIdentity,
    WeChatOutgoing,
    clocks_of,
)

CURSOR = "ticket_event"
SOURCE = "event:"
BATCH = 500
# A transaction may commit after one with a higher id: what is young is looked at again.
OVERLAP_IDS, OVERLAP_TIME = 2_000, timedelta(minutes=2)
STALE = timedelta(days=3)
MAY_WRITE = timedelta(hours=48)
"""How long after a citizen's last message the official account may write to them."""


class Notices:
    """Turns new history into outgoing messages."""

    def __init__(self, store: Store, content: WeChatContent) -> None:
        self._store = store
        self._by_step = {step: one for one in content.offered for step in one.steps}
        self._progress = content.texts["progress"]
        self._steps = {step for one in content.subscriptions for step in one.steps}

    def gather(self) -> int:
        """Add a message for each new step somebody wants to hear of; return how many."""
        with self._store.session(read_only=True) as session:
            newest = session.scalar(select(func.max(TicketEvent.id))) or 0
            cursor = session.get(WeChatCursor, CURSOR)
            if cursor is not None and cursor.last >= newest:
                return 0
        with self._store.session() as session:
            cursor = session.get(WeChatCursor, CURSOR, with_for_update=True)
            if cursor is None:
                # History from before the channel was opened is no news.
                session.add(WeChatCursor(name=CURSOR, last=newest))
                return 0
            events = self._events(session, cursor.last)
            told = sum(self._tell(session, event, ticket) for event, ticket in events)
            cursor.last = events[-1][0].id if len(events) == BATCH else max(newest, cursor.last)
        return told

    def _events(self, session: Session, last: int) -> Sequence[tuple[TicketEvent, Ticket]]:
        now = datetime.now(UTC)
        late = and_(TicketEvent.id > last - OVERLAP_IDS, TicketEvent.at > now - OVERLAP_TIME)
        source = literal(SOURCE) + cast(TicketEvent.id, String)
        rows = session.execute(
            select(TicketEvent, Ticket)
            .join(Ticket, Ticket.id == TicketEvent.ticket_id)
            .where(
                or_(TicketEvent.id > last, late),
                TicketEvent.at > now - STALE,
                TicketEvent.step.in_(self._steps),
                TicketEvent.public_text.is_not(None),
                Ticket.citizen_id.in_(select(WeChatIdentity.citizen_id)),
                ~exists().where(WeChatOutgoing.source == source),
            )
            .order_by(TicketEvent.id)
            .limit(BATCH)
        )
        return [(event, ticket) for event, ticket in rows]

    def _tell(self, session: Session, event: TicketEvent, ticket: Ticket) -> bool:
        """Prefer the mini-program's subscription; else the account, while it may write."""
        citizen_id = str(ticket.citizen_id)
        accounts = session.scalars(
            select(WeChatIdentity)
            .where(WeChatIdentity.citizen_id == citizen_id)
            .order_by(WeChatIdentity.created_at.desc())
        ).all()
        by_app = {account.app: account for account in reversed(accounts)}
        facts = _facts(session, event, ticket)
        source = f"{SOURCE}{event.id}"
        one, mini = self._by_step.get(event.step), by_app.get("mini_program")
        if one is not None and mini is not None and Consents.use(session, citizen_id, one):
            content = {
                "template": one.template_id,
                "page": one.page.format(number=ticket.number),
                "data": one.filled(facts),
            }
            return Outgoing.add(session, source, mini.key, "subscription", content, one.key)
        account = by_app.get("official_account")
        if account is None or not may_write(account):
            return False
        content = {"text": self._progress.format(**facts)}
        return Outgoing.add(session, source, account.key, "text", content)


def may_write(account: WeChatIdentity) -> bool:
    """Tell whether the official account may write to somebody now."""
    heard = account.last_heard_at
    return account.follows and heard is not None and datetime.now(UTC) - heard < MAY_WRITE


def _facts(session: Session, event: TicketEvent, ticket: Ticket) -> dict[str, str]:
    at = clocks_of(session).local(event.at)
    status = Status(event.status)
    return {
        "number": ticket.number,
        "title": ticket.title or ticket.text[:30],
        "status": status.value,
        "unit": ticket.unit_name or "正在确定",
        "text": event.public_text or "",
        "at": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        "next": NEXT_STEPS[status],
    }
