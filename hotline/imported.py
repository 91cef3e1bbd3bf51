"""One imported row on its way to a ticket: what it says, and where the other system stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.city import City, UnknownName
from hotline.intake import MAX_TEXT, URGENCIES, Intake, build_ticket, priority, start_clocks
from hotline.lifecycle import FINISHED, WITH_UNIT, Status
from hotline.mapping import ImportedRow, ImportMapping, RowRejected
from hotline.models import Ticket
from hotline.store import Store
from hotline.timetable import APPEAL_TYPES
from hotline.units import Unit
from nlu.personal import mask

TOLERANCE = timedelta(days=1)
IMPORTED_CHANNEL = "导入"


@dataclass(slots=True)
class Incoming:
    """A row understood: the matter, its standing, and (after ``prepare``) the ticket to be."""

    row: ImportedRow
    intake: Intake
    status: Status
    unit: Unit | None
    rating: int | None
    digest: str = ""
    ticket: Ticket = field(init=False)

    def prepare(self, store: Store, mapping: ImportMapping, now: datetime) -> None:
        """Build the ticket row (without number); masks personal data and needs no session."""
        row = self.row
        ticket = build_ticket(store, self.intake, "", now)
        ticket.external_source, ticket.external_id = mapping.source, row.external_id
        ticket.external_digest = self.digest
        ticket.status = self.status
        if self.unit:
            ticket.unit_code, ticket.unit_name = self.unit.code, self.unit.name
            ticket.dispatched_at = ticket.received_at
        if reply := row.get("reply"):
            ticket.reply = mask(reply).text
        if self.status in FINISHED:
            ticket.closed_at = row.moments.get("closed_at")
        if self.status is Status.VOID:
            ticket.voided_at = row.moments.get("closed_at") or ticket.received_at
        if self.rating is not None:
            ticket.rating, ticket.rated_at = self.rating, ticket.closed_at
        ticket.stage_due_at = None
        start_clocks(ticket, store.clocks)
        ticket.priority = priority(ticket, store.city)
        self.ticket = ticket


def incoming(
    row: ImportedRow,
    mapping: ImportMapping,
    city: City,
    now: datetime,
    unrecognised: Counter[tuple[str, str]],
) -> Incoming:
    """Understand a row.

    A category, appeal type, urgency or place the city does not have is counted in
    ``unrecognised`` and kept beside the ticket, so that the classifier may decide.

    :raises RowRejected: received in the future, closed before it was received, too long, or a
        status that needs a unit without a known one.
    """
    received = row.moments.get("received_at", now)
    closed = row.moments.get("closed_at")
    if received > now + TOLERANCE:
        raise RowRejected("受理时间在将来")
    extra = dict(row.extra)
    chosen: dict[str, str | None] = {}
    for name, allowed in (
        ("category", city.categories),
        ("appeal_type", APPEAL_TYPES),
        ("urgency", URGENCIES),
    ):
        value = row.get(name)
        chosen[name] = value if value in allowed else None
        if value and chosen[name] is None:
            extra[f"原{name}"] = value
            unrecognised[name, value[:40]] += 1
    district, street = _area(row, city, extra, unrecognised)
    unit = _unit(row, city, received, district, extra, unrecognised)
    text = row.get("text") or row.get("title") or ""
    if len(text) > MAX_TEXT:
        raise RowRejected(f"内容超过 {MAX_TEXT} 字")
    intake = Intake(
        text=text,
        title=row.get("title") or "",
        channel=row.get("channel") or IMPORTED_CHANNEL,
        place=row.get("place"),
        occurred=row.get("occurred"),
        phone=row.get("phone"),
        name=row.get("name"),
        citizen_id=f"{mapping.source}:{citizen}"[:120] if (citizen := row.get("citizen")) else None,
        district=district,
        street=street,
        demo=mapping.demo,
        received_at=received,
        extra=extra,
        category=chosen["category"],
        appeal_type=chosen["appeal_type"],
        urgency=chosen["urgency"],
    )
    return Incoming(row, intake, _status(row, mapping, unit, received, closed), unit, _rating(row))


def _status(
    row: ImportedRow,
    mapping: ImportMapping,
    unit: Unit | None,
    received: datetime,
    closed: datetime | None,
) -> Status:
    name = row.get("status")
    if name is None:
        done = closed is not None or (mapping.finished_when_replied and row.get("reply"))
        status = Status.CLOSED if done else Status.PENDING
    elif name in list(Status):
        status = Status(name)
    else:
        raise RowRejected(f"状态“{name[:20]}”不认识：请在映射文件的 values.status 里对上")
    if status in FINISHED:
        if closed is None:
            raise RowRejected("已办结但没有办结时间")
        if closed.date() < received.date():
            raise RowRejected("办结时间早于受理时间")
    if status in WITH_UNIT and unit is None:
        raise RowRejected(f"状态是{status}，但承办单位认不出来：请在 values.unit 里对上")
    return status


def _rating(row: ImportedRow) -> int | None:
    value = row.get("rating")
    if value is None:
        return None
    if value not in {"1", "2", "3", "4", "5"}:
        raise RowRejected(f"评分“{value[:10]}”不是 1 到 5")
    return int(value)


def _area(
    row: ImportedRow, city: City, extra: dict[str, object], unrecognised: Counter[tuple[str, str]]
) -> tuple[str | None, str | None]:
    given = (row.get("district"), row.get("street"))
    try:
        district, street = city.locate(*given)
    except UnknownName:
        for name, value in zip(("district", "street"), given, strict=True):
            if value:
                extra[f"原{name}"] = value
                unrecognised[name, value[:40]] += 1
        return None, None
    return district or None, street or None


def _unit(
    row: ImportedRow,
    city: City,
    received: datetime,
    district: str | None,
    extra: dict[str, object],
    unrecognised: Counter[tuple[str, str]],
) -> Unit | None:
    name = row.get("unit")
    if name is None:
        return None
    unit = city.register.by_code.get(name) or city.find_unit(name, received.date(), district)
    if unit is None:
        extra["原unit"] = name
        unrecognised["unit", name[:40]] += 1
    return unit
