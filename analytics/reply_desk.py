"""Replies already sent, checked: those that miss the question, and matters closed unsolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from analytics.reply_check import ReplyCheck, ReplyChecker
from analytics.reply_signs import nothing_done, only_passed_on
from analytics.tables import ReplyCheckRow, make_tables
from hotline.errors import InvalidInput
from hotline.lifecycle import Actor, Status
from hotline.lookup import visible_to
from hotline.store import Store, Ticket

OFF_TOPIC, UNSOLVED = "off_topic", "unsolved"
KINDS = {OFF_TOPIC: "答非所问", UNSOLVED: "未解决就办结"}
BATCH = 200
# Later callbacks, ratings and reopenings change what is known of a closing for so long.
LOOK_BACK = timedelta(days=45)
LOW = 2
# Passing these on is an answer in itself.
NOTHING_TO_SOLVE = frozenset({"咨询", "建议", "表扬"})


@dataclass(frozen=True)
class DoubtfulPage:
    """One page of doubtful closings, the strongest signs and the newest first."""

    items: list[tuple[Ticket, ReplyCheckRow]]
    total: int


def check_closed(
    store: Store, checker: ReplyChecker, now: datetime | None = None, most: int | None = None
) -> int:
    """Check the replies closed lately that have not been, and look again at what became of all.

    Returns how many replies were read, at most about `most`. Safe to call again at any time.
    """
    make_tables(store.engine)
    since = (now or datetime.now(UTC)) - LOOK_BACK
    read = 0
    while most is None or read < most:
        with store.session(read_only=True) as session:
            waiting = list(
                session.scalars(
                    select(Ticket)
                    .outerjoin(ReplyCheckRow, ReplyCheckRow.ticket_id == Ticket.id)
                    .where(
                        Ticket.closed_at >= since,
                        Ticket.reply.is_not(None),
                        Ticket.status != Status.VOID,
                        or_(
                            ReplyCheckRow.ticket_id.is_(None),
                            ReplyCheckRow.closed_at != Ticket.closed_at,
                        ),
                    )
                    .order_by(Ticket.id)
                    .limit(BATCH)
                )
            )
        if not waiting:
            break
        # The reading takes no lock on the database.
        rows = [
            _row(ticket, checker.check(_asked(ticket), ticket.reply or "")) for ticket in waiting
        ]
        with store.session() as session:
            for row in rows:
                session.merge(row)
        read += len(rows)
    with store.session() as session:
        _look_again(session, since)
    return read


def doubtful(
    session: Session,
    actor: Actor,
    kind: str,
    since: datetime,
    page: int = 1,
    size: int = 50,
) -> DoubtfulPage:
    """The doubtful closings since then among the tickets the actor may see.

    Raises InvalidInput for a kind that is not one of `KINDS`.
    """
    if kind not in KINDS:
        raise InvalidInput(f"清单只能是：{'、'.join(KINDS)}。", {"field": "kind"})
    wrong: ColumnElement[bool] = (
        ReplyCheckRow.off_topic.is_(True) if kind == OFF_TOPIC else ReplyCheckRow.unsolved > 0
    )
    conditions = [wrong, ReplyCheckRow.closed_at >= since, visible_to(actor)]
    joined = select(Ticket, ReplyCheckRow).join(ReplyCheckRow, ReplyCheckRow.ticket_id == Ticket.id)
    total = session.scalar(
        select(func.count())
        .select_from(Ticket)
        .join(ReplyCheckRow, ReplyCheckRow.ticket_id == Ticket.id)
        .where(*conditions)
    )
    order = (
        (ReplyCheckRow.on_topic, Ticket.id)
        if kind == OFF_TOPIC
        else (ReplyCheckRow.unsolved.desc(), ReplyCheckRow.closed_at.desc(), Ticket.id)
    )
    found = session.execute(
        joined.where(*conditions).order_by(*order).offset((page - 1) * size).limit(size)
    )
    return DoubtfulPage([(ticket, row) for ticket, row in found], total or 0)


def _asked(ticket: Ticket) -> str:
    return f"{ticket.title}\n{ticket.text}"


def _row(ticket: Ticket, found: ReplyCheck) -> ReplyCheckRow:
    reply, said = ticket.reply or "", []
    solvable = ticket.appeal_type not in NOTHING_TO_SOLVE
    if solvable and only_passed_on(reply):
        said.append("答复只说已转办")
    elif solvable and nothing_done(reply):
        said.append("答复只有打算，没有办理结果")
    return ReplyCheckRow(
        ticket_id=ticket.id,
        closed_at=ticket.closed_at,
        explains=found.explains,
        on_topic=found.on_topic,
        off_topic=found.off_topic,
        unsolved=len(said),
        reasons=list(found.reasons),
        signs=said,
    )


def _look_again(session: Session, since: datetime) -> None:
    """Add what callbacks, ratings and reopenings since then say."""
    child = aliased(Ticket)
    reopened = select(child.id).where(child.parent_id == Ticket.id).exists()
    found = session.execute(
        select(ReplyCheckRow, Ticket.solved, Ticket.rating, reopened)
        .join(Ticket, Ticket.id == ReplyCheckRow.ticket_id)
        .where(
            ReplyCheckRow.closed_at >= since,
            or_(Ticket.solved.is_(False), Ticket.rating <= LOW, reopened),
        )
    )
    for row, solved, rating, again in found:
        told = [sign for sign in row.signs if sign.startswith("答复")]
        if solved is False:
            told.append("回访时市民说没有解决")
        if rating is not None and rating <= LOW:
            told.append(f"市民评价 {rating} 分")
        if again:
            told.append("市民已申请重办")
        if told != row.signs:
            row.signs, row.unsolved = told, len(told)
