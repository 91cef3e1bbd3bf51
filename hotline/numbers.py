"""Ticket numbers: city, day of receipt and a running number, e.g. ``GZ20261121-000123``."""

from __future__ import annotations

from datetime import date

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.models import NumberSeries

PREFIX = "GZ"


def take_numbers(session: Session, day: date, count: int = 1) -> list[str]:
    """The next ``count`` numbers of a day; no other session gets them.

    The day's row stays locked until the transaction ends; a rolled-back transaction gives its
    numbers back.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    key = f"{day:%Y%m%d}"
    statement = (
        insert(NumberSeries)
        .values(day=key, last=count)
        .on_conflict_do_update(
            index_elements=["day"],
            set_={"last": NumberSeries.__table__.c.last + count},
        )
        .returning(NumberSeries.__table__.c.last)
    )
    last = session.execute(statement).scalar_one()
    return [f"{PREFIX}{key}-{number:06d}" for number in range(last - count + 1, last + 1)]
