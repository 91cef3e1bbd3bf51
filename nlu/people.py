"""Names of people, only where the text says that a name follows."""

from __future__ import annotations

import re

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎"
    "鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟平黄和穆"
    "萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅"
    "盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房丁邓单洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄封芮储"
    "靳段巫焦车侯全班仲伊宁仇甘厉武刘景詹龙叶司黎薄白蒲邰赖卓蔺屠蒙池乔聂党翟谭劳申冉桂牛边燕尚温"
    "庄晏瞿阎习艾容向古易廖步耿满文寇广东欧利师巩关查游权盖岳冼区麦植招邝揭岑佘佟肖覃农韦"
)
_DOUBLE = "欧阳|司徒|上官|诸葛|司马|东方|皇甫|尉迟|公孙|慕容|令狐|端木|夏侯|轩辕"
_NAME = rf"(?:(?:{_DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
_STOP = r"(?=[，。、；：！？,.;:!?（）()\s\d]|$|手机|电话|身份证|住|是|的|今年|男|女|家|来|在|想|要|联系|先生|女士)"
_CUED = re.compile(
    rf"(?:我叫|本人叫|名叫|名字(?:是|叫)|姓名|联系人|反映人|投诉人|来电人|报料人|申请人|当事人|户主|业主姓名|收件人)"
    rf"(?:是|为|叫|[:：])?\s*({_NAME}){_STOP}"
)
_SELF = re.compile(
    rf"(?:我是|本人)({_NAME})(?=[，,。]\s?(?:手机|电话|身份证|联系|住|家住)|\s?(?:手机|电话|身份证)|\d)"
)
_NOT_NAMES = re.compile(
    r"(?:.*(?:业主|居民|市民|家长|学生|老师|员工|司机|住户|街坊|群众|先生|女士|小姐|主任|经理|阿姨|公司|单位|政府))"
    r"|(?:广州|广东|东莞|江西|江苏|云南|安徽|河南|何时|何人|和平|安全|成年|全家|常住|方便|全体|白云|万科|石牌|于是)"
)


def find_people(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of names that follow a cue such as “我叫” or “联系人：”."""
    found: list[tuple[int, int]] = []
    for pattern in (_CUED, _SELF):
        found += [
            match.span(1) for match in pattern.finditer(text) if not _NOT_NAMES.match(match[1])
        ]
    return found
