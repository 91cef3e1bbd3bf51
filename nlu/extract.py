"""Everything a message says about who, where, when and how much, read before segmentation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from nlu.amounts import find_amounts
from nlu.characters import Folded, fold
from nlu.organisations import find_organisations
from nlu.personal import find_personal
from nlu.places import find_places, settle
from nlu.spans import Extraction, Place, Span, Taken, TimeSpan
from nlu.times import find_times

_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|www\.[A-Za-z0-9\-._/]+")


def extract(text: str, now: datetime | None = None) -> Extraction:
    """Return spans, places, times and the district and street the message is about.

    `text` may be in any script and as typed; offsets are into it. `now` is when it was written
    (default: this moment in China). Personal data comes first, then places, times, money and
    organisations; spans of different kinds do not overlap.
    """
    folded = fold(text)
    plain = folded.text
    personal = find_personal(folded)
    places = _free(find_places(plain), personal, folded)
    times = find_times(plain, now)
    spans = list(personal)
    taken = Taken(len(text))
    for span in personal:
        # A place keeps its door number inside.
        if span.kind != "home":
            taken.take(span.start, span.end)
    _add(spans, taken, folded, "url", ((*m.span(), m[0]) for m in _URL.finditer(plain)))
    _add(spans, taken, folded, "money", find_amounts(plain))
    _add(spans, taken, folded, "organisation", _longer_than_places(plain, places))
    _add(spans, taken, folded, "time", ((t.at, t.at + len(t.text), _iso(t)) for t in times))
    _add(spans, taken, folded, "place", ((p.start, p.end, p.text) for p in places))
    spans.sort(key=lambda span: span.start)
    kept_times = {span.start for span in spans if span.kind == "time"}
    district, street = settle(places)
    return Extraction(
        spans,
        [_original(place, folded) for place in places],
        [
            time
            for time in (_original_time(time, folded) for time in times)
            if time.at in kept_times
        ],
        district,
        street,
    )


def _free(places: list[Place], personal: list[Span], folded: Folded) -> list[Place]:
    """Return the places without those that are really part of personal data."""
    taken = Taken(len(folded.original))
    for span in personal:
        if span.kind not in {"home", "person"}:
            taken.take(span.start, span.end)
    return [p for p in places if taken.free(*folded.origin(p.start, p.end))]


def _longer_than_places(plain: str, places: list[Place]) -> list[tuple[int, int, str]]:
    """Return organisations, except where a place of the table says more exactly what it is."""
    covered = {offset for place in places for offset in range(place.start, place.end)}
    return [
        (start, end, plain[start:end])
        for start, end in find_organisations(plain)
        if not all(offset in covered for offset in range(start, end))
    ]


def _iso(time: TimeSpan) -> str:
    if time.start is None or time.end is None:
        return time.note
    return f"{time.start.isoformat(timespec='minutes')}/{time.end.isoformat(timespec='minutes')}"


def _add(
    spans: list[Span],
    taken: Taken,
    folded: Folded,
    kind: str,
    found: Iterable[tuple[int, int, str]],
) -> None:
    """Add what does not overlap with the spans already there."""
    for first, last, value in found:
        start, end = folded.origin(first, last)
        if taken.free(start, end):
            taken.take(start, end)
            spans.append(Span(kind, start, end, folded.original[start:end], value))


def _original(place: Place, folded: Folded) -> Place:
    start, end = folded.origin(place.start, place.end)
    return replace(place, text=folded.original[start:end], start=start, end=end)


def _original_time(time: TimeSpan, folded: Folded) -> TimeSpan:
    start, end = folded.origin(time.at, time.at + len(time.text))
    return replace(time, text=folded.original[start:end], at=start)
