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
HALF_HOUR = dt.timedelta(minutes=30)
BOOKED = "已预约"


class HallInfo(BaseModel):
    """A hall as shown."""

    code: str
    name: str
    area: str
    address: str
    phone: str


class Slot(BaseModel):
    """A half hour with ``free`` seats; times are local, ``HH:MM``."""

    date: dt.date
    start: str
    end: str
    free: int


class Booking(BaseModel):
    """A booked seat."""

    number: str
    business: str
    hall: HallInfo
    date: dt.date
    start: str
    end: str


def businesses(store: Store) -> list[str]:
    """Everything that can be booked somewhere, in the city's order."""
    return list(dict.fromkeys(matter for hall in store.city.halls for matter in hall.matters))


def halls_for(store: Store, business: str | None) -> list[HallInfo]:
    """The halls that do ``business`` (all halls when ``None``)."""
    return [_info(hall) for hall in store.city.halls if not business or business in hall.matters]


def free_slots(
    session: Session, business: str, hall: str, now: dt.datetime, days: int = DAYS_AHEAD
) -> list[Slot]:
    """Half hours with a free seat on the hall's next ``days`` open days, tomorrow first.

    :param hall: code or name.
    :raises InvalidInput: no such hall, or it does not do that business.
    """
    store = store_of(session)
    place = _hall(store, hall, business)
    slots = []
    for day in _open_days(store, place, now, days):
        taken = _taken(session, place, business, day)
        for start, end in _half_hours(place, day):
            free = place.slots_per_half_hour - taken.get(start, 0)
            if free > 0:
                slots.append(Slot(date=day, start=start, end=end, free=free))
    return slots


def book(
    session: Session,
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
    place = _hall(store, hall, business)
    end = dict(_half_hours(place, day)).get(start)
    if end is None or day not in _open_days(store, place, now, DAYS_AHEAD):
        raise InvalidInput("这个时段不能预约，请从可选时段里选一个。", {"field": "start"})
    own = select(Appointment.number).where(
        Appointment.citizen_id == citizen_id,
        Appointment.day == day.isoformat(),
        Appointment.matter == business,
        Appointment.status == BOOKED,
    )
    if session.scalar(own):
        raise IllegalStep("您当天已预约过这项业务，不用重复预约。", {"date": day.isoformat()})
    for seat in _seats(place, business):
        number = f"YY{day:%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
        row = Appointment(
            number=number,
            citizen_id=citizen_id,
            conversation_id=conversation_id,
            contact_id=None,
            hall=place.code,
            matter=business,
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
        return Booking(
            number=number, business=business, hall=_info(place), date=day, start=start, end=end
        )
    raise IllegalStep("这个时段刚被约满，请换一个时段。", {"start": start})


def _hall(store: Store, wanted: str, business: str) -> Hall:
    for hall in store.city.halls:
        if wanted in (hall.code, hall.name):
            if business not in hall.matters:
                able = "、".join(hall.matters)
                raise InvalidInput(
                    f"{hall.name}不办这项业务，可以办：{able}。", {"field": "business"}
                )
            return hall
    raise InvalidInput("没有这个服务大厅，请从列表里选一个。", {"field": "hall"})


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


def _taken(session: Session, hall: Hall, business: str, day: dt.date) -> dict[str, int]:
    rows = session.scalars(
        select(Appointment.slot).where(
            Appointment.hall == hall.code,
            Appointment.day == day.isoformat(),
            Appointment.matter == business,
            Appointment.seat.is_not(None),
        )
    )
    counts: dict[str, int] = {}
    for slot in rows:
        counts[slot] = counts.get(slot, 0) + 1
    return counts


def _seats(hall: Hall, business: str) -> range:
    """Seat numbers of one business; each business has its own block at a hall."""
    first = hall.matters.index(business) * hall.slots_per_half_hour
    return range(first, first + hall.slots_per_half_hour)


def _info(hall: Hall) -> HallInfo:
    return HallInfo(
        code=hall.code, name=hall.name, area=hall.area, address=hall.address, phone=hall.phone
    )
