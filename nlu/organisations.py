"""Organisations in a message: companies, shops, schools, managers of estates, public bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.named import is_proper, name_start

_SUFFIX = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|分公司|物业(?:管理|服务)?(?:公司|中心|处)?|公司|集团|管理处|服务处|居委会?|村委会?|业委会|业主委员会"
    r"|派出所|街道办(?:事处)?|镇政府|区政府|税务局|供电局|供水公司|自来水公司|燃气公司|公安局|教育局|民政局|住建局|城管局|交警大队|执法队|城管队|执法中队|交警中队"
    r"|社保局|人社局|市场监管所|市场监管局|司法所|法院|检察院|劳动监察大队|政务服务中心|卫生服务中心"
    r"|幼儿园|小学|中学|高中|大学|学院|职校|技校|培训中心|培训机构|教育机构|驾校|医院|诊所|卫生院|门诊部|药店|药房"
    r"|超市|商行|商店|便利店|餐厅|饭店|饭馆|大排档|酒楼|酒家|酒店|宾馆|茶餐厅|奶茶店|火锅店|烧烤店|美容院|美容店|理发店|发廊|健身房|瑜伽馆|网吧|KTV|酒吧|洗车店|维修店|修车行|汽修厂|4S店|制衣厂|加工厂|五金厂|工厂|厂"
    r"|银行|支行|营业厅|售楼部|中介|房产|地产|置业|养老院|敬老院|福利院|快递(?:公司|站|点)?|驿站|工作室|俱乐部)"
)
_GENERIC = re.compile(
    r"^(?:自来水|供水|燃气|物业|管理|快递|装修|搬家|中介|房产|培训|教育|建筑|劳务|外卖|保险|公交|地铁|开发|发展|科技|国企|私人|私立|公立|民办|公办|三甲|连锁|附属|社区|人民|妇幼|中心|装饰|贸易|大型|小型|美容|理发|餐饮|一间|公共|高等|重点|驾驶|母|子|总|出租|网约|保洁|保安|家政|施工|工程|建设|劳动|人力|电子|五金|木材|电镀|洗水|印刷|牙科|康复|清洁|外墙|花园|火锅|农庄|烧烤|高速|儿童|滑梯|家私|家具|服装|塑料|化工|食品|口腔|眼科|骨科|便民|连锁|小|大|老|黑|新)*$"
)
_NOT_ORGANISATION = re.compile(
    r"^(?:房产证|房产局|地产税|厂家|厂房|物业费|物业管理费|公司化|快递员|快递费|银行卡|银行账|医院里?$|中介费|房产税|物业维修)"
)


def find_organisations(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of named organisations; plain “物业” or “公司” without a name is none."""
    last = 0
    for match in _SUFFIX.finditer(text):
        if _NOT_ORGANISATION.match(text[match.start() : match.start() + 5]):
            continue
        start = max(
            name_start(text, match.start(), longest=16, trade=match[0].endswith("限公司")), last
        )
        name = text[start : match.start()]
        if len(name) < 2 or _GENERIC.match(name):
            continue
        if not match[0].endswith(("公司", "集团")) and not is_proper(name):
            continue
        last = match.end()
        yield start, match.end()
