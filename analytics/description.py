"""A group as a manager reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analytics.heat import FORMULA, heat, peak_heat
from analytics.title import best_title, clerk_title, shared_words

SECONDS_PER_DAY = 86_400.0
BEST_MESSAGES = 3
MESSAGE_LENGTH = 160
WEEKS = 8


@dataclass(frozen=True)
class Case:
    """One ticket of a group as far as its description needs it; `text` is masked."""

    number: str
    title: str
    text: str
    at: datetime
    person: str
    district: str = ""
    street: str = ""
    place: str = ""
    category: str = ""
    unit: str = ""
    status: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Description:
    """What is said of a group; `facts` is JSON-ready."""

    title: str
    district: str
    category: str
    first_at: datetime
    last_at: datetime
    tickets: int
    people: int
    heat: float
    peak: float
    facts: dict[str, Any] = field(default_factory=dict)


def describe(
    cases: Sequence[Case],
    now: datetime,
    best: Sequence[str] = (),
    recurred: Sequence[str] = (),
    common: frozenset[str] = frozenset(),
) -> Description:
    """Describe a group of at least one case.

    `best` are the numbers of the most typical tickets, first the most typical; `common` are words that say nothing here
    (`title.common_words`).
    """
    ordered = sorted(cases, key=lambda case: (case.at, case.number))
    people = len({case.person for case in ordered})
    days = [case.at.timestamp() / SECONDS_PER_DAY for case in ordered]
    warmth = heat(days, people, now.timestamp() / SECONDS_PER_DAY)
    peak = peak_heat(days, [case.person for case in ordered])
    by_number = {case.number: case for case in ordered}
    typical = [by_number[number] for number in best if number in by_number] or ordered
    texts = [f"{case.title} {case.text}" for case in ordered]
    words = shared_words(texts, common)
    titles = [case.title or case.text[:40] for case in typical[:12]]
    district = _usual([case.district for case in ordered], 0.5)
    street = _usual([case.street for case in ordered], 0.5)
    place = _usual([case.place for case in ordered], 0.3)
    category = _usual([case.category for case in ordered], 0.4)
    title = best_title(titles, words)
    if category:
        names = [word for word in words if 2 * sum(word in text for text in texts) >= len(texts)]
        title = clerk_title(place or street or district, names, category.rsplit("/", 1)[-1])
    first, last = ordered[0].at, ordered[-1].at
    shown = "、".join(f"“{word}” {sum(word in text for text in texts)} 件" for word in words[:3])
    facts: dict[str, Any] = {
        "place": place,
        "street": street,
        "districts": _counted([case.district for case in ordered]),
        "units": _counted([case.unit for case in ordered]),
        "states": _counted([case.status for case in ordered]),
        "shared_words": words,
        "categories": _counted([case.category for case in ordered]),
        "weekly": _weekly(days, now.timestamp() / SECONDS_PER_DAY),
        "why": _why(len(ordered), shown, _counted([case.district for case in ordered])),
        "heat_formula": FORMULA,
        "heat_shown": f"{people} 人、{len(ordered)} 件，最近一件 {last:%m月%d日}，热度 {warmth}，最高 {peak}",
        "messages": [
            {
                "number": case.number,
                "title": case.title,
                "text": case.text[:MESSAGE_LENGTH],
                "at": case.at.isoformat(),
            }
            for case in _different(typical)
        ],
        "recurred": list(recurred),
    }
    return Description(
        title=title,
        district=district or _usual([case.district for case in ordered]),
        category=category or _usual([case.category for case in ordered]),
        first_at=first,
        last_at=last,
        tickets=len(ordered),
        people=people,
        heat=warmth,
        peak=peak,
        facts=facts,
    )


def _why(tickets: int, shown: str, districts: Sequence[Mapping[str, Any]]) -> str:
    """Return why the tickets belong together, and how many lie in which district if in several."""
    why = f"{tickets} 件中提到{shown}。" if shown else "用语和地点十分接近。"
    if len(districts) > 1:
        why += "涉及" + "、".join(f"{one['name']} {one['count']} 件" for one in districts) + "。"
    return why


def _weekly(days: Sequence[float], today: float) -> list[int]:
    """Return how many came in each of the last eight weeks, the present one last."""
    counts = [0] * WEEKS
    for day in days:
        back = int((today - day) // 7)
        if 0 <= back < WEEKS:
            counts[WEEKS - 1 - back] += 1
    return counts


def _different(cases: Sequence[Case]) -> list[Case]:
    """Return the first few with different words."""
    kept: dict[str, Case] = {}
    for case in cases:
        kept.setdefault(case.text[:60] or case.title, case)
    return list(kept.values())[:BEST_MESSAGES]


def counted(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return names with their counts, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "count": count} for name, count in ordered]


def _counted(values: Sequence[str]) -> list[dict[str, Any]]:
    return counted(Counter(value for value in values if value))


def _usual(values: Sequence[str], share: float = 0.0) -> str:
    """Return the most frequent value if that share of all have it, else ""."""
    found = _counted(values)
    enough = found and found[0]["count"] >= share * len(values)
    return str(found[0]["name"]) if enough else ""
