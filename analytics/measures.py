"""The query behind every figure: one function an indicator, named by its code.

Each returns a SELECT with one row: (value,) for counts and hours, (part, whole) for shares. The
same statement is run and shown (`indicators.Figure.query`), so that a figure can be traced.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from analytics.alarms import ACTED, CLOSED
from analytics.cases import RECURRENCE
from analytics.elapsed import days_between
from analytics.span import Span
from analytics.tables import AlarmRow, MemberRow
from hotline.lifecycle import Status
from hotline.rollups import ALL, EVERYWHERE, HANDLING
from hotline.store import DailyMargin, DailySpread, Ticket
from knowledge_base.tables import GapRow

Query = Select[*tuple[Any, ...]]
_Count = InstrumentedAttribute[int]


def received(span: Span) -> Query:
    """受理量."""
    return _rolled(span, DailyMargin.received)


def closed(span: Span) -> Query:
    """办结量."""
    return _rolled(span, DailyMargin.closed)


def unfinished(span: Span) -> Query:
    """期末在办: everything ever received, less what was closed or voided by then."""
    left = DailyMargin.received - DailyMargin.closed - DailyMargin.voided
    return select(func.coalesce(func.sum(left), 0)).where(
        DailyMargin.day <= span.last.isoformat(), *_all(span)
    )


def overdue(span: Span) -> Query:
    """超期未结."""
    late = func.coalesce(func.sum(DailyMargin.due - DailyMargin.on_time), 0)
    return select(late).where(*_days(span, before_last=True))


def on_time(span: Span) -> Query:
    """按时办结率."""
    return select(_sum(DailyMargin.on_time), _sum(DailyMargin.due)).where(
        *_days(span, before_last=True)
    )


def handling(span: Span) -> Query:
    """办理时长中位数: the lowest bucket at which half of the tickets are reached."""
    rows = (
        select(DailySpread.bucket, func.sum(DailySpread.count).label("count"))
        .where(
            DailySpread.kind == HANDLING,
            DailySpread.day >= span.first.isoformat(),
            DailySpread.day <= span.last.isoformat(),
            DailySpread.district == (span.district or EVERYWHERE),
        )
        .group_by(DailySpread.bucket)
        .subquery()
    )
    reached = select(
        rows.c.bucket,
        func.sum(rows.c.count).over(order_by=rows.c.bucket).label("reached"),
        func.sum(rows.c.count).over().label("total"),
    ).subquery()
    return select(func.min(reached.c.bucket)).where(2 * reached.c.reached >= reached.c.total)


def returned(span: Span) -> Query:
    """退单次数."""
    return _rolled(span, DailyMargin.returned)


def return_rate(span: Span) -> Query:
    """退单率."""
    return _ratio(span, DailyMargin.returned, DailyMargin.received)


def in_air(span: Span) -> Query:
    """落地用时: minutes from receipt to the sign that held, and how many."""
    return _ratio(span, DailyMargin.air_minutes, DailyMargin.landed)


def passed_on(span: Span) -> Query:
    """转手率."""
    return _ratio(span, DailyMargin.bounced, DailyMargin.landed)


def suggested_right(span: Span) -> Query:
    """建议派准率."""
    return _ratio(span, DailyMargin.right, DailyMargin.decided)


def first_dispatch(span: Span) -> Query:
    """一次派准率."""
    return _share(Ticket.bounces == 0).where(
        Ticket.closed_at >= span.start, Ticket.closed_at < span.end, _here(Ticket.district, span)
    )


def bounced(span: Span) -> Query:
    """多次退单."""
    return _tickets(span, Ticket.bounces >= 2)


def reopened(span: Span) -> Query:
    """重办量."""
    return _rolled(span, DailyMargin.reopened)


def solved(span: Span) -> Query:
    """回访解决率."""
    return _share(Ticket.solved.is_(True)).where(
        Ticket.called_back_at >= span.start,
        Ticket.called_back_at < span.end,
        _here(Ticket.district, span),
    )


def rated(span: Span) -> Query:
    """评价量."""
    return _rolled(span, DailyMargin.rated)


def satisfaction(span: Span) -> Query:
    """好评率."""
    return _ratio(span, DailyMargin.satisfied, DailyMargin.rated)


def urgent(span: Span) -> Query:
    """涉险诉求."""
    return _tickets(span, Ticket.safety.is_not(None))


def supervised(span: Span) -> Query:
    """督办工单."""
    return _tickets(span, Ticket.supervised > 0)


def groups(span: Span) -> Query:
    """活跃集中诉求."""
    return (
        select(func.count(func.distinct(MemberRow.group_id)))
        .join(Ticket, Ticket.id == MemberRow.ticket_id)
        .where(*_received(span))
    )


def grouped(span: Span) -> Query:
    """集中诉求占比."""
    return (
        select(func.count(MemberRow.group_id), func.count(Ticket.id))
        .select_from(Ticket)
        .outerjoin(MemberRow, MemberRow.ticket_id == Ticket.id)
        .where(*_received(span))
    )


def recurred(span: Span) -> Query:
    """办结后复发: of the same group, another ticket was closed in the 30 days before this came."""
    mine, other, earlier = aliased(MemberRow), aliased(MemberRow), aliased(Ticket)
    solved_before = (
        exists()
        .where(
            other.group_id == mine.group_id,
            other.ticket_id == earlier.id,
            earlier.id != Ticket.id,
            earlier.closed_at <= Ticket.received_at,
            days_between(earlier.closed_at, Ticket.received_at) <= RECURRENCE.days,
        )
        .correlate(mine, Ticket)
    )
    return (
        select(func.count())
        .select_from(Ticket)
        .join(mine, and_(mine.ticket_id == Ticket.id, mine.group_id.is_not(None)))
        .where(*_received(span), solved_before)
    )


def alarms(span: Span) -> Query:
    """预警."""
    return select(func.count()).select_from(AlarmRow).where(*_raised(span))


def alarms_worked(span: Span) -> Query:
    """预警处置率."""
    return _share(AlarmRow.state.in_([ACTED, CLOSED])).where(*_raised(span))


def gaps(span: Span) -> Query:
    """知识缺口."""
    return (
        select(func.count())
        .select_from(GapRow)
        .where(
            GapRow.last_at >= span.start,
            GapRow.first_at < span.end,
            GapRow.closed_at.is_(None),
        )
    )


MEASURES: dict[str, Callable[[Span], Query]] = {
    function.__name__: function
    for function in (
        received, closed, unfinished, overdue, on_time, handling, returned, return_rate, in_air,
        passed_on, suggested_right, first_dispatch, bounced,
        reopened, solved, rated, satisfaction, urgent, supervised, groups, grouped, recurred,
        alarms, alarms_worked, gaps,
    )
}  # fmt: skip


def _here(column: InstrumentedAttribute[Any], span: Span) -> ColumnElement[bool]:
    return column == span.district if span.district else true()


def _days(span: Span, before_last: bool = False) -> list[ColumnElement[bool]]:
    last = span.last - timedelta(days=1) if before_last else span.last
    return [
        DailyMargin.day >= span.first.isoformat(),
        DailyMargin.day <= last.isoformat(),
        *_all(span),
    ]


def _all(span: Span) -> list[ColumnElement[bool]]:
    """The daily figures of the district, or of the whole city, under no further heading."""
    return [DailyMargin.kind == ALL, DailyMargin.district == (span.district or EVERYWHERE)]


def _received(span: Span) -> list[ColumnElement[bool]]:
    return [
        Ticket.received_at >= span.start,
        Ticket.received_at < span.end,
        Ticket.status != Status.VOID,
        _here(Ticket.district, span),
    ]


def _raised(span: Span) -> list[ColumnElement[bool]]:
    return [
        AlarmRow.raised_at >= span.start,
        AlarmRow.raised_at < span.end,
        _here(AlarmRow.district, span),
    ]


def _sum(column: _Count) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _rolled(span: Span, column: _Count) -> Query:
    return select(_sum(column)).where(*_days(span))


def _ratio(span: Span, part: _Count, whole: _Count) -> Query:
    return select(_sum(part), _sum(whole)).where(*_days(span))


def _share(condition: ColumnElement[bool]) -> Query:
    return select(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), func.count())


def _tickets(span: Span, condition: ColumnElement[bool]) -> Query:
    return select(func.count()).select_from(Ticket).where(*_received(span), condition)
