"""What a brief tells besides the key figures, read from the store: JSON-ready, text masked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select, true
from sqlalchemy.orm import Session

from analytics.alarms import ACKNOWLEDGED, ASSIGNED, NEW, STATE_TEXT
from analytics.indicators import query_text
from analytics.reply_desk import KINDS, OFF_TOPIC
from analytics.span import Span
from analytics.standardising import WORSE, Compared
from analytics.tables import AlarmRow, GroupRow, MemberRow, ReplyCheckRow
from analytics.unit_measures import UNIT_MEASURES, UnitMeasure
from analytics.units import UnitStanding, compare_units
from hotline.lifecycle import Status
from hotline.store import DailyRollup, Ticket, UnitReturn, store_of
from knowledge_base.tables import GapRow
from nlu.personal import mask

Part = dict[str, Any]
Query = Select[*tuple[Any, ...]]
MOST = 8
QUOTED = 70
WAITING = (NEW, ACKNOWLEDGED, ASSIGNED)


def daily(session: Session, span: Span) -> Part:
    """Receipts and closures by day, of this span and the receipts of the one before."""
    query = _by(span, DailyRollup.day, DailyRollup.received, DailyRollup.closed)
    found = {row[0]: (int(row[1]), int(row[2])) for row in session.execute(query)}
    before = span.before()
    earlier = _by(before, DailyRollup.day, DailyRollup.received)
    told = {row[0]: int(row[1]) for row in session.execute(earlier)}
    rows = []
    for number in range(span.days):
        day = span.first + timedelta(days=number)
        then = before.first + timedelta(days=number)
        received, closed = found.get(day.isoformat(), (0, 0))
        same = told.get(then.isoformat(), 0) if then <= before.last else None
        rows.append(
            {"day": day.isoformat(), "received": received, "closed": closed, "before": same}
        )
    return {"rows": rows, "query": query_text(session, query)}


def counted(session: Session, span: Span, name: str) -> Part:
    """Receipts by category or district beside the span before, most first."""
    column = getattr(DailyRollup, name)
    query = _by(span, column, DailyRollup.received)
    now = {row[0]: int(row[1]) for row in session.execute(query)}
    then = {
        row[0]: int(row[1])
        for row in session.execute(_by(span.before(), column, DailyRollup.received))
    }
    rows = [
        {"name": key or "未识别", "count": count, "before": then.get(key, 0)}
        for key, count in sorted(now.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]
    return {"rows": rows[:MOST], "query": query_text(session, query)}


def top_groups(session: Session, span: Span, most: int, examples: int) -> Part:
    """The recurring groups with most people in the span."""
    person = func.coalesce(Ticket.citizen_key, Ticket.citizen_id, Ticket.number)
    people = func.count(func.distinct(person))
    done = func.sum(case((Ticket.closed_at.is_not(None), 1), else_=0))
    query = (
        select(MemberRow.group_id, people, func.count(Ticket.id), done)
        .join(Ticket, Ticket.id == MemberRow.ticket_id)
        .where(
            MemberRow.group_id.is_not(None),
            Ticket.received_at >= span.start,
            Ticket.received_at < span.end,
            Ticket.status != Status.VOID,
            Ticket.district == span.district if span.district else true(),
        )
        .group_by(MemberRow.group_id)
        .having(people > 1)
        .order_by(people.desc(), func.count(Ticket.id).desc(), MemberRow.group_id)
        .limit(most)
    )
    rows = []
    for name, persons, tickets, closed in session.execute(query):
        row = session.get(GroupRow, name)
        if row is None:
            continue
        facts = row.summary
        rows.append(
            {
                "id": name,
                "title": mask(row.human_title or row.title).text,
                "place": f"{row.district}{facts.get('street') or ''}",
                "people": int(persons),
                "tickets": int(tickets),
                "closed": int(closed or 0),
                "in_all": row.tickets,
                "since": row.first_at.date().isoformat(),
                "recurred": row.recurred,
                "fresh": row.first_at >= span.start,
                "units": [one["name"] for one in facts.get("units", [])[:3]],
                "why": facts.get("why", ""),
                "examples": [quoted(one["text"]) for one in facts.get("messages", [])[:examples]],
            }
        )
    return {"rows": rows, "query": query_text(session, query)}


def raised_alarms(session: Session, span: Span, most: int) -> Part:
    """The warnings of the span: those nobody has dealt with first."""
    waiting = case((AlarmRow.state.in_(WAITING), 0), else_=1)
    query = (
        select(AlarmRow)
        .where(
            AlarmRow.raised_at >= span.start,
            AlarmRow.raised_at < span.end,
            AlarmRow.district == span.district if span.district else true(),
        )
        .order_by(waiting, AlarmRow.raised_at.desc(), AlarmRow.id.desc())
    )
    register = store_of(session).city.register.by_code
    rows = []
    for row in session.scalars(query.limit(most)):
        unit = register.get(row.assigned_to or row.unit_code or "")
        rows.append(
            {
                "id": row.id,
                "sentence": row.sentence,
                "state": STATE_TEXT[row.state],
                "waiting": row.state in WAITING,
                "unit": unit.name if unit else "",
                "note": mask(row.note).text,
                "at": store_of(session).clocks.local(row.raised_at).isoformat(),
            }
        )
    return {"rows": rows, "query": query_text(session, query)}


def units_apart(session: Session, span: Span, most: int) -> Part:
    """Units that lie apart from the others by a measure, the furthest first.

    Judged over the 30 days up to the end of the span: a week is too short for most units.
    """
    first = min(span.first, span.last - timedelta(days=29))
    month = Span(first, span.last, span.zone, span.district)
    compared = compare_units(session, month)
    apart: list[tuple[UnitStanding, UnitMeasure, Compared]] = [
        (unit, measure, unit.measures[measure.code])
        for unit in compared.units
        for measure in UNIT_MEASURES
        if unit.measures[measure.code].verdict in ("better", WORSE)
    ]
    apart.sort(key=lambda one: (one[2].verdict != WORSE, -abs(one[2].z or 0.0), one[0].code))
    worse = [one for one in apart if one[2].verdict == WORSE][: most - most // 3]
    better = [one for one in apart if one[2].verdict != WORSE][: most - len(worse)]
    rows = [
        {
            "unit": unit.name,
            "code": unit.code,
            "measure": measure.name,
            "verdict": found.verdict,
            "clear": found.clear,
            "events": found.events,
            "exposed": found.exposed,
            "rate": found.rate,
            "expected_rate": _expected_rate(found),
        }
        for unit, measure, found in [*worse, *better]
    ]
    return {"rows": rows, "from": first.isoformat(), "queries": compared.queries}


def open_gaps(session: Session, span: Span, most: int) -> Part:
    """Questions asked in the span that the knowledge base cannot answer, most asked first."""
    query = (
        select(GapRow.question, GapRow.asked)
        .where(GapRow.last_at >= span.start, GapRow.first_at < span.end, GapRow.closed_at.is_(None))
        .order_by(GapRow.asked.desc(), GapRow.id)
        .limit(most)
    )
    rows = [
        {"question": quoted(question), "asked": asked} for question, asked in session.execute(query)
    ]
    return {"rows": rows, "query": query_text(session, query)}


def most_returned(session: Session, span: Span) -> Part:
    """The category most often sent back, with the commonest reason."""
    query = (
        select(UnitReturn.category, UnitReturn.reason, func.count())
        .join(Ticket, Ticket.id == UnitReturn.ticket_id)
        .where(
            UnitReturn.at >= span.start,
            UnitReturn.at < span.end,
            UnitReturn.category.is_not(None),
            Ticket.district == span.district if span.district else true(),
        )
        .group_by(UnitReturn.category, UnitReturn.reason)
    )
    by_category: dict[str, list[tuple[int, str]]] = {}
    for category, reason, count in session.execute(query):
        by_category.setdefault(category or "", []).append((int(count), reason))
    rows: list[Part] = [
        {"category": category, "count": sum(n for n, _ in found), "reason": max(found)[1]}
        for category, found in by_category.items()
    ]
    rows.sort(key=lambda row: (-row["count"], row["category"]))
    return {"rows": rows[:3], "query": query_text(session, query)}


def doubtful_closings(session: Session, span: Span) -> Part:
    """How many closings of the span are in doubt, by kind."""
    query = (
        select(
            func.coalesce(func.sum(case((ReplyCheckRow.off_topic.is_(True), 1), else_=0)), 0),
            func.coalesce(func.sum(case((ReplyCheckRow.unsolved > 0, 1), else_=0)), 0),
            func.count(),
        )
        .join(Ticket, Ticket.id == ReplyCheckRow.ticket_id)
        .where(
            ReplyCheckRow.closed_at >= span.start,
            ReplyCheckRow.closed_at < span.end,
            Ticket.district == span.district if span.district else true(),
        )
    )
    off, unsolved, checked = session.execute(query).one()
    return {
        "rows": [
            {"kind": KINDS[kind], "count": int(off if kind == OFF_TOPIC else unsolved)}
            for kind in KINDS
        ],
        "checked": int(checked),
        "query": query_text(session, query),
    }


def quoted(text: str) -> str:
    """A citizen's words as quoted: masked, on one line, not too long."""
    line = " ".join(mask(text).text.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}……"


def day_text(day: str) -> str:
    """“3月2日” for an ISO date."""
    found = date.fromisoformat(day)
    return f"{found.month}月{found.day}日"


def _expected_rate(found: Compared) -> float | None:
    if found.expected is None or not found.exposed or found.comparable is None:
        return None
    return found.expected / (found.exposed * found.comparable) if found.comparable else None


def _by(span: Span, key: Any, *measures: Any) -> Query:
    return (
        select(key, *(func.sum(measure) for measure in measures))
        .where(
            DailyRollup.day >= span.first.isoformat(),
            DailyRollup.day <= span.last.isoformat(),
            DailyRollup.district == span.district if span.district else true(),
        )
        .group_by(key)
    )
