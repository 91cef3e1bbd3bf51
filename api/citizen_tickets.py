"""What a citizen may do with tickets: their own, or one whose phone they show to know."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.photos import check_loose
from hotline.errors import TicketNotFound
from hotline.lifecycle import Actor, Role
from hotline.progress import Progress, progress
from hotline.store import Store
from hotline.tickets import add_to, find_ticket, lookup_ticket, my_tickets, rate, reopen


class CitizenTickets:
    """Finds, rates, reopens and adds to tickets; every method is one transaction.

    ``last4`` are the last four digits of the phone left with the ticket; without them only the
    citizen's own tickets are found.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def mine(self, citizen_id: str) -> list[Progress]:
        """Return the citizen's own tickets, newest first."""
        with self._store.session(read_only=True) as session:
            return [progress(session, ticket) for ticket in my_tickets(session, citizen_id)]

    def look_up(self, number: str, last4: str) -> Progress:
        """Return the ticket of that number and phone.

        Raises:
            TicketNotFound: number and phone do not fit; which of them is not said.
        """
        with self._store.session(read_only=True) as session:
            return progress(session, lookup_ticket(session, number, last4))

    def show(self, number: str | None, citizen_id: str, last4: str | None) -> Progress:
        """Return a ticket by number, or the citizen's newest when no number is given.

        Raises:
            TicketNotFound: there is none that this citizen may see.
        """
        with self._store.session(read_only=True) as session:
            if number is None:
                newest = my_tickets(session, citizen_id, limit=1)
                if not newest:
                    raise TicketNotFound("还没有您的工单，请提供工单编号和手机号后四位。")
                return progress(session, newest[0])
            actor = _actor(session, number, citizen_id, last4)
            return progress(session, find_ticket(session, number, actor))

    def rate(
        self, number: str, citizen_id: str, last4: str | None, score: int, text: str
    ) -> Progress:
        """Rate a finished ticket."""
        with self._store.session() as session:
            actor = _actor(session, number, citizen_id, last4)
            return progress(session, rate(session, number, actor, score=score, text=text))

    def reopen(self, number: str, citizen_id: str, last4: str | None, reason: str) -> Progress:
        """Ask for it to be handled again; return the new ticket."""
        with self._store.session() as session:
            actor = _actor(session, number, citizen_id, last4)
            return progress(session, reopen(session, number, actor, reason=reason))

    def add(
        self,
        number: str,
        citizen_id: str,
        last4: str | None,
        text: str,
        attachments: list[str],
    ) -> Progress:
        """Add words and photos to an open ticket."""
        with self._store.session() as session:
            check_loose(session, attachments, citizen_id)
            actor = _actor(session, number, citizen_id, last4)
            ticket = add_to(session, number, actor, text=text, attachments=attachments)
            return progress(session, ticket)


def _actor(session: Session, number: str, citizen_id: str, last4: str | None) -> Actor:
    """Return the citizen, with what they proved to know.

    Raises:
        TicketNotFound: neither theirs nor proven.
    """
    own = Actor(citizen_id, Role.CITIZEN)
    try:
        find_ticket(session, number, own)
    except TicketNotFound:
        if last4 is None:
            raise
        proven = lookup_ticket(session, number, last4).number
        return Actor(citizen_id, Role.CITIZEN, proven=proven)
    return own
