"""A ticket's words and facts as HTML; every text is escaped here and nowhere else."""

from __future__ import annotations

from html import escape

from dashboard import texts
from dashboard.moments import moment, now, until
from dashboard.shapes import Span, TicketDetail, TicketRow

LEGEND = (
    ("place", "#bfe0dc"),
    ("time", "#f6dcae"),
    ("person", "#dcd3ea"),
    ("organisation", "#cfdff0"),
)
LEGEND_NAMES = {"person": "个人信息", "organisation": "单位、金额"}


def highlighted(text: str, spans: list[Span]) -> str:
    """Return the text with its facts marked; overlapping spans yield to the earlier one."""
    parts, at = [], 0
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        if span.start < at or span.end > len(text) or span.end <= span.start:
            continue
        kind = texts.SPAN_KINDS.get(span.kind, span.kind)
        parts.append(escape(text[at : span.start]))
        parts.append(
            f'<mark data-kind="{escape(span.kind)}" title="{escape(kind)}">'
            f"{escape(text[span.start : span.end])}</mark>"
        )
        at = span.end
    parts.append(escape(text[at:]))
    return f'<div class="plea">{"".join(parts)}</div>'


def legend(spans: list[Span]) -> str:
    """Return what the colours mean, for the kinds that occur."""
    kinds = {span.kind for span in spans}
    people = {"person", "phone", "plate", "id_card", "bank_card", "email"}
    present = {
        "place": "place" in kinds,
        "time": "time" in kinds,
        "person": bool(kinds & people),
        "organisation": bool(kinds & {"organisation", "money"}),
    }
    items = [
        f'<span><i style="background:{colour}"></i>'
        f"{LEGEND_NAMES.get(kind, texts.SPAN_KINDS[kind])}</span>"
        for kind, colour in LEGEND
        if present[kind]
    ]
    return f'<div class="legend">{"".join(items)}</div>' if items else ""


def chips(ticket: TicketRow) -> str:
    """Return status, urgency and whatever else sets this ticket apart."""
    shown = [("teal", ticket.status)]
    if ticket.safety:
        shown.append(("red", texts.BADGE_SAFETY))
    if ticket.overdue:
        shown.append(("red", texts.BADGE_OVERDUE))
    if ticket.urgency != "一般":
        shown.append(("amber", ticket.urgency))
    if ticket.final_review:
        shown.append(("amber", texts.BADGE_FINAL))
    if ticket.bounces:
        shown.append(("amber", texts.BADGE_BOUNCES.format(n=ticket.bounces)))
    if ticket.special:
        shown.append(("", ticket.special))
    if ticket.appeal_type:
        shown.append(("", ticket.appeal_type))
    if ticket.category:
        shown.append(("", ticket.category.replace("/", " / ")))
    made = "".join(f'<span class="chip {tone}">{escape(text)}</span>' for tone, text in shown)
    return f'<div class="chips">{made}</div>'


def facts(ticket: TicketDetail) -> str:
    """Return when, where, by which way, and whom to call (masked)."""
    named = dict.fromkeys((ticket.district, ticket.street, ticket.place))
    where = " ".join(part for part in named if part)
    pairs = [
        (texts.COLUMN_PLACE, where or texts.UNKNOWN_PLACE),
        (texts.OCCURRED, ticket.occurred or "—"),
        (texts.CONTACT, ticket.contact_masked or texts.NO_CONTACT),
        (texts.RECEIVED_AT, moment(ticket.created_at)),
        (texts.CHANNEL, texts.CHANNELS.get(ticket.channel, ticket.channel)),
    ]
    if ticket.unit:
        pairs.insert(0, (texts.FILTER_UNIT, ticket.unit.name))
    if ticket.co_units:
        pairs.insert(1, (texts.CO_UNITS, "、".join(unit.name for unit in ticket.co_units)))
    made = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b></div>" for name, value in pairs
    )
    return f'<div class="facts">{made}</div>'


def clocks(ticket: TicketDetail) -> str:
    """Return the deadlines with what is left of them."""
    boxes = []
    for name, when, left, late in (
        (texts.CLOCK_STAGE, ticket.stage_due_at, ticket.stage_due_text, False),
        (texts.CLOCK_DUE, ticket.due_at, ticket.due_text, ticket.overdue),
    ):
        if when is None and not left:
            continue
        past = late or (when is not None and ticket.status in texts.OPEN_STATUSES and when < now())
        tone = "late" if past else ""
        short = until(when) if when and name == texts.CLOCK_STAGE else (left or "").split("，")[0]
        boxes.append(
            f'<div class="{tone}"><span>{escape(name)} · {moment(when)}</span>'
            f"<b>{escape(short or '—')}</b></div>"
        )
    if not boxes:
        return f'<p class="note">{texts.NO_CLOCK}</p>'
    note = f'<p class="note">{texts.CLOCK_PROVISIONAL}</p>' if ticket.progress.provisional else ""
    return f'<div class="clockbox">{"".join(boxes)}</div>{note}'


def story(ticket: TicketDetail) -> str:
    """Return the history, oldest first."""
    lines = []
    for event in ticket.history:
        role = texts.ROLES.get(event.role, event.role)
        who = role if event.role in {"citizen", "machine"} else f"{role} {event.actor}"
        text = event.text
        if event.step == "receive":
            text = (
                f"{texts.STEPS['receive']} · {texts.CHANNELS.get(ticket.channel, ticket.channel)}"
            )
        lines.append(f"<li>{escape(text)}<small>{moment(event.at)} · {escape(who)}</small></li>")
    return f'<ol class="story">{"".join(lines)}</ol>'
