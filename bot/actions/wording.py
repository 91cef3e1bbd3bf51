"""Read what a citizen means by a short answer: an opening, a place, a correction, a score."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Optional

from bot.actions.turn import substance

_OPENING = re.compile(
    r"^(您好|你好|喂|嗨|那个|就是|请问|麻烦|唔该|同志)*(我|我们|咱们|本人)?(是)?(想|要|需要|来|打算)*"
    r"(向你们|跟你们)?(实名|匿名)?(登记|提交|反映|反应|投诉|举报|求助|检举|建议|表扬|提|有)?"
    r"(一下|一个|一件|几个|几点|下|个|件|一位|某)?"
    r"(投诉|举报|求助|建议|表扬|意见|情况|问题|工单|诉求|事情|事儿|事|困难|线索|商家|公司)?(要)?"
    r"(反映|反应|投诉|举报|求助|表扬)?(一下)?(请)?(你们)?(帮我|帮帮我|帮忙|帮一下)?(办不成事|企业诉求)?"
)
_BARE_OBJECT = re.compile(
    r"(小区|我们|我家|这家|那家|楼下|附近)?的?(物业|公司|老板|商家|单位|部门|邻居|学校|医院|街道|社区|居委会|派出所|房东|店铺?)+"
)
FEWEST_LETTERS = 4
FEWEST_MORE = 5
FEWEST_DIGITS = 6
_CASE_WISH = re.compile(
    r"我|要|想|给|请|帮|把|对|了|刚才|刚刚|之前|上次|那个|那张|这个|的|里|工单|单子|单|投诉|还|再|有|可以|能不能|吗"
    r"|补充|追加|添加|加点|加|一点|一下|一些|点|下|情况|内容|材料|信息|说明|资料|证据|几张|照片|视频|备注"
    r"|申请|要求|重新|重办|再次|办理|处理|打开|重开|复核|结果|不同意|办结|不认可|没解决|没有解决"
)

_VAGUE = re.compile(
    r"(就|是|在|我|我们|咱|家|的|楼下|楼上|门口|附近|隔壁|这里|这边|这|那里|那边|小区里?|里面|路口|对面"
    r"|旁边|村里|学校|公司|工地|马路上?|路边)+"
)
_UNKNOWN = re.compile(
    r".{0,4}(不知道|不清楚|说不清|说不上来|不记得|记不清|不晓得|忘了|忘记了|唔知|没有具体|不确定).{0,6}"
)
_REFUSAL = re.compile(
    r"(算了|还是|我|就)*(不用|不留|不要|不想|不方便|没有|不需要|唔使|唔留|免).{0,8}"
)
_WRONG = re.compile(
    r"^(等等|等一下|诶|哎|又|还是)?[，, ]*(我?(刚才|刚刚)?(说|讲|写|打|填|搞)?错[了咗]?|不对|不是的?这?个?|更正(一下)?"
    r"|纠正(一下)?|唔系|唔啱)+[，,。 ]*"
)
_NOT_BUT = re.compile(r"不是.{1,20}?[，, ]*(?:而|应该)?是(.+)$")
_IS = re.compile(r"^(?:.{0,6}?(?:改成|改为|改到|应该是|应该系)|应该|是|系)(.+)$")
_FIELDS = (
    ("place", re.compile("地址|地点|位置|地方|哪里")),
    ("time", re.compile("时间|日期|什么时候")),
    ("contact", re.compile("电话|手机|号码|联系方式")),
    ("what", re.compile("内容|事情|经过|情况|描述")),
)
_MASKED_PHONE = re.compile(r"1\d{2}\*{4}\d{4}")
_SCORES = (
    (1, re.compile("很不满意|非常不满意|完全不满意|太差|极差|零分|0分|差评|[一1]分|[一1]星")),
    (2, re.compile("不满意|不太满意|不怎么样|[二两2]分|[二两2]星")),
    (5, re.compile("非常满意|很满意|特别满意|十分满意|满分|好评|[五5]分|[五5]星|很好|非常好")),
    (3, re.compile("一般|还行|凑合|马马虎虎|过得去|[三3]分|[三3]星")),
    (4, re.compile("满意|不错|挺好|[四4]分|[四4]星")),
)
_DISTRICT = re.compile(r"^(广州市)?[\u4e00-\u9fff]{2}区")
SHORT_PLACE = 4


def tells_what(text: str) -> bool:
    """True when more is said than that something is to be registered."""
    rest = _OPENING.sub("", substance(text), count=1)
    return len(rest) >= FEWEST_LETTERS and not _BARE_OBJECT.fullmatch(rest)


def is_vague_place(text: str) -> bool:
    """True for a place nobody could go to: 楼下, 我们小区门口."""
    return bool(_VAGUE.fullmatch(substance(text)))


def is_unknown(text: str) -> bool:
    """True when the citizen cannot say."""
    return bool(_UNKNOWN.fullmatch(text))


def is_refusal(text: str) -> bool:
    """True when the citizen would rather not say."""
    return bool(_REFUSAL.fullmatch(text))


def masked_phone(text: str) -> Optional[str]:
    """Return the masked phone number in a text, if one is there."""
    found = _MASKED_PHONE.search(text)
    return found.group() if found else None


def looks_like_phone(text: str) -> bool:
    """True for a phone number, whole, masked or with digits missing."""
    return bool(masked_phone(text)) or sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS


def adds_to_wish(text: str) -> bool:
    """True when a wish to add, reopen or rate already says what is to be added or why."""
    return len(_CASE_WISH.sub("", substance(text))) >= FEWEST_MORE


@dataclass(frozen=True)
class Correction:
    """What is to be changed: ``field`` place, time, contact, what or None; ``value`` or None."""

    field: Optional[str]
    value: Optional[str]


def correction(text: str, facts: Dict[str, Any]) -> Correction:
    """Read a correction such as “不对，是荔湾区” or “不是天河，是越秀”.

    Args:
        text: the citizen's words.
        facts: what the API read in them.
    """
    field = next((name for name, words in _FIELDS if words.search(text)), None)
    phone = masked_phone(text)
    if phone:
        return Correction("contact", phone)
    match = _NOT_BUT.search(text) or _IS.match(_WRONG.sub("", text))
    value = match.group(1).strip(" ，。,.") if match else None
    if value is None and not field and _WRONG.sub("", text) != text:
        value = _WRONG.sub("", text).strip(" ，。,.") or None
    if field is None and value:
        if facts.get("place") or facts.get("district") or facts.get("street"):
            field = "place"
        elif facts.get("time"):
            field = "time"
    return Correction(field, value)


def is_correction(text: str) -> bool:
    """True for words that take something back."""
    return bool(_WRONG.match(text) and len(text) > SHORT_PLACE)


def corrected_place(old: Optional[str], new: str) -> str:
    """Return the place after a correction; a district alone keeps the rest of the old place."""
    if not old or len(new) > SHORT_PLACE:
        return new
    rest = _DISTRICT.sub("", old)
    if rest == old:
        return new
    return (new if new.endswith("区") else new + "区") + rest


def score_of(text: str) -> Optional[int]:
    """Return the rating a text gives, 1 to 5."""
    bare = text.strip()
    if bare in {"1", "2", "3", "4", "5"}:
        return int(bare)
    return next((score for score, words in _SCORES if words.search(bare)), None)
