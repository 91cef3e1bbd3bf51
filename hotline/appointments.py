"""Appointments at service halls: free half hours, and a seat that is given out only once."""

from __future__ import annotations

import datetime as dt
import secrets

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.errors import IllegalStep, InvalidInput
from hotline.halls import Hall
from hotline.models import Appointment
from hotline.store import Store, store_of

DAYS_AHEAD = 10
DAYS_SHOWN = 3
SHORTEST_WORD = 2
HALF_HOUR = dt.timedelta(minutes=30)
BOOKED = "已预约"
CANCELLED = "已取消"


class Slot(BaseModel):
    """A half hour with ``free`` seats; times are local, ``HH:MM``."""

    hall: str
    date: dt.date
    start: str
    end: str
    free: int


class Booking(BaseModel):
    """A booked seat."""

    code: str
    business: str
    hall: str
    address: str
    phone: str
    date: dt.date
    start: str
    end: str


def businesses(store: Store) -> list[str]:
    """Everything that can be booked somewhere, in the city's order."""
    return list(dict.fromkeys(matter for hall in store.city.halls for matter in hall.matters))


def free_slots(
    session: Session,
    now: dt.datetime,
    *,
    business: str | None = None,
    hall: str | None = None,
    days: int = DAYS_SHOWN,
) -> list[Slot]:
    """Half hours with a free seat on each hall's next ``days`` open days, tomorrow first.

    :param business: in the citizen's words; without it, seats of all businesses count.
    :param hall: code or name; without it, all halls.
    :raises InvalidInput: no such hall, or it does not do that business.
    """
    store = store_of(session)
    slots = []
    for place in [_hall(store, hall)] if hall else store.city.halls:
        matter = matter_of(place, business) if business else None
        if business and matter is None:
            if hall:
                raise _not_here(place)
            continue
        capacity = place.slots_per_half_hour * (1 if matter else len(place.matters))
        for day in _open_days(store, place, now, days):
            taken = _taken(session, place, matter, day)
            for start, end in _half_hours(place, day):
                free = capacity - taken.get(start, 0)
                if free > 0:
                    slots.append(Slot(hall=place.name, date=day, start=start, end=end, free=free))
    return slots


def book(
    session: Session,
    *,
    business: str,
    hall: str,
    day: dt.date,
    start: str,
    citizen_id: str,
    conversation_id: str | None,
    now: dt.datetime,
) -> Booking:
    """Book one seat; the database lets nobody else have the same.

    :raises InvalidInput: no such hall, business or half hour.
    :raises IllegalStep: all seats are taken, or the citizen has booked this business that day.
    """
    store = store_of(session)
    place = _hall(store, hall)
    matter = matter_of(place, business)
    if matter is None:
        raise _not_here(place)
    end = dict(_half_hours(place, day)).get(start)
    if end is None or day not in _open_days(store, place, now, DAYS_AHEAD):
        raise InvalidInput("这个时段不能预约，请从可选时段里选一个。", {"field": "start"})
    own = select(Appointment.number).where(
        Appointment.citizen_id == citizen_id,
        Appointment.day == day.isoformat(),
        Appointment.matter == matter,
        Appointment.status == BOOKED,
    )
    if session.scalar(own):
        raise IllegalStep("您当天已预约过这项业务，不用重复预约。", {"date": day.isoformat()})
    for seat in _seats(place, matter):
        code = f"YY{day:%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
        row = Appointment(
            number=code,
            citizen_id=citizen_id,
            conversation_id=conversation_id,
            contact_id=None,
            hall=place.code,
            matter=matter,
            day=day.isoformat(),
            slot=start,
            seat=seat,
            status=BOOKED,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            continue  # this seat is somebody else's
        return _booking(store, row)
    raise IllegalStep("这个时段刚被约满，请换一个时段。", {"start": start})


def booked(session: Session, citizen_id: str, now: dt.datetime) -> list[Booking]:
    """The citizen's bookings from today on, the next one first."""
    store = store_of(session)
    rows = session.scalars(
        select(Appointment)
        .where(
            Appointment.citizen_id == citizen_id,
            Appointment.status == BOOKED,
            Appointment.day >= store.clocks.local_day(now).isoformat(),
        )
        .order_by(Appointment.day, Appointment.slot)
    )
    return [_booking(store, row) for row in rows]


def all_bookings(session: Session, citizen_id: str) -> list[Booking]:
    """Every booking a citizen made and did not give back, the first one first."""
    rows = session.scalars(
        select(Appointment)
        .where(Appointment.citizen_id == citizen_id, Appointment.status == BOOKED)
        .order_by(Appointment.day, Appointment.slot)
    )
    return [_booking(store_of(session), row) for row in rows]


def cancel(session: Session, code: str, citizen_id: str) -> Booking:
    """Give a booked seat back.

    :raises InvalidInput: the citizen has no such booking.
    """
    row = session.scalar(
        select(Appointment).where(
            Appointment.number == code,
            Appointment.citizen_id == citizen_id,
            Appointment.status == BOOKED,
        )
    )
    if row is None:
        raise InvalidInput("没有这个预约，可能已经取消了。", {"field": "code"})
    row.status, row.seat = CANCELLED, None
    return _booking(store_of(session), row)


def _booking(store: Store, row: Appointment) -> Booking:
    hall = next((one for one in store.city.halls if one.code == row.hall), None)
    day = dt.date.fromisoformat(row.day)
    end = dict(_half_hours(hall, day)).get(row.slot, "") if hall else ""
    return Booking(
        code=row.number,
        business=row.matter,
        hall=hall.name if hall else row.hall,
        address=hall.address if hall else "",
        phone=hall.phone if hall else "",
        date=day,
        start=row.slot,
        end=end,
    )


def matter_of(hall: Hall, wanted: str) -> str | None:
    """Which of the hall's matters a citizen means: the same words, or one within the other."""
    if wanted in hall.matters:
        return wanted
    plain = wanted.strip()
    for matter in hall.matters:
        core = matter.removesuffix("业务").removesuffix("登记")
        if core in plain or (len(plain) >= SHORTEST_WORD and plain in matter):
            return matter
    return None


def _hall(store: Store, wanted: str) -> Hall:
    for hall in store.city.halls:
        if wanted in (hall.code, hall.name):
            return hall
    raise InvalidInput("没有这个服务大厅，请从列表里选一个。", {"field": "hall"})


def _not_here(hall: Hall) -> InvalidInput:
    able = "、".join(hall.matters)
    return InvalidInput(f"{hall.name}不办这项业务，可以预约：{able}。", {"field": "business"})


def _open_days(store: Store, hall: Hall, now: dt.datetime, days: int) -> list[dt.date]:
    today = store.clocks.local_day(now)
    found: list[dt.date] = []
    for ahead in range(1, 40):
        day = today + dt.timedelta(days=ahead)
        if store.city.holidays.is_workday(day) and hall.openings_on(day.weekday()):
            found.append(day)
            if len(found) == days:
                break
    return found


def _half_hours(hall: Hall, day: dt.date) -> list[tuple[str, str]]:
    """Whole half hours within opening hours, as (start, end)."""
    found = []
    for opening in hall.openings_on(day.weekday()):
        start = dt.datetime.combine(day, opening.opens)
        closes = dt.datetime.combine(day, opening.closes)
        while start + HALF_HOUR <= closes:
            found.append((f"{start:%H:%M}", f"{start + HALF_HOUR:%H:%M}"))
            start += HALF_HOUR
    return found


def _taken(session: Session, hall: Hall, matter: str | None, day: dt.date) -> dict[str, int]:
    query = select(Appointment.slot).where(
        Appointment.hall == hall.code,
        Appointment.day == day.isoformat(),
        Appointment.seat.is_not(None),
    )
    rows = session.scalars(query.where(Appointment.matter == matter) if matter else query)
    counts: dict[str, int] = {}
    for slot in rows:
        counts[slot] = counts.get(slot, 0) + 1
    return counts


def _seats(hall: Hall, matter: str) -> range:
    """Seat numbers of one business; each business has its own block at a hall."""
    first = hall.matters.index(matter) * hall.slots_per_half_hour
    return range(first, first + hall.slots_per_half_hour)
