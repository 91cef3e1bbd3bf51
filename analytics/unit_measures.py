"""What units are compared by: one query a measure, giving (unit, category, events, exposed)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from analytics.cases import RECURRENCE
from analytics.elapsed import days_between
from analytics.span import Span
from analytics.tables import MemberRow
from hotline.lifecycle import Status
from hotline.store import DailyRollup, Ticket, UnitReturn

Rows = Select[*tuple[Any, ...]]
Counted = ColumnElement[int] | InstrumentedAttribute[int]


@dataclass(frozen=True)
class UnitMeasure:
    """A share by which units are compared; `better` up or down; `definition` for people."""

    code: str
    name: str
    better: str
    definition: str
    rows: Callable[[Span], Rows]


def _on_time(span: Span) -> Rows:
    return _rolled(span, DailyRollup.on_time, DailyRollup.due, before_last=True)


def _returned(span: Span) -> Rows:
    given = DailyRollup.received + DailyRollup.returned
    return _rolled(span, DailyRollup.returned, given)


def _reopened(span: Span) -> Rows:
    return _rolled(span, DailyRollup.reopened, DailyRollup.closed)


def _satisfied(span: Span) -> Rows:
    return _rolled(span, DailyRollup.satisfied, DailyRollup.rated)


def _bounced(span: Span) -> Rows:
    return _ticketed(span, Ticket.bounces >= 2).where(
        Ticket.received_at >= span.start, Ticket.received_at < span.end
    )


def _recurred(span: Span) -> Rows:
    mine, other, later = aliased(MemberRow), aliased(MemberRow), aliased(Ticket)
    came_back = (
        exists()
        .where(
            mine.ticket_id == Ticket.id,
            other.group_id == mine.group_id,
            later.id == other.ticket_id,
            later.id != Ticket.id,
            later.received_at >= Ticket.closed_at,
            days_between(Ticket.closed_at, later.received_at) <= RECURRENCE.days,
        )
        .correlate(Ticket)
    )
    return _ticketed(span, came_back).where(
        Ticket.closed_at >= span.start, Ticket.closed_at < span.end
    )


UNIT_MEASURES: tuple[UnitMeasure, ...] = (
    UnitMeasure(
        "on_time",
        "按时办结率",
        "up",
        "期内到期（不含期末当天）的工单中到期前办结的比例。",
        _on_time,
    ),
    UnitMeasure(
        "returned",
        "退单率",
        "down",
        "期内退单次数，除以受理并在该单位的工单数与退单次数之和。",
        _returned,
    ),
    UnitMeasure(
        "bounced",
        "多次退单率",
        "down",
        "期内受理、现在该单位的工单中被退回过两次及以上的比例。",
        _bounced,
    ),
    UnitMeasure("reopened", "重办率", "down", "期内重办量除以期内办结量。", _reopened),
    UnitMeasure(
        "recurred",
        "办结后复发率",
        "down",
        "期内办结的工单中，办结后 30 天内同一集中诉求又有人反映的比例；未满 30 天的还会增加。",
        _recurred,
    ),
    UnitMeasure("satisfied", "好评率", "up", "期内评价中 4 分和 5 分所占的比例。", _satisfied),
)


def taken_over(span: Span) -> Rows:
    """Returns received: (unit, tickets) that another unit had sent back and this one took."""
    return (
        select(UnitReturn.taken_by, func.count(func.distinct(UnitReturn.ticket_id)))
        .join(Ticket, Ticket.id == UnitReturn.ticket_id)
        .where(
            UnitReturn.at >= span.start,
            UnitReturn.at < span.end,
            UnitReturn.taken_by.is_not(None),
            UnitReturn.taken_by != UnitReturn.unit_code,
            Ticket.district == span.district if span.district else true(),
        )
        .group_by(UnitReturn.taken_by)
    )


def _rolled(span: Span, events: Counted, exposed: Counted, before_last: bool = False) -> Rows:
    last = span.last - timedelta(days=1) if before_last else span.last
    return (
        select(DailyRollup.unit_code, DailyRollup.category, func.sum(events), func.sum(exposed))
        .where(
            DailyRollup.day >= span.first.isoformat(),
            DailyRollup.day <= last.isoformat(),
            DailyRollup.unit_code != "",
            DailyRollup.district == span.district if span.district else true(),
        )
        .group_by(DailyRollup.unit_code, DailyRollup.category)
    )


def _ticketed(span: Span, event: ColumnElement[bool]) -> Rows:
    return (
        select(Ticket.unit_code, Ticket.category, func.sum(case((event, 1), else_=0)), func.count())
        .where(
            and_(Ticket.unit_code.is_not(None), Ticket.status != Status.VOID),
            Ticket.district == span.district if span.district else true(),
        )
        .group_by(Ticket.unit_code, Ticket.category)
    )
