"""Personal data in a message: found with checksums and cues, masked before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nlu.characters import Folded, fold
from nlu.identity import has_birth_date, is_identity_number, passes_luhn
from nlu.numbers import spoken_to_digits
from nlu.people import find_people
from nlu.spans import Span, Taken

_GAP = r"[ \t\-—–_·.,，、/]{0,2}"
_NOT_IN_WORD = r"(?<![A-Za-z0-9])"
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)")
_GROUPED_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+$")
_LANDLINE = re.compile(
    r"(?<![\d*])(?:[（(]?(?:\+?86[- ]?)?0(?:10|2\d|[3-9]\d{2})[)）]?[-—– ]{0,2})"
    r"([2-8]\d{2,3}[- ]?\d{4})(?:[-—–转]\d{1,6})?(?!\d)"
)
_LOCAL_PHONE = re.compile(
    r"(?:电话|座机|固话|致电|联系方式)(?:号码)?(?:是|为|[:：])?\s*([2-8]\d{3}[- ]?\d{4})(?!\d)"
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ \-—–_·.]?\d){13,18}(?:[ \-]?[Xx×])?(?!\d)")
_ID_CUE = re.compile(r"(?:身份证|证件|身份)[^，。；\n\d]{0,8}$")
_CARD_CUE = re.compile(
    r"(?:卡号|银行卡|账号|帐号|账户|帐户|储蓄卡|社保卡|信用卡|存折)[^。；\n\d]{0,8}$"
)
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])\s?([A-HJ-NP-Za-hj-np-z])"
    r"[\s·•.\-—]{0,2}((?:[A-HJ-NP-Za-hj-np-z\d][\s\-]?){4}[A-HJ-NP-Za-hj-np-z\d挂学警港澳]"
    r"(?:[\s\-]?[A-HJ-NP-Za-hj-np-z\d](?![A-Za-z\d]))?)(?![A-Za-z\d])"
)
_BARE_PLATE = re.compile(
    r"(?:车牌|牌照|号牌)(?:号码?|尾号)?(?:是|为|[:：])?\s*"
    r"([A-HJ-NP-Za-hj-np-z][A-HJ-NP-Za-hj-np-z\d]{5,6})(?![A-Za-z\d])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?@\s?"
    r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62}[A-Za-z0-9])?(?:\.[A-Za-z0-9\-]{1,63})*\.[A-Za-z]{2,24}"
)
_WECHAT = re.compile(
    r"(?:微信|威信|薇信|[vV]信|\b(?:wechat|WeChat|wx|WX|vx|VX|[vV])\b)(?:号码?|ID|id)?(?:是|为|叫|[:：])?\s*"
    r"([A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9@])"
)
_QQ = re.compile(
    r"(?:QQ|qq|Qq|扣扣|企鹅号)(?:号码?|群|邮箱)?(?:是|为|[:：])?\s*([1-9]\d{4,11})(?!\d)"
)
_PASSPORT = re.compile(
    rf"{_NOT_IN_WORD}(?:[Ee]\d{{8}}|[Ee][A-HJ-NP-Za-hj-np-z]\d{{7}}|[HMhm]\d{{8}}(?:\d{{2}})?)"
    r"(?![A-Za-z0-9])"
)
_DOCUMENT = re.compile(
    r"(?:护照|回乡证|通行证|台胞证|居住证|居留证|签证)(?:号码?|编号)?(?:是|为|[:：])?\s*"
    r"([A-Za-z]{0,2}\d{7,18})(?![A-Za-z0-9])"
)
_TICKET = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{2})?\s?(20\d{2})[- ]?(\d{4})\s?(?:[\-—–_－ ]|横杠|杠|横){0,2}\s?(\d{6})(?!\d)"
)
_TICKET_CUE = re.compile(r"(?:工单|单号|编号|受理号|流水号|查询)[^，。；\n\d]{0,8}$")
_HOME = re.compile(
    r"(?:(?:[栋幢座梯]|单元|号楼|号院|号之[一二三四五六七八九十]|楼)\s?|\d{1,5}号\s?|(?<=\d)[-—–])"
    r"((?:[A-Za-z]\d{1,2}[-]?)?\d{3,4}[A-Za-z]?)(?:号?[房室]|单元|住户)?(?![\d年元块米平个只次点层楼路])"
)
_ROOM = re.compile(r"(?<![\d\-])(\d{3,4}[A-Za-z]?)(?:号?[房室])(?!间|地产)")
_HOME_CUE = re.compile(r"(?:住|家|屋企|户|租|楼上|楼下|隔壁|邻居|业主|栋|幢)")
_PUBLIC_HOUSE = re.compile(
    r"(?:大厅|写字楼|酒店|医院|学校|法院|政务|办公|中心|宾馆|公司|教室|派出所)[^，。；]{0,6}$"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that can be stored, and what was hidden in it (`start`, `end` in the given text)."""

    text: str
    found: list[Span]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _mobiles(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _MOBILE.finditer(spoken_to_digits(folded.text)):
        if not _GROUPED_AMOUNT.match(match[0]):
            yield "phone", match.start(), match.end(), _digits(match[1])


def _landlines(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _LANDLINE.finditer(spoken_to_digits(folded.text)):
        yield "phone", match.start(), match.end(), _digits(match[0])
    for match in _LOCAL_PHONE.finditer(folded.text):
        yield "phone", match.start(1), match.end(1), _digits(match[1])


def _long_numbers(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    """Yield identity and card numbers: by checksum, or by cue where someone mistyped a digit."""
    for match in _LONG_NUMBER.finditer(spoken_to_digits(folded.text)):
        number = re.sub(r"[^\dX]", "", match[0].upper().replace("×", "X"))
        before = folded.text[max(0, match.start() - 16) : match.start()]
        if is_identity_number(number) or (
            len(number) in {15, 18}
            and number[:17].isdigit()
            and (_ID_CUE.search(before) or (len(number) == 18 and has_birth_date(number)))
        ):
            yield "id_card", match.start(), match.end(), number
        elif number.isdigit() and (
            _CARD_CUE.search(before) or (len(number) >= 16 and passes_luhn(number))
        ):
            yield "bank_card", match.start(), match.end(), number


def _plates(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _PLATE.finditer(folded.text):
        tail = re.sub(r"[\s\-]", "", match[3]).upper()
        if any(char.isdigit() for char in tail):
            yield "plate", match.start(), match.end(), match[1] + match[2].upper() + tail
    for match in _BARE_PLATE.finditer(folded.text):
        if any(char.isdigit() for char in match[1]):
            yield "plate", match.start(1), match.end(1), match[1].upper()


def _accounts(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _EMAIL.finditer(folded.text):
        yield "email", match.start(), match.end(), match[0].replace(" ", "").lower()
    for match in _WECHAT.finditer(folded.text):
        yield "account", match.start(1), match.end(1), match[1]
    for match in _QQ.finditer(folded.text):
        yield "account", match.start(1), match.end(1), match[1]


def _documents(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _DOCUMENT.finditer(folded.text):
        yield "passport", match.start(1), match.end(1), match[1].upper()
    for match in _PASSPORT.finditer(folded.text):
        yield "passport", match.start(), match.end(), match[0].upper()


def _tickets(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for match in _TICKET.finditer(spoken_to_digits(folded.text)):
        before = folded.text[max(0, match.start() - 14) : match.start()]
        if match[1] or _TICKET_CUE.search(before):
            number = f"{(match[1] or 'GZ').upper()}{match[2]}{match[3]}-{match[4]}"
            yield "ticket", match.start(), match.end(), number


def _homes(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    """Yield door numbers of homes; the house stays readable so that the ticket can be placed."""
    for pattern in (_HOME, _ROOM):
        for match in pattern.finditer(folded.text):
            before = folded.text[max(0, match.start(1) - 20) : match.start(1)]
            if _HOME_CUE.search(before) and not _PUBLIC_HOUSE.search(before):
                yield "home", match.start(1), match.end(1), match[1].upper()


def _people(folded: Folded) -> Iterator[tuple[str, int, int, str]]:
    for start, end in find_people(folded.text):
        yield "person", start, end, folded.text[start:end]


# Earlier finders win where two claim the same characters.
_FINDERS: tuple[Callable[[Folded], Iterator[tuple[str, int, int, str]]], ...] = (
    _tickets, _accounts, _documents, _long_numbers, _mobiles, _landlines, _plates, _homes, _people,
)  # fmt: skip


def find_personal(folded: Folded) -> list[Span]:
    """Return personal data (and ticket numbers, kind "ticket") in text order, not overlapping."""
    taken = Taken(len(folded.original))
    spans: list[Span] = []
    for finder in _FINDERS:
        for kind, first, last, value in finder(folded):
            start, end = folded.origin(first, last)
            if taken.free(start, end):
                taken.take(start, end)
                spans.append(Span(kind, start, end, folded.original[start:end], value))
    return sorted(spans, key=lambda span: span.start)


def masked_value(span: Span) -> str:
    """Return what may be shown of one piece of personal data."""
    value = span.value
    if span.kind == "phone":
        return f"{value[:3]}****{value[-4:]}"
    if span.kind == "id_card":
        return f"{value[:4]}****{'*' * 6}****"
    if span.kind == "bank_card":
        return f"****{value[-4:]}"
    if span.kind == "plate":
        head = value[:2] if not value[0].isascii() else value[:1]
        return f"{head}***{value[-2:]}"
    if span.kind == "email":
        return f"{value[0]}***@{value.split('@', 1)[1]}"
    if span.kind == "home":
        return "***"
    if span.kind == "person":
        return value[0] + "*" * (len(value) - 1)
    return value[0] + "***"


def mask(text: str) -> Masked:
    """Return the text with personal data hidden; masking twice changes nothing more.

    Ticket numbers stay, they identify a matter and not a person.
    """
    found = [span for span in find_personal(fold(text)) if span.kind != "ticket"]
    parts: list[str] = []
    last = 0
    for span in found:
        parts += [text[last : span.start], masked_value(span)]
        last = span.end
    return Masked("".join(parts) + text[last:], found)
