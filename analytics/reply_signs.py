"""What can be seen in a reply without reading its subject: grounds, dates, matters, tone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.matters import split

_GROUNDS = re.compile(
    r"《[^》]{2,40}》|第[一二三四五六七八九十百零〇\d]+条|[\u4e00-\u9fff]{1,8}[〔\[（(]\d{4}[〕\]）)]\d+号|"
    r"按照|根据|依据|依照|规定|条例|办法|标准|政策|法律|法规"
)
_CHECKED = re.compile(
    r"经核实|经查|据查|经调查|经了解|据了解|核查|现场|调查|走访|检测|约谈|执法人员|工作人员"
)
_REASON = re.compile(
    r"由于|因为|原因|因此|所以|考虑到|鉴于|属于|不属于|未列入|暂不|尚未|受.{1,12}影响"
)
_DATE = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{1,2}月(?:底|初|中旬)"
)
_PROMISE = re.compile(
    r"下一步|将会|将于|预计|计划|责令|要求.{0,10}(?:整改|限期)|限期|督促|继续|加强|拟"
)
_DONE = re.compile(
    r"已经?(?:整改|修复|完成|清理|拆除|处理完毕|安装|更换|关闭|办理|查处|取缔|解决|退还|发放|开通)"
)
_PASSED_ON = re.compile(
    r"已?转(?:交|至|到|给|有关|相关)?[^，。；]{0,14}(?:部门|局|单位|办|支队|区|县|市|中心|处理|调查|核实|阅处|办理)|"
    r"(?:已|请)(?:向|与)?.{0,8}(?:收悉|收到|知悉)|交由|转办|待(?:核实|回复)|稍后(?:回复|答复)"
)
_ASKS = re.compile(r"请(?:您)?(?:提供|补充|致电|拨打|联系|咨询|留下|关注)")
_PHONE = re.compile(
    r"\d{3,4}-\d{7,8}|1\d{10}|(?<!\d)\d{7,8}(?!\d)|(?<!\d)(?:12345|12315|110)(?!\d)"
)
_UNIT = re.compile(
    r"[\u4e00-\u9fff]{2,10}(?:局|委|办|街道|社区|公司|中心|支队|大队|政府|管理处|所)"
)
_COURTESY = re.compile(r"您好|你好|感谢|谢谢|理解|支持|抱歉|敬请")
_SCOLDS = re.compile(r"无理取闹|不可能给|自行解决|不归我们管|与我们无关|爱找谁|已多次告知")
_NUMBERED = re.compile(
    r"(?:^|[\s。；：])(?:[一二三四五六七八九]、|\d[、.．]|（[一二三四五六]）|首先|其次|再次)"
)
_TAIL = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日\s*$")
_CHARACTERS = re.compile(r"[\u4e00-\u9fff]")

_PLEDGE = re.compile(
    r"下一步|将会|将于|将(?:尽快|继续|组织|安排|责成|督促|加)|预计|计划于?|拟于?|(?<!已)责令|限期|尽快"
)
_TIME = re.compile(
    r"\d+(?:个)?(?:工作)?[日天周月年]|[一二三四五六七八九十两]+(?:个)?(?:工作)?[日天周月]|\d{1,2}月|"
    r"(?:本|下|今|明|当)(?:周|月|年|季度|日)|(?:月|年|季度)(?:底|末|初|中)|今天|明天|即日|立即|当场|上半年|下半年|春节|国庆"
)
_SETTLED = re.compile(
    r"已[^，。；]{0,14}(?:整改|修复|完成|清理|清运|拆除|安装|更换|关闭|查处|取缔|解决|退还|退款|发放|开通|"
    r"责令|立案|处罚|约谈|撤除|疏通|补办|办妥|恢复)|予以(?:查处|处罚|立案|取缔)|修好|修复完毕|处理完毕"
)
_SENTENCE = re.compile(r"[^。；！？\n]+")

NAMES = (
    "长度",
    "依据",
    "核查",
    "原因",
    "日期",
    "下一步",
    "已办",
    "转办",
    "请市民再办",
    "电话",
    "单位",
    "礼貌",
    "生硬",
    "分点",
    "事项数",
    "回应诉求",
    "整段照抄",
    "数字",
)


@dataclass(frozen=True)
class Signs:
    """`values` (k,) in the order of `NAMES`; `matters` asked about, `answered` of them."""

    values: NDArray[np.float64]
    matters: int
    answered: int


def signs(message: str, reply: str) -> Signs:
    """Read the signs of a reply to a message (both may be of any length)."""
    body = _TAIL.sub("", reply.strip())
    asked = [matter.text for matter in split(message[:4000])] or [message[:400]]
    covered = [matter for matter in asked if _covered(matter, body)]
    pairs = _pairs(message[:3000])
    mine = _pairs(body[:3000])
    copied = len(pairs & mine) / max(1, len(mine))

    def count(pattern: re.Pattern[str]) -> float:
        return float(np.log1p(len(pattern.findall(body))))

    values = [
        float(np.log1p(len(body))),
        count(_GROUNDS),
        count(_CHECKED),
        count(_REASON),
        count(_DATE),
        count(_PROMISE),
        count(_DONE),
        count(_PASSED_ON),
        count(_ASKS),
        count(_PHONE),
        count(_UNIT),
        count(_COURTESY),
        count(_SCOLDS),
        count(_NUMBERED),
        float(np.log1p(len(asked))),
        len(covered) / len(asked),
        copied,
        float(np.log1p(len(re.findall(r"\d+", body)))),
    ]
    return Signs(np.array(values), len(asked), len(covered))


def _covered(matter: str, reply: str) -> bool:
    """Return whether a reply takes up a matter: it says enough of its character pairs."""
    pairs = _pairs(matter)
    return bool(pairs) and len(pairs & _pairs(reply)) >= max(2, 0.15 * len(pairs))


def _pairs(text: str) -> set[str]:
    return {
        text[at : at + 2]
        for at in range(len(text) - 1)
        if _CHARACTERS.match(text[at]) and _CHARACTERS.match(text[at + 1])
    }


def promises(reply: str) -> list[str]:
    """What is promised still to be done: from the clause of the promise to the end of its sentence."""
    found = []
    for sentence in _SENTENCE.findall(reply):
        if pledge := _PLEDGE.search(sentence):
            clause = max(
                sentence.rfind("，", 0, pledge.start()), sentence.rfind(",", 0, pledge.start())
            )
            found.append(sentence[clause + 1 :].strip())
    return found


def names_a_time(sentence: str) -> bool:
    """Whether a promise says by when."""
    return _TIME.search(sentence) is not None


def scolds(reply: str) -> str:
    """The first harsh wording, empty when there is none."""
    found = _SCOLDS.search(reply)
    return found.group() if found else ""


def only_passed_on(reply: str) -> bool:
    """Whether a reply says who has it now, and nothing of what was found, done or decided."""
    said = (_CHECKED, _REASON, _DONE, _GROUNDS)
    return bool(_PASSED_ON.search(reply)) and not any(one.search(reply) for one in said)


def nothing_done(reply: str) -> bool:
    """Whether a reply promises and reports nothing done."""
    return bool(promises(reply)) and not _SETTLED.search(reply)
