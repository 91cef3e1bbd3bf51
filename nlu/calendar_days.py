"""Days, weeks, months and festivals as people name them, as periods of the calendar."""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from nlu.city_files import CityDataError, city_file
from nlu.numbers import read_number, spoken_to_digits

Period = tuple[datetime, datetime]

_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {str(number): number - 1 for number in range(1, 7)}
_OFFSETS = {
    "大前天": -3, "前天": -2, "前晚": -2, "前": -2, "昨天": -1, "昨日": -1, "昨": -1, "今天": 0, "今日": 0,
    "今": 0, "当天": 0, "当日": 0, "当晚": 0, "明天": 1, "明日": 1, "明": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_VAGUE = {
    "前几天": (9, 2), "前两天": (3, 1), "前阵子": (45, 7), "前段时间": (60, 7), "这几天": (5, 0),
    "这两天": (2, 0), "这几日": (5, 0), "近几天": (5, 0), "近几日": (5, 0), "最近": (30, 0), "近期": (30, 0),
    "近来": (30, 0), "近日": (7, 0),
}  # fmt: skip
_FIXED_FESTIVALS = {
    "国庆": ((10, 1), (10, 7)), "五一": ((5, 1), (5, 5)), "劳动": ((5, 1), (5, 5)), "元旦": ((1, 1), (1, 3)),
    "清明": ((4, 4), (4, 6)), "暑假": ((7, 1), (8, 31)), "寒假": ((1, 15), (2, 20)), "双十一": ((11, 11), (11, 11)),
    "六一": ((6, 1), (6, 1)), "三八": ((3, 8), (3, 8)),
}  # fmt: skip


def china_now() -> datetime:
    """Return this moment in China's time zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai"))


def midnight(day: datetime) -> datetime:
    """Return the first moment of a day."""
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def whole_day(day: datetime) -> Period:
    """Return a day from midnight to midnight."""
    start = midnight(day)
    return start, start + timedelta(days=1)


def _days(first: date, last: date, now: datetime) -> Period:
    start = midnight(now).replace(year=first.year, month=first.month, day=1)
    start += timedelta(days=first.day - 1)
    return start, start + timedelta(days=(last - first).days + 1)


def _month(year: int, month: int, now: datetime) -> Period:
    return _days(date(year, month, 1), date(year, month, monthrange(year, month)[1]), now)


@cache
def _holidays() -> dict[tuple[int, str], tuple[date, date]]:
    """Return (year, festival) → first and last day off, from the city's holiday table."""
    path = city_file("holidays.csv")
    found: dict[tuple[int, str], tuple[date, date]] = {}
    if not path.is_file():
        return found
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        for row in rows:
            if row.get("kind") != "holiday":
                continue
            try:
                day = date.fromisoformat(row["date"])
            except (KeyError, ValueError) as error:
                raise CityDataError(
                    f"{path.name}:{rows.line_num}: 日期应写成 2026-10-01 这样"
                ) from error
            key = (day.year, row["name"][:2])
            first, last = found.get(key, (day, day))
            found[key] = min(first, day), max(last, day)
    return found


def _year(text: str, now: datetime) -> int | None:
    words = {"去年": -1, "上一年": -1, "上年": -1, "今年": 0, "明年": 1, "前年": -2}
    for word, offset in words.items():
        if word in text:
            return now.year + offset
    match = re.search(r"(\d{4}|\d{2})年", spoken_to_digits(text))
    if not match:
        return None
    return int(match[1]) + (2000 if len(match[1]) == 2 else 0)


def _festival(text: str, now: datetime) -> Period | None:
    name = next(
        (
            n
            for n in (*_FIXED_FESTIVALS, "春节", "过年", "端午", "中秋", "元宵", "除夕")
            if n in text
        ),
        None,
    )
    if name is None:
        return None
    name = {"过年": "春节", "除夕": "春节", "五一": "劳动"}.get(name, name)
    stated = _year(text, now)
    for year in [stated] if stated else [now.year, now.year - 1]:
        known = _holidays().get((year, name))
        if known is None and name in _FIXED_FESTIVALS:
            (m1, d1), (m2, d2) = _FIXED_FESTIVALS[name]
            known = date(year, m1, d1), date(year, m2, d2)
        if known is None:
            continue
        start, end = _days(*known, now)
        if stated or start <= now + timedelta(days=45):
            if text.endswith("前"):
                return start - timedelta(days=7), start
            if text.endswith("后") and not text.endswith("前后"):
                return end, end + timedelta(days=7)
            return start, end
    return None


def _weekday(text: str, now: datetime) -> Period | None:
    match = re.search(r"(上上|上|这|本|下)?个?(周末|周|星期|礼拜)([一二三四五六日天1-6])?", text)
    if not match:
        return None
    weeks = {"上上": -2, "上": -1, "下": 1}.get(match[1] or "", 0)
    monday = midnight(now) - timedelta(days=now.weekday()) + timedelta(weeks=weeks)
    if match[2] == "周末":
        saturday = monday + timedelta(days=5)
        if match[1] is None and saturday > now:
            saturday -= timedelta(weeks=1)
        return saturday, saturday + timedelta(days=2)
    if match[3] is None:
        return (monday, monday + timedelta(days=7)) if match[1] else None
    day = monday + timedelta(days=_WEEKDAYS[match[3]])
    if match[1] is None and day > now:
        day -= timedelta(weeks=1)
    return whole_day(day)


def _month_part(period: Period, text: str) -> Period:
    start, end = period
    if re.search(r"上旬|初", text):
        return start, start + timedelta(days=10)
    if re.search(r"中旬|月中", text):
        return start + timedelta(days=10), start + timedelta(days=20)
    if re.search(r"下旬|底|末", text):
        return start + timedelta(days=20), end
    return period


def _month_day(text: str, now: datetime, after: datetime | None, like: str | None) -> Period | None:
    plain = text.replace("份", "")
    match = re.search(r"(\d{1,2}|十[一二]?|[一二三四五六七八九])月(.*)", plain)
    if match:
        month = int(read_number(match[1]) or 0)
        rest = match[2]
        year = _year(plain, now) or (_year(like, now) if like else None)
        if not 1 <= month <= 12:
            return None
        if year is None:
            base = after or now
            year = base.year
            if after is None and date(year, month, 1) > (now + timedelta(days=60)).date():
                year -= 1
            elif after is not None and month < after.month:
                year += 1
    else:
        match = re.search(r"(上上|上|这|本|下)?个?月(.*)", plain)
        if match:
            offset = {"上上": -2, "上": -1, "下": 1}.get(match[1] or "", 0)
            index = now.year * 12 + now.month - 1 + offset
            year, month, rest = index // 12, index % 12 + 1, plain
        else:
            day_only = re.fullmatch(r"(\d{1,2})[号日]", plain)
            if not day_only:
                return None
            base = after or now
            year, month, rest = base.year, base.month, plain
            if after is None and int(day_only[1]) > now.day + 3:
                index = now.year * 12 + now.month - 2
                year, month = index // 12, index % 12 + 1
    day = re.search(r"(\d{1,2}|[一二三]?十?[一二三四五六七八九]?)[号日]", rest)
    if day and day[1]:
        number = int(read_number(day[1]) or 0)
        if not 1 <= number <= monthrange(year, month)[1]:
            return None
        return _days(date(year, month, number), date(year, month, number), now)
    return _month_part(_month(year, month, now), text)


def _whole_year(text: str, now: datetime) -> Period | None:
    year = _year(text, now)
    if year is None:
        year = now.year if re.match(r"年[初底]|[上下]半年", text) else None
    if year is None or not 1900 <= year <= 2999:
        return None
    for pattern, months in (
        (r"上半年", (1, 6)), (r"下半年", (7, 12)), (r"年初|[年]初", (1, 2)), (r"底|末", (11, 12)),
        (r"春天", (3, 5)), (r"夏天", (6, 8)), (r"秋天", (9, 11)), (r"冬天", (12, 12)),
    ):  # fmt: skip
        if re.search(pattern, text):
            return _month(year, months[0], now)[0], _month(year, months[1], now)[1]
    return _month(year, 1, now)[0], _month(year, 12, now)[1]


def resolve_date(
    text: str, now: datetime, *, after: datetime | None = None, like: str | None = None
) -> Period | None:
    """Return the period a date expression names, None where it names none.

    Without a year the latest fitting one that is not far in the future is taken. `after` and
    `like` are the start and the wording of the range the date closes (“11月1日到3日”).
    """
    if text in _OFFSETS:
        return whole_day(now + timedelta(days=_OFFSETS[text]))
    if text in _VAGUE:
        oldest, newest = _VAGUE[text]
        return now - timedelta(days=oldest), now - timedelta(days=newest)
    if text in {"现在", "目前", "刚才", "刚刚", "当时"}:
        return (
            (now - timedelta(hours=0 if text in {"现在", "目前"} else 1), now)
            if text != "当时"
            else None
        )
    numeric = re.fullmatch(r"(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    if numeric:
        try:
            day = date(*map(int, numeric.groups()))
        except ValueError:
            return None
        return _days(day, day, now)
    return (
        _festival(text, now)
        or _weekday(text, now)
        or _month_day(text, now, after, like)
        or _whole_year(text, now)
    )


_UNIT_DAYS = (
    ("小时", 1 / 24), ("钟头", 1 / 24), ("分钟", 1 / 1440), ("星期", 7), ("礼拜", 7), ("周", 7),
    ("月", 30), ("年", 365), ("天", 1), ("日", 1), ("晚", 1), ("夜", 1),
)  # fmt: skip


def length(text: str) -> timedelta | None:
    """Return how long “连续一个半月”, “三天多”, “半年” is; a month counts 30 days, a year 365."""
    unit = next(((name, size) for name, size in _UNIT_DAYS if name in text), None)
    if unit is None:
        return None
    before = text[: text.index(unit[0])]
    number = re.search(r"(\d+|[零〇一二三四五六七八九十两百]+)", before)
    if number:
        amount = read_number(number[1]) or 0.0
        if before.endswith("半") or text.endswith("半"):
            amount += 0.5
    elif "半" in before:
        amount = 0.5
    else:
        amount = 5.0 if "几" in before or "数" in before else 1.0
    return timedelta(days=min(amount * unit[1], 36_500))


def ago(text: str, now: datetime) -> Period | None:
    """Return the day (or hour, month) that lies as far back as “三天前”, “半个月前” says."""
    if text.endswith("后"):
        return None
    back = length(text.rstrip("之以前"))
    if back is None:
        return None
    moment = now - back
    if "小时" in text or "钟头" in text or "分钟" in text:
        return moment, moment
    if "月" in text:
        return moment - timedelta(days=7), moment + timedelta(days=7)
    if "年" in text:
        return moment - timedelta(days=90), moment + timedelta(days=90)
    return whole_day(moment)
