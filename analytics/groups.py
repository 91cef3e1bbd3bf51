"""Groups as managers work with them: listed, opened, merged, split, renamed, followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_, select, true
from sqlalchemy.orm import Session

from analytics.cases import case_of, recurrences, tickets_with
from analytics.consolidation import store_group
from analytics.constraints import APART, TOGETHER
from analytics.description import counted, describe
from analytics.lineage import ACTIVE, EVENT_TEXT, MERGED, RENAMED, SPLIT, STATES
from analytics.tables import ConstraintRow, GroupRow, LineageRow, MemberRow
from hotline.errors import HotlineError, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Role, Status
from hotline.lookup import visible_to
from hotline.store import Ticket

ORDERS: dict[str, tuple[Any, ...]] = {
    "heat": (GroupRow.heat.desc(), GroupRow.id),
    "tickets": (GroupRow.tickets.desc(), GroupRow.id),
    "newest": (GroupRow.last_at.desc(), GroupRow.id),
}
MOST_TICKETS = 200


class GroupNotFound(HotlineError):  # noqa: N818
    """No such group, or not one this person may see."""

    code = "group_not_found"


@dataclass(frozen=True)
class GroupPage:
    """One page of groups."""

    items: list[GroupRow]
    total: int


@dataclass(frozen=True)
class GroupStory:
    """A group with its visible tickets (at most 200, newest first) and what happened to it."""

    row: GroupRow
    tickets: list[Ticket]
    events: list[LineageRow]


def seen_by(actor: Actor | None) -> ColumnElement[bool]:
    """Return the groups an actor may see, as a condition for the query; `None` sees all.

    Staff of one district see the groups that are mostly there, a unit those it has a ticket in.
    """
    if actor is None:
        return true()
    if actor.role is Role.UNIT_HANDLER:
        theirs = select(MemberRow.group_id).join(Ticket, Ticket.id == MemberRow.ticket_id)
        return GroupRow.id.in_(theirs.where(visible_to(actor), MemberRow.group_id.is_not(None)))
    return GroupRow.district == actor.scope if actor.scope else true()


def list_groups(
    session: Session,
    actor: Actor | None,
    *,
    state: str | None = None,
    district: str | None = None,
    category: str | None = None,
    words: str | None = None,
    ticket: str | None = None,
    followed: bool = False,
    recurred: bool = False,
    order: str = "heat",
    page: int = 1,
    size: int = 50,
) -> GroupPage:
    """Return a page of the groups the actor may see.

    `words` are looked for in the titles, `ticket` is the number of a ticket in the group,
    `followed`: only those the actor follows. Raises InvalidInput for an unknown state or order.
    """
    if state is not None and state not in STATES:
        raise InvalidInput(f"状态只能是：{'、'.join(STATES)}。", {"field": "state"})
    if order not in ORDERS:
        raise InvalidInput(f"排序只能是：{'、'.join(ORDERS)}。", {"field": "order"})
    conditions = [seen_by(actor)]
    if state or not ticket:
        conditions.append(GroupRow.state == (state or ACTIVE))
    if district:
        conditions.append(GroupRow.district == district)
    if words:
        conditions.append(
            or_(GroupRow.title.contains(words, autoescape=True),
                GroupRow.human_title.contains(words, autoescape=True))
        )  # fmt: skip
    if ticket:
        holding = select(MemberRow.group_id).join(Ticket, Ticket.id == MemberRow.ticket_id)
        conditions.append(GroupRow.id.in_(holding.where(Ticket.number == ticket.strip().upper())))
    if followed and actor is not None:
        # A JSON list of user names: the quoted name is in its text.
        conditions.append(
            cast(GroupRow.followers, String).contains(f'"{actor.user}"', autoescape=True)
        )
    if category:
        conditions.append(GroupRow.category == category)
    if recurred:
        conditions.append(GroupRow.recurred > 0)
    total = session.scalar(select(func.count()).select_from(GroupRow).where(*conditions)) or 0
    found = select(GroupRow).where(*conditions).order_by(*ORDERS[order])
    return GroupPage(list(session.scalars(found.offset((page - 1) * size).limit(size))), total)


def find_group(session: Session, name: str, actor: Actor | None) -> GroupRow:
    """Return the group of that id.

    Raises GroupNotFound when there is none or the actor may not see it.
    """
    row = session.scalar(select(GroupRow).where(GroupRow.id == name, seen_by(actor)))
    if row is None:
        raise GroupNotFound("没有找到这组诉求，可能已并入别组。", {"group": name[:40]})
    return row


def standings(session: Session, names: Sequence[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return group → {"states": …, "units": …}: how its tickets stand now, and who has them."""
    rows = session.execute(
        select(MemberRow.group_id, Ticket.status, Ticket.unit_name, func.count())
        .join(Ticket, Ticket.id == MemberRow.ticket_id)
        .where(MemberRow.group_id.in_(names), Ticket.status != Status.VOID)
        .group_by(MemberRow.group_id, Ticket.status, Ticket.unit_name)
    )
    states: dict[str, Counter[str]] = {name: Counter() for name in names}
    units: dict[str, Counter[str]] = {name: Counter() for name in names}
    for name, status, unit, count in rows:
        states[str(name)][status] += count
        if unit:
            units[str(name)][unit] += count
    return {
        name: {"states": counted(states[name]), "units": counted(units[name])} for name in names
    }


def group_story(session: Session, name: str, actor: Actor) -> GroupStory:
    """Return a group with its tickets and history. Raises GroupNotFound."""
    row = find_group(session, name, actor)
    tickets = list(
        session.scalars(
            select(Ticket)
            .join(MemberRow, MemberRow.ticket_id == Ticket.id)
            .where(MemberRow.group_id == name, visible_to(actor))
            .order_by(Ticket.received_at.desc(), Ticket.id.desc())
            .limit(MOST_TICKETS)
        )
    )
    events = list(
        session.scalars(
            select(LineageRow)
            .where((LineageRow.group_id == name) | (LineageRow.other_id == name))
            .order_by(LineageRow.id.desc())
            .limit(MOST_TICKETS)
        )
    )
    return GroupStory(row, tickets, events)


def event_text(event: LineageRow) -> str:
    """Return what happened, in words."""
    other = f"（{event.other_id}）" if event.other_id else ""
    return (
        f"{EVENT_TEXT.get(event.event, event.event)}{other}{'：' if event.text else ''}{event.text}"
    )


def merge(
    session: Session, name: str, others: Sequence[str], actor: Actor, now: datetime | None = None
) -> GroupRow:
    """Put the tickets of `others` into the group, now and in every later run.

    Raises GroupNotFound for an unknown group, InvalidInput for a group with itself.
    """
    moment = now or datetime.now(UTC)
    row = find_group(session, name, actor)
    if name in others or not others:
        raise InvalidInput("请选择另外的一组或几组来合并。", {"field": "groups"})
    tickets = _members(session, name)
    for other in others:
        gone = find_group(session, other, actor)
        tickets |= _members(session, other)
        gone.state, gone.merged_into = MERGED, name
        happened(session, moment, other, MERGED, name, actor)
    _constrain(session, moment, actor, TOGETHER, tickets, set())
    _move(session, tickets, name)
    _decided(session, moment, actor, "groups_merged", {"group": name, "merged": sorted(others)})
    return describe_anew(session, row.id, moment)


def split(
    session: Session, name: str, numbers: Sequence[str], actor: Actor, now: datetime | None = None
) -> GroupRow:
    """Take these tickets out into a group of their own, now and in every later run; return it.

    Raises GroupNotFound; InvalidInput when a ticket is not in the group or none would stay.
    """
    moment = now or datetime.now(UTC)
    row = find_group(session, name, actor)
    members = _members(session, name)
    found = session.execute(select(Ticket.id, Ticket.number).where(Ticket.number.in_(numbers)))
    out = {ticket for ticket, _ in found if ticket in members}
    if len(out) != len(set(numbers)) or not out or not members - out:
        raise InvalidInput(
            "要拆出的工单须都在这一组里，并且原组至少留下一件。", {"field": "tickets"}
        )
    fresh = f"{name[:12]}-{moment.timestamp():.0f}"
    _constrain(session, moment, actor, APART, out, members - out)
    _constrain(session, moment, actor, TOGETHER, out, set())
    _move(session, out, fresh)
    created = describe_anew(session, fresh, moment)
    happened(session, moment, fresh, SPLIT, name, actor)
    _decided(session, moment, actor, "group_split", {"group": name, "to": fresh})
    describe_anew(session, row.id, moment)
    return created


def rename(
    session: Session, name: str, title: str, actor: Actor, now: datetime | None = None
) -> GroupRow:
    """Give the group a person's title; the machine never changes it. Raises GroupNotFound."""
    moment = now or datetime.now(UTC)
    row = find_group(session, name, actor)
    row.human_title = title
    happened(session, moment, name, RENAMED, None, actor, title)
    _decided(session, moment, actor, "group_renamed", {"group": name})
    return row


def follow(session: Session, name: str, on: bool, actor: Actor) -> GroupRow:
    """Put the group on the person's list, or take it off. Raises GroupNotFound."""
    row = find_group(session, name, actor)
    others = [user for user in row.followers if user != actor.user]
    row.followers = [*others, actor.user] if on else others
    return row


def _members(session: Session, name: str) -> set[int]:
    return set(session.scalars(select(MemberRow.ticket_id).where(MemberRow.group_id == name)))


def _move(session: Session, tickets: set[int], name: str) -> None:
    ids = sorted(tickets)
    for start in range(0, len(ids), 500):
        part = select(MemberRow).where(MemberRow.ticket_id.in_(ids[start : start + 500]))
        for member in session.scalars(part):
            member.group_id = name
    session.flush()


def describe_anew(session: Session, name: str, now: datetime) -> GroupRow:
    """Read a group's tickets again and write its description."""
    tickets = tickets_with(session, sorted(_members(session, name)))
    cases = [case_of(ticket) for ticket in tickets]
    return store_group(session, name, describe(cases, now, [], recurrences(cases)), now)


def _constrain(
    session: Session, now: datetime, actor: Actor, kind: str, tickets: set[int], others: set[int]
) -> None:
    session.add(
        ConstraintRow(
            at=now, actor=actor.user, kind=kind, tickets=sorted(tickets), others=sorted(others)
        )
    )
    session.flush()


def happened(
    session: Session,
    now: datetime,
    name: str,
    event: str,
    other: str | None,
    actor: Actor,
    text: str = "",
) -> None:
    """Add an event to the group's history."""
    session.add(
        LineageRow(at=now, group_id=name, event=event, other_id=other, actor=actor.user, text=text)
    )


def _decided(
    session: Session, now: datetime, actor: Actor, kind: str, facts: dict[str, object]
) -> None:
    record(session, [Decision(kind, actor.user, None, facts, {})], now)
