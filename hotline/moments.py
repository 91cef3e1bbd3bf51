"""Dates as other systems write them, read into aware moments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Excel counts days from here; its false 29 February 1900 only touches dates nobody imports.
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
SERIALS = range(32_874, 73_415)  # 1990-01-01 to 2100-12-31 as Excel serials

_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_DAY_LAST = r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})"
_CLOCK = (
    r"(?:[T\s]*(上午|下午|凌晨|早上|中午|晚上|AM|PM)?\s*"
    r"(\d{1,2})\s*[:：时点]\s*(?:(\d{1,2})\s*(?:[:：分]\s*(?:(\d{1,2})(?:[.,](\d{1,9}))?\s*秒?)?)?)?"
    r"\s*(AM|PM)?)?"
)
_ZONE = r"\s*(Z|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(rf"{_DATE}{_CLOCK}{_ZONE}", re.IGNORECASE)
_YEAR_LAST = re.compile(rf"{_DAY_LAST}{_CLOCK}{_ZONE}", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2})(\d{2})(\d{2})?)?")
_AFTERNOON = {"下午", "晚上", "PM"}


class UnreadableMoment(ValueError):  # noqa: N818
    """A date that cannot be read; the message says what was found and what is understood."""


def read_moment(value: object, zone: ZoneInfo, order: str = "ymd") -> datetime:
    """Read a date or a moment.

    Understands datetime cells, Excel serials (numbers, also as text), ``2019/2/28 11:25:05``,
    ``2012-02-06``, ``2025-03-03 15:49:18.7``, ``2019年2月28日 下午3点25分``, ``20190228``,
    Unix seconds and milliseconds, ISO 8601 with zone; ``28/02/2019`` with ``order`` dmy or mdy.

    :param zone: the zone of moments that carry none.
    :raises UnreadableMoment: none of these, no real date, or before 1990 or after 2100.
    """
    try:
        moment = _read(value, order)
    except (ValueError, OverflowError) as error:
        raise UnreadableMoment(
            f"看不懂日期“{str(value)[:40]}”，请写成 2026-03-02 10:00:00"
        ) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise UnreadableMoment(f"日期“{str(value)[:40]}”不在 {EARLIEST_YEAR}–{LATEST_YEAR} 年之间")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def _read(value: object, order: str) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(float(value))
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?", text) and not _COMPACT.fullmatch(text):
        return _number(float(text))
    if match := _COMPACT.fullmatch(text):
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, *clock = match.groups()
        return _put_together(year, month, day, clock)
    if order != "ymd" and (match := _YEAR_LAST.fullmatch(text)):
        first, second, year, *clock = match.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
        return _put_together(year, month, day, clock)
    raise ValueError(text)


def _number(number: float) -> datetime:
    if int(number) in SERIALS:
        return EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    if 631_152_000 <= number < 4_133_980_800:
        return datetime.fromtimestamp(number, UTC)
    if 631_152_000_000 <= number < 4_133_980_800_000:
        return datetime.fromtimestamp(number / 1000, UTC)
    raise ValueError(number)


def _put_together(year: str, month: str, day: str, clock: list[str | None]) -> datetime:
    half, hour, minute, second, fraction, half_after, zone = clock
    hours = int(hour or 0)
    word = (half or half_after or "").upper()
    if word in _AFTERNOON and hours < 12:
        hours += 12
    elif word in {"AM", "上午", "凌晨"} and hours == 12:
        hours = 0
    elif word == "中午" and hours < 11:
        hours += 12
    micro = int((fraction or "0").ljust(6, "0")[:6])
    moment = datetime(  # noqa: DTZ001
        int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), micro
    )
    if word == "晚上" and hours == 12:
        moment += timedelta(hours=12)
    if zone:
        return datetime.fromisoformat(f"{moment.isoformat()}{zone.upper().replace('Z', '+00:00')}")
    return moment
