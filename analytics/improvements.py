"""Improvement items (整改项): opened by low ratings, worked, and judged by what changed.

An item is about one unit and one category. While it is open, every further low rating of the two
joins it; after it is done, the share of low ratings before and after is followed for 60 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session

from analytics.rating_groups import LOW
from analytics.tables import ImprovementRow, make_tables
from hotline.errors import HotlineError, IllegalStep, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Role
from hotline.store import Store, Ticket

OPEN, PLANNED, DONE, CLOSED = "open", "planned", "done", "closed"
STATES = {OPEN: "待整改", PLANNED: "整改中", DONE: "已整改，看效果", CLOSED: "已销号"}
STEPS: dict[str, tuple[frozenset[str], str]] = {
    "plan": (frozenset({OPEN, PLANNED}), PLANNED),
    "finish": (frozenset({OPEN, PLANNED}), DONE),
    "close": (frozenset({DONE}), CLOSED),
    "again": (frozenset({DONE}), OPEN),
}
STEP_TEXT = {"plan": "制定措施", "finish": "整改完成", "close": "销号", "again": "退回重改"}
WINDOW = timedelta(days=60)
LOOK_BACK = timedelta(days=60)
# Fewer ratings on one side say nothing about the effect.
FEWEST = 5
MACHINE = "machine"


class ImprovementNotFound(HotlineError):  # noqa: N818
    """No such item, or not one this person may see."""

    code = "improvement_not_found"


@dataclass(frozen=True)
class Effect:
    """Low ratings of all ratings before the item was done and since; shares None while too few."""

    low_before: int
    rated_before: int
    low_after: int
    rated_after: int
    days_after: int

    @property
    def before(self) -> float | None:
        """Share of low ratings in the 60 days before."""
        return self.low_before / self.rated_before if self.rated_before >= FEWEST else None

    @property
    def after(self) -> float | None:
        """Share of low ratings since, at most 60 days."""
        return self.low_after / self.rated_after if self.rated_after >= FEWEST else None

    def text(self) -> str:
        """What a manager reads."""
        if self.before is None or self.after is None:
            return (
                f"整改前 60 天 {self.rated_before} 次评价、差评 {self.low_before} 次；"
                f"整改后 {self.days_after} 天 {self.rated_after} 次评价、差评 {self.low_after} 次。"
                f"任一边不足 {FEWEST} 次，还看不出效果。"
            )
        word = (
            "下降" if self.after < self.before else "上升" if self.after > self.before else "持平"
        )
        return (
            f"差评率由整改前 60 天的 {100 * self.before:.0f}%（{self.low_before}／{self.rated_before}）"
            f"{word}到整改后 {self.days_after} 天的 {100 * self.after:.0f}%"
            f"（{self.low_after}／{self.rated_after}）。"
        )


def open_items(store: Store, now: datetime | None = None) -> list[int]:
    """Put every low rating of the last 60 days into an item; return the items opened.

    Safe to call again at any time: a rating is in one item only.
    """
    moment = now or datetime.now(UTC)
    make_tables(store.engine)
    opened: list[int] = []
    with store.session() as session:
        low = session.scalars(
            select(Ticket)
            .where(
                Ticket.rated_at >= moment - LOOK_BACK,
                Ticket.rating <= LOW,
                Ticket.unit_code.is_not(None),
            )
            .order_by(Ticket.rated_at, Ticket.id)
        )
        # A rating of the window can only be in an item that was alive within it.
        alive = or_(ImprovementRow.state != CLOSED, ImprovementRow.changed_at >= moment - LOOK_BACK)
        rows = list(
            session.scalars(select(ImprovementRow).where(alive).order_by(ImprovementRow.id))
        )
        known = {number for row in rows for number in row.tickets}
        current = {(row.unit_code, row.category): row for row in rows if row.state != CLOSED}
        for ticket in low:
            if ticket.number in known or ticket.unit_code is None:
                continue
            key = (ticket.unit_code, ticket.category or "")
            row = current.get(key)
            if row is None:
                row = current[key] = ImprovementRow(
                    unit_code=key[0],
                    category=key[1],
                    district=ticket.district or "",
                    state=OPEN,
                    tickets=[],
                    opened_at=moment,
                    changed_at=moment,
                )
                session.add(row)
                session.flush()
                opened.append(row.id)
            row.tickets = [*row.tickets, ticket.number]
        if opened:
            facts = {"improvements": opened}
            record(session, [Decision("improvements_opened", MACHINE, None, facts, {})], moment)
    return opened


def list_items(
    session: Session, actor: Actor, state: str | None = None, page: int = 1, size: int = 50
) -> tuple[list[ImprovementRow], int]:
    """(items the actor may see, those with most low ratings first; how many).

    Without `state` those that are not closed. Raises InvalidInput for an unknown state.
    """
    if state is not None and state not in STATES:
        raise InvalidInput(f"状态只能是：{'、'.join(STATES)}。", {"field": "state"})
    conditions = [
        ImprovementRow.state == state if state else ImprovementRow.state != CLOSED,
        _visible(actor),
    ]
    found = select(ImprovementRow).where(*conditions)
    rows = sorted(session.scalars(found), key=lambda row: (-len(row.tickets), row.id))
    return rows[(page - 1) * size : page * size], len(rows)


def find_item(session: Session, number: int, actor: Actor) -> ImprovementRow:
    """The item of that number. Raises ImprovementNotFound."""
    row = session.scalar(select(ImprovementRow).where(ImprovementRow.id == number, _visible(actor)))
    if row is None:
        raise ImprovementNotFound("没有找到这个整改项。", {"improvement": number})
    return row


def take(
    session: Session,
    number: int,
    step: str,
    actor: Actor,
    text: str,
    now: datetime | None = None,
) -> ImprovementRow:
    """Take a step of `STEPS` with an item, in the ledger.

    `plan` and `finish` tell the measure in `text`, `again` the reason.
    Raises ImprovementNotFound, IllegalStep, InvalidInput.
    """
    moment = now or datetime.now(UTC)
    row = find_item(session, number, actor)
    sources, target = STEPS[step]
    if row.state not in sources:
        raise IllegalStep(
            f"整改项现在是“{STATES[row.state]}”，不能{STEP_TEXT[step]}。",
            {"state": row.state, "step": step},
        )
    if step != "close" and not text.strip():
        raise InvalidInput(f"{STEP_TEXT[step]}请写明内容。", {"field": "text"})
    row.state, row.changed_at = target, moment
    if step in {"plan", "finish"}:
        row.measure = text.strip()
    if step == "finish":
        row.done_at = moment
    if step == "again":
        row.done_at = None
    said = {"at": moment.isoformat(), "actor": actor.user, "step": step, "text": text.strip()}
    row.events = [*row.events, said]
    facts = {"improvement": number, "step": step, "unit": row.unit_code}
    record(session, [Decision(f"improvement_{step}", actor.user, None, facts, {})], moment)
    return row


def effect_of(session: Session, row: ImprovementRow, now: datetime | None = None) -> Effect | None:
    """What changed since the item was done; None while it is not."""
    if row.done_at is None:
        return None
    moment = now or datetime.now(UTC)
    after = min(moment, row.done_at + WINDOW)
    low_before, rated_before = _rated(session, row, row.done_at - WINDOW, row.done_at)
    low_after, rated_after = _rated(session, row, row.done_at, after)
    return Effect(low_before, rated_before, low_after, rated_after, (after - row.done_at).days)


def _rated(
    session: Session, row: ImprovementRow, start: datetime, end: datetime
) -> tuple[int, int]:
    low = func.coalesce(func.sum(case((Ticket.rating <= LOW, 1), else_=0)), 0)
    found = session.execute(
        select(low, func.count()).where(
            Ticket.unit_code == row.unit_code,
            Ticket.category == (row.category or None),
            Ticket.rated_at >= start,
            Ticket.rated_at < end,
        )
    ).one()
    return int(found[0]), int(found[1])


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.UNIT_HANDLER:
        return ImprovementRow.unit_code == (actor.unit or "")
    return ImprovementRow.district == actor.scope if actor.scope else true()
