"""One step under way: checked before, written with its version, remembered and counted after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, inspect, update
from sqlalchemy.orm import Session

from hotline import rollups
from hotline.errors import InvalidInput, VersionConflict
from hotline.intake import priority, start_clocks
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Status, check_role, target_of
from hotline.lookup import find_ticket
from hotline.models import Ticket, TicketEvent
from hotline.reception import reading_digests
from hotline.store import Store, clocks_of, store_of
from nlu.personal import mask

MAX_NOTE = 5_000


@dataclass(slots=True)
class Move:
    """A step: the ticket as it was read, and what will be written of it."""

    session: Session
    name: str
    ticket: Ticket
    actor: Actor
    now: datetime
    target: Status
    before: rollups.Figures
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The store the session came from."""
        return store_of(self.session)

    def finish(self, text: str, public_text: str | None) -> Ticket:
        """Write the changed ticket if nobody was faster, then its history, figures and ledger.

        :raises VersionConflict: somebody else changed it between reading and writing.
        """
        ticket, session = self.ticket, self.session
        version = ticket.version
        ticket.status, ticket.updated_at, ticket.worked_here = self.target, self.now, True
        start_clocks(ticket, self.store.clocks, self.now if self.name == "return" else None)
        ticket.priority = priority(ticket, self.store.city)
        state = inspect(ticket)
        changed = {
            column.key: getattr(ticket, column.key)
            for column in state.mapper.column_attrs
            if state.attrs[column.key].history.has_changes()
        }
        after = rollups.contributions(ticket, self.store.clocks)
        written = session.execute(
            update(Ticket)
            .where(Ticket.id == ticket.id, Ticket.version == version)
            .values(**changed, version=version + 1)
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", written).rowcount != 1:
            raise conflict()
        fresh = session.get_one(Ticket, ticket.id)
        session.add(
            TicketEvent(
                ticket_id=fresh.id,
                at=self.now,
                step=self.name,
                actor=self.actor.user,
                role=self.actor.role,
                status=fresh.status,
                version=fresh.version,
                text=text,
                public_text=public_text,
                data=self.facts,
            )
        )
        session.flush()
        rollups.write(session, rollups.difference(self.before, after))
        digests = reading_digests(fresh)
        facts = {"role": self.actor.role, "status": fresh.status, **self.facts}
        record(
            session, [Decision(self.name, self.actor.user, fresh.number, facts, digests)], self.now
        )
        return fresh


def begin(
    session: Session,
    name: str,
    number: str,
    actor: Actor,
    expected_version: int | None,
    now: datetime | None,
) -> Move:
    """Read the ticket and make sure that this actor may take this step on it now.

    :param expected_version: the version the actor saw; ``None`` takes the one just read.
    :raises TicketNotFound: not a ticket this actor may see.
    :raises NotAllowed: not for this role or unit.
    :raises VersionConflict: the ticket is no longer as the actor saw it.
    :raises IllegalStep: the step does not start where the ticket stands.
    """
    ticket = find_ticket(session, number, actor)
    check_role(name, actor, ticket.unit_code, [unit["code"] for unit in ticket.co_units])
    if expected_version is not None and ticket.version != expected_version:
        raise conflict(ticket)
    target = target_of(name, Status(ticket.status))
    before = rollups.contributions(ticket, clocks_of(session))
    # Detached, so that no flush can write it without the version check in finish().
    session.expunge(ticket)
    return Move(session, name, ticket, actor, now or datetime.now(UTC), target, before)


def conflict(ticket: Ticket | None = None) -> VersionConflict:
    """The error for a ticket that somebody else has changed."""
    detail = {"version": ticket.version, "status": ticket.status} if ticket else None
    return VersionConflict("这张工单刚被别人处理过，请刷新后再试。", detail)


def clean(text: str | None, what: str, *, required: bool = True) -> str:
    """A note as it may be stored: trimmed and masked.

    :raises InvalidInput: it is missing or longer than 5,000 characters.
    """
    trimmed = (text or "").strip()
    if required and not trimmed:
        raise InvalidInput(f"请填写{what}。", {"field": what})
    if len(trimmed) > MAX_NOTE:
        raise InvalidInput(f"{what}最多 {MAX_NOTE} 字。", {"field": what})
    return mask(trimmed).text
