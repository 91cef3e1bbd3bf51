"""Times in a message, resolved against the day it was written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from nlu import calendar_days as days
from nlu.numbers import read_number
from nlu.spans import TimeSpan

_N = r"(?:\d{1,4}|[零〇一二三四五六七八九十两百]{1,5})"
_SMALL = r"(?:\d{1,2}|[零一二三四五六七八九十两]{1,3})"
_PART = r"(?:凌晨|清晨|早晨|早上|清早|大清早|一早|上午|中午|午后|下午|傍晚|晚上|夜晚|夜里|夜间|深夜|半夜|午夜|晚间|早高峰|晚高峰|晚|早)"
_CLOCK = (
    rf"(?:{_PART}的?)?\s?(?:(?:[01]?\d|2[0-4])[:：][0-5]\d|{_SMALL}\s?(?:点钟?|时(?![间候而不常期代段机])|點)"
    rf"(?!\s?[建意评赞名燃])(?:\s?(?:半|一刻|三刻|整|[0-5]?\d分?|[二三四五]十[一二三四五六七八九]?(?![个块元多几岁名人米次天分])|[一二三四五]?十?[一二三四五六七八九]?分))?(?:钟)?)"
    r"(?:多(?!家|个|人|次|户)|左右|前后|许|来钟)?"
)
_TO = r"\s?(?:到|至|[-—–~～])\s?(?:第二天|次日|翌日|隔天)?"
_YEAR = r"(?:(?:(?:19|20)\d{2}|二[〇零]二[〇零一二三四五六七八九]|\d{2}(?=年\d{1,2}月))年|去年|今年|明年|前年|上一?年)"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])(?:日|号)"
_NOT_HOUSE = r"(?!线|楼|院|栋|铺|店|房|门|之|馆|厂|车|地|商|室|大|桥|文|令|公)"
_FESTIVAL = r"(?:国庆中秋|国庆节?|春节|过年|元旦|清明节?|五一|劳动节|端午节?|中秋节?|元宵节?|暑假|寒假|双十一|六一|三八节|除夕)"
_DATE = (
    rf"(?:(?:{_YEAR}\s?(?:的)?)?{_MONTH}(?:\s?{_DAY}{_NOT_HOUSE}|上旬|中旬|下旬|初|中(?!旬)|底|末)?"
    r"|(?:20\d{2})[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?!\d)"
    rf"|(?:{_YEAR})?{_FESTIVAL}(?:期间|假期|长假|当天|那天|前后|前|后|以后|之后)?(?!路|村|街)"
    r"|大前天|前天|昨天|昨日|昨(?=晚|夜)|前(?=晚)|今天|今日|今(?=早|晚|晨)|当天|当日|明天|明日|大后天|后天|昨|明(?=早|晚)"
    r"|(?:上上|上|这|本|下)?(?:(?<=[上这本下])个)?(?:周|星期|礼拜)(?:[一二三四五六日天]|[1-6](?!\d|个|天|次))|(?:上上|上|这|本|下)(?:个)?(?:周末|周|星期|礼拜)|周末"
    rf"|{_YEAR}(?:年?初|年?底|年?末|上半年|下半年|夏天|冬天|春天|秋天)?"
    r"|(?:上上|上|本|这|下)个?月(?:\s?(?:底|初|中旬?|上旬|下旬|末))?(?:的?\s?(?:3[01]|[12]\d|0?[1-9])[日号])?"
    rf"|(?<![\d路街巷道村园苑区栋座幢])(?:3[01]|[12]\d|[1-9])[号日]{_NOT_HOUSE}(?=\s?(?:{_PART}|到|至|那天|就|开始|起|交|早|晚|停|来|去|申请|提交|办|报|下午|上午|之前|以前|前|的时候|，)|\s?{_CLOCK})"
    r"|月初|月底|年初|年底|上半年|下半年|前几天|前两天|前阵子|前段时间|这几天|这两天|这几日|近几天|近几日|最近(?!的|处|一[家个条])|近期|近来|近日|刚才|刚刚|现在|目前|前晚|当晚|当时)"
)
_AGO = rf"(?:(?:{_N}|半|几|好几|十几)\s?(?:多)?(?:个)?(?:多)?(?:半)?(?:天|日|周|星期|礼拜|月|年|小时|钟头|分钟|晚)(?:多)?(?:之前|以前|前(?![面后台往])|之后|以后|后(?![面台来])))"
_DURATION = (
    rf"(?:(?:连续|持续|已经|将近|接近|长达|整整|足足|一连|连着|大概|差不多|近|最近|过去|快(?!\S{1, 3}分钟))(?:了|有)?)?"
    rf"(?:[二三四五六七八九]十几|{_N}|半(?![夜晚日])|几|好几|十几|数)\s?(?:多|来)?(?:个)?(?:多|半)?(?:天|日(?!常)|周(?![一二三四五六日末年])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天])|月(?![初底中上下份])|年(?![级底初前度代轻货龄检纪])|小时|钟头|分钟|晚上?|夜)(?:多|几(?=[喇了，。\s]|$)|[一二三]夜|\d{1, 2}分钟?)?"
)
_DURATION_CUE = re.compile(
    r"^(?:连续|持续|已经|将近|接近|长达|整整|足足|一连|连着|近|最近|过去|快)"
)
_DURATION_AFTER = re.compile(
    r"^(?:了|以来|多了|未|没|都没|没有|不|还没|仍|才|都未|未|仲|左右了|之久|[！!]{2}|几(?:，|。|$|都|了))"
)
_DURATION_BEFORE = re.compile(r"[了咗足满都]$")
_EVERY = r"(?:(?:几乎)?(?:每天|每日|每晚|每夜|天天|每逢周末|每到周末|每个?周末|每周末?[一二三四五六日天]?(?:到周?[一二三四五六日天])?|每个?月|每年|每到晚上|每到夜里|一到晚上|一到夜里|每个?晚上|晚晚|夜夜|每个?工作日))"
_SPOT = re.compile(
    rf"(?P<ago>{_AGO})(?:的?{_CLOCK})?"
    rf"|(?P<every>{_EVERY})(?:的?(?P<every_clock>{_CLOCK})(?:{_TO}(?P<every_end>{_CLOCK}|{_SMALL}点))?|的?{_PART})?"
    rf"|(?P<date>{_DATE})(?:的)?\s?(?:{_TO}(?P<until>{_DATE}|(?:3[01]|[12]\d|0?[1-9])[日号])|(?P<clock>{_CLOCK})(?:{_TO}(?P<end>{_CLOCK}|{_SMALL}点))?|(?P<part>{_PART}))?(?:{_TO}(?P<until2>{_DATE})(?P<until_clock>{_CLOCK})?)?(?:开始|以来|起)?"
    rf"|(?P<duration>{_DURATION})"
    rf"|(?P<only>{_CLOCK})(?:{_TO}(?P<only_end>{_CLOCK}|{_SMALL}[点时]))?"
    r"|(?P<bare>凌晨|大半夜|三更半夜|半夜|深夜|夜间(?!费|施工[证许]|\+|市)|清晨|傍晚|夜里|夜晚|晚上|早上|中午|早高峰|晚高峰|上下班高峰期?)"
)
_PARTS = (
    ("凌晨", 0, 6), ("半夜", 0, 6), ("午夜", 0, 6), ("深夜", 22, 30), ("清晨", 5, 8), ("清早", 5, 8),
    ("早晨", 6, 9), ("早高峰", 7, 9), ("早上", 6, 10), ("一早", 6, 9), ("上午", 8, 12), ("中午", 11, 14),
    ("午后", 12, 17), ("下午", 12, 18), ("傍晚", 17, 19), ("晚高峰", 17, 20), ("晚上", 18, 24),
    ("夜晚", 18, 24), ("夜里", 20, 30), ("夜间", 20, 30), ("晚间", 18, 24), ("晚", 18, 24), ("早", 6, 10),
)  # fmt: skip
_CLOCK_VALUE = re.compile(
    rf"(?:(\d{{1,2}})[:：](\d{{2}})|({_SMALL})\s?[点时點]钟?(?:\s?(半|一刻|三刻|[0-5]?\d|[一二三四五十零六七八九]{{1,4}}(?=分)))?)"
)


def _part_of(text: str) -> tuple[int, int] | None:
    return next(((low, high) for name, low, high in _PARTS if name in text), None)


def _clock(text: str, part: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return (hour, minute) of a clock text; `part` tells 三点 in the night from the afternoon."""
    match = _CLOCK_VALUE.search(text)
    if not match:
        return None
    hour = int(match[1]) if match[1] else int(read_number(match[3]) or 0)
    minute_text = match[2] or match[4] or "0"
    known = {"半": 30, "一刻": 15, "三刻": 45}
    minute = known.get(minute_text) if minute_text in known else int(read_number(minute_text) or 0)
    if hour > 24 or minute is None or minute > 59:
        return None
    if part and part[0] >= 12 and hour < 12:
        late_night = part[0] >= 18 and (hour <= 4)
        hour += 24 if late_night else 12
    elif part and part == (11, 14) and hour <= 3:
        hour += 12
    elif part and part[0] >= 18 and hour == 12:
        hour = 24
    return hour, minute


def _on(day: datetime, hour: int, minute: int = 0) -> datetime:
    return days.midnight(day) + timedelta(hours=hour, minutes=minute)


def _within(span: days.Period, clock: str | None, end: str | None, part_text: str) -> days.Period:
    """Return the stretch of a day (or of the last day of a longer period) the clock names."""
    part = _part_of(part_text)
    day = span[0] if span[1] - span[0] <= timedelta(days=1) else span[1] - timedelta(seconds=1)
    first = _clock(clock, part) if clock else None
    if first is None:
        if part is None:
            return span
        return _on(day, part[0]), _on(day, part[1])
    start = _on(day, *first)
    if end is None:
        loose = clock is not None and re.search(r"多|左右|前后|许", clock)
        return start, start + timedelta(minutes=60 if loose else 0)
    last = _clock(end, _part_of(end) or part)
    if last is None:
        return start, start
    finish = _on(day, *last)
    while finish < start:
        finish += timedelta(
            hours=12 if finish + timedelta(hours=12) >= start and part and part[0] >= 12 else 24
        )
    return start, finish


def _read(match: re.Match[str], now: datetime, text: str) -> TimeSpan | None:
    """Return the time a match names, None where it is no time after all."""
    found = match[0]
    following = text[match.end() :]
    note = ""
    period: days.Period | None
    if match["ago"]:
        period = days.ago(match["ago"], now)
        if period and "点" in found:
            period = _within(period, found[len(match["ago"]) :], None, found)
    elif match["every"]:
        note = "每天" if re.search(r"每天|每日|每晚|每夜|天天|晚晚|夜夜", found) else match["every"]
        today = days.whole_day(now)
        part_text = ("晚" if "晚" in match["every"] else "") + found[len(match["every"]) :]
        named = match["every_clock"] or _part_of(part_text)
        period = (
            _within(today, match["every_clock"], match["every_end"], part_text) if named else None
        )
    elif match["date"]:
        period = days.resolve_date(match["date"], now)
        until = match["until"] or match["until2"]
        if period and until:
            last = days.resolve_date(until, now, after=period[0], like=match["date"])
            if last and last[1] >= period[0]:
                period = (period[0], last[1])
        elif period:
            period = _within(period, match["clock"], match["end"], found)
        if found.endswith(("开始", "以来", "起")) and period and period[0] <= now:
            period, note = (period[0], now), "持续"
    elif match["duration"]:
        cued = (
            _DURATION_CUE.match(found)
            or _DURATION_AFTER.match(following)
            or _DURATION_BEFORE.search(text, max(0, match.start() - 1), match.start())
        )
        if not cued or (
            re.match(r"[之以]?内", following) and not found.startswith(("最近", "近", "过去"))
        ):
            return None
        length = days.length(found)
        note = "持续"
        period = (now - length, now) if length else None
    elif match["only"] and _A_LITTLE.fullmatch(found):
        return None
    elif match["only"]:
        if (
            not _PART_OR_MARK.search(found)
            and not match["only_end"]
            and re.match(r"[^，。；]{0,2}(?:[建意]|要求|问题)", following)
        ):
            return None
        period = _within(days.whole_day(now), match["only"], match["only_end"], found)
    else:
        period = None
    start, end = period if period else (None, None)
    return TimeSpan(found, start, end, match.start(), note)


# Each pair has the same length, so that offsets stay those of the text.
_DIALECT_WORDS = {
    "下昼": "下午", "上昼": "上午", "晏昼": "中午", "朝早": "早上", "挨晚": "傍晚", "琴晚": "昨晚", "寻晚": "昨晚",
    "噚晚": "昨晚", "琴日": "昨日", "寻日": "昨日", "噚日": "昨日", "听日": "明日", "听晚": "明晚", "听朝": "明早",
    "今朝": "今早", "旧年": "去年", "出年": "明年", "而家": "现在", "依家": "现在", "头先": "刚才", "晚晚": "每晚",
    "朝朝": "每日", "日日": "每日", "呢排": "最近", "近排": "最近", "呢几日": "这几日", "呢两日": "这两天",
    "前排": "近期", "成个月": "整个月", "点几钟": "点多钟", "个几月": "个多月", "点几": "点多",
}  # fmt: skip
_DIALECT = re.compile("|".join(sorted(_DIALECT_WORDS, key=len, reverse=True)))
# 一点, 晚一点, 早点 mean “a little”.
_A_LITTLE = re.compile(r"[早晚]?\s?[一]?点|两点(?=建议)")
_PART_OR_MARK = re.compile(rf"{_PART}|[:：]|点[半钟多]|左右")


def find_times(text: str, now: datetime | None = None) -> list[TimeSpan]:
    """Return the times of a text in simplified script, in order.

    `now` is when it was written (default: this moment in China); results carry its time zone.
    A daily time (每天凌晨两点) is given as that of the day of writing, with note "每天".
    """
    now = now or days.china_now()
    plain = _DIALECT.sub(lambda match: _DIALECT_WORDS[match[0]], text)
    found = (_read(match, now, plain) for match in _SPOT.finditer(plain))
    return [
        replace(time, text=text[time.at : time.at + len(time.text)])
        for time in found
        if time is not None
    ]
