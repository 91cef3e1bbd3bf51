"""The suggestion with its evidence pack, as HTML."""

from __future__ import annotations

from html import escape

from dashboard import texts
from dashboard.moments import percent
from dashboard.shapes import Matter, Suggestion, Word

MOST_WORDS = 8


def danger(suggestion: Suggestion | None) -> str:
    """Return the emergency notice, or nothing."""
    if suggestion is None or suggestion.safety is None:
        return ""
    found = suggestion.safety
    return (
        f'<div class="danger" role="alert"><b>{escape(found.kind)} · 先拨 {escape(found.phone)}</b>'
        f"<br>{escape(found.advice)}</div>"
    )


def verdict(suggestion: Suggestion) -> str:
    """Return unit, category, confidence and what the dial says."""
    unit = suggestion.unit.name if suggestion.unit else texts.NO_SUGGESTION
    category = suggestion.categories[0].name if suggestion.categories else texts.UNCLASSIFIED
    co_units = "、".join(unit.name for unit in suggestion.co_units)
    dial = texts.DIALS.get(suggestion.dial, suggestion.dial)
    width = round(min(1.0, max(0.0, suggestion.confidence)) * 100)
    lines = [
        f'<p class="unit-line">{escape(unit)}</p>',
        f'<div class="chips"><span class="chip">{escape(category.replace("/", " / "))}</span>'
        + (f'<span class="chip">{texts.CO_UNITS} {escape(co_units)}</span>' if co_units else "")
        + "</div>",
        f'<div class="sure"><span>{texts.CONFIDENCE}</span><span class="bar"><i style="width:'
        f'{width}%"></i></span><b>{percent(suggestion.confidence)}</b>'
        f'<span class="chip {"teal" if suggestion.dial == "auto" else ""}" '
        f'title="{escape(texts.DIAL_MEANINGS.get(suggestion.dial, ""))}">{escape(dial)}</span>'
        "</div>",
        f'<p class="note">{escape(suggestion.dial_reason)}</p>' if suggestion.dial_reason else "",
    ]
    return "".join(lines)


def reasons(suggestion: Suggestion) -> str:
    """Return the evidence: duty, place, neighbours, words, counter-argument, return risk."""
    pack = suggestion.evidence
    duty = (
        f"{escape(pack.duty.clause)}<br><small>{escape(pack.duty.basis)}</small>"
        if pack.duty
        else texts.NO_DUTY
    )
    risk = pack.return_risk
    risk_line = f"{percent(risk.probability)} · {escape(risk.why)}" if risk else "—"
    pairs = [
        (texts.WHY_DUTY, duty),
        (texts.WHY_PLACE, escape(pack.place) or texts.UNKNOWN_PLACE),
        (texts.WHY_COUNTER, escape(pack.counter) or texts.NO_COUNTER),
        (texts.WHY_RISK, risk_line),
        (texts.WHY_WORDS, _words(pack.words)),
        (texts.ALTERNATIVES, _alternatives(suggestion)),
    ]
    if len(suggestion.matters) > 1:
        title = texts.MATTERS.format(n=len(suggestion.matters))
        matters = "".join(
            f"<li>{escape(matter.text)}<small>{escape(_whose(matter))}</small></li>"
            for matter in suggestion.matters
        )
        pairs.insert(0, (title, f'<ul class="near">{matters}</ul>'))
    made = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs if value)
    return f'<dl class="why">{made}</dl>'


def _whose(matter: Matter) -> str:
    unit = f" → {matter.unit.name}" if matter.unit else ""
    return matter.category.replace("/", " / ") + unit


def neighbours(suggestion: Suggestion) -> str:
    """Return the similar closed tickets and how each ended."""
    found = suggestion.evidence.neighbours[:3]
    if not found:
        return f'<p class="note">{texts.NO_NEIGHBOURS}</p>'
    items = "".join(
        f'<li><span class="pc">{percent(near.similarity)}</span>{escape(near.title)}'
        f"<small>{escape(near.number)} · {escape(near.unit)} · "
        f"{escape(near.outcome or near.status)}</small></li>"
        for near in found
    )
    return f'<ul class="near">{items}</ul>'


def trace(suggestion: Suggestion) -> str:
    """Return the digests with which the decision can be replayed."""
    parts = [
        f"{texts.DIGEST_NAMES.get(name, name)} {escape(value[:12])}"
        for name, value in suggestion.digests.items()
        if value
    ]
    return f'<p class="note">{texts.DECISION_TRACE}：{" · ".join(parts)}</p>' if parts else ""


def _words(words: list[Word]) -> str:
    if not words:
        return texts.NO_WORDS
    strongest = sorted(words, key=lambda word: -abs(word.weight))[:MOST_WORDS]
    made = "".join(
        f'<span class="{"against" if word.weight < 0 else ""}">{escape(word.word)}</span>'
        for word in strongest
    )
    return f'<div class="words">{made}</div>'


def _alternatives(suggestion: Suggestion) -> str:
    lines = [
        f"{escape(other.name)} {percent(other.probability)}"
        for other in suggestion.alternatives[:3]
    ]
    lines += [
        f"{escape(category.name.replace('/', ' / '))} {percent(category.probability)}"
        for category in suggestion.categories[1:3]
    ]
    return "；".join(lines)
