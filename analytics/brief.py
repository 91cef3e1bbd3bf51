"""The weekly and monthly brief: everything in it, computed once and kept as plain data."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from analytics import brief_parts
from analytics.advice import advise
from analytics.brief_settings import brief_settings
from analytics.indicators import SHARE, Figure, city_figures, shown
from analytics.span import PERIODS, WEEK, Span, span_of
from hotline.errors import InvalidInput
from hotline.store import clocks_of, store_of

Content = dict[str, Any]
SHOWN_FIRST = (
    "received", "closed", "unfinished", "on_time", "satisfaction", "solved", "reopened", "returned",
    "first_dispatch", "handling", "recurred", "urgent",
)  # fmt: skip


def make_brief(
    session: Session,
    period: str,
    until: date,
    district: str | None = None,
    now: datetime | None = None,
) -> Content:
    """Compute the brief of the week or month up to `until`; JSON-ready and masked.

    Raises InvalidInput for another period or a day that is not over, CityError when the city's
    files are wrong.
    """
    moment = now or datetime.now(UTC)
    clocks = clocks_of(session)
    if period not in PERIODS:
        raise InvalidInput(f"简报只有：{'、'.join(PERIODS)}。", {"field": "period"})
    if until >= clocks.local_day(moment):
        raise InvalidInput("简报写到已经过完的一天，最晚到昨天。", {"field": "until"})
    span = span_of(period, until, clocks.rules.timezone, district)
    city = store_of(session).city
    settings = brief_settings(city)
    figures = city_figures(session, span)
    parts = {
        "daily": brief_parts.daily(session, span),
        "categories": brief_parts.counted(session, span, "category"),
        "districts": brief_parts.counted(session, span, "district"),
        "groups": brief_parts.top_groups(session, span, settings.groups, settings.examples),
        "alarms": brief_parts.raised_alarms(session, span, settings.alarms),
        "units": brief_parts.units_apart(session, span, settings.units),
        "returns": brief_parts.most_returned(session, span),
        "closings": brief_parts.doubtful_closings(session, span),
        "gaps": brief_parts.open_gaps(session, span, settings.gaps),
    }
    return {
        "period": period,
        "name": f"{PERIODS[period]}报",
        "title": f"{district or city.name}市民诉求{PERIODS[period]}报",
        "number": _number(period, span),
        "head": settings.head,
        "issuer": settings.issuer,
        "to": settings.to,
        "prepared_by": settings.prepared_by,
        "district": district,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "span": span.text(),
        "before": span.before().text(),
        "made_at": clocks.local(moment).isoformat(timespec="minutes"),
        "made_on": _day(clocks.local_day(moment)),
        "summary": _summary(figures, parts, span),
        "figures": [_figure(figures[code], code) for code in _order(figures)],
        "parts": parts,
        "advice": advise(settings, figures, parts),
    }


def digest_of(content: Content) -> str:
    """SHA-256 of a brief's content, in hex."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _number(period: str, span: Span) -> str:
    if period == WEEK:
        year, week, _ = span.last.isocalendar()
        return f"{year}年第{week}周"
    return f"{span.last.year}年{span.last.month}月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _order(figures: dict[str, Figure]) -> list[str]:
    return [
        *(code for code in SHOWN_FIRST if code in figures),
        *(code for code in figures if code not in SHOWN_FIRST),
    ]


def _figure(figure: Figure, code: str) -> Content:
    one = figure.indicator
    return {
        "code": code,
        "name": one.name,
        "text": figure.text,
        "before": shown(one, figure.before),
        "change": figure.change or "—",
        "worse": figure.worse,
        "missed": figure.missed,
        "target": f"{one.target}%" if one.target is not None and one.kind == SHARE else "",
        "value": figure.value,
        "definition": one.definition,
        "source": one.source,
        "query": figure.query,
        "computed_at": figure.computed_at.isoformat(timespec="seconds"),
    }


def _summary(figures: dict[str, Figure], parts: dict[str, Any], span: Span) -> list[str]:
    """The opening, in three or four sentences."""

    def told(code: str, name: str = "") -> str:
        figure = figures[code]
        change = f"（{figure.change}）" if figure.change else ""
        return f"{name or figure.indicator.name} {figure.text}{change}"

    known = [
        code for code in ("on_time", "satisfaction", "solved") if figures[code].value is not None
    ]
    first = (
        f"{span.text()}，共受理市民诉求 "
        f"{told('received', ' ').strip()}，{told('closed', '办结')}，{told('unfinished', '期末在办')}。"
    )
    sentences = [first]
    if known:
        sentences.append("，".join(told(code) for code in known) + "。")
    top = [row for row in parts["categories"]["rows"] if row["name"] != "未识别"][:3]
    if top:
        named = "、".join(f"{row['name'].split('/')[-1]}（{row['count']} 件）" for row in top)
        sentences.append(f"反映最多的是{named}。")
    groups, alarms = figures["groups"], figures["alarms"]
    waiting = sum(row["waiting"] for row in parts["alarms"]["rows"])
    if groups.value or alarms.value:
        tail = f"，其中 {waiting} 条待处置" if waiting else ""
        sentences.append(f"集中诉求 {groups.text}，发出预警 {alarms.text}{tail}。")
    return sentences
