"""Places in a message, resolved to districts and streets where the city's table knows them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from nlu.gazetteer import Entry, Gazetteer, default_gazetteer
from nlu.named import is_proper, name_start, word_edges, word_list
from nlu.spans import Place, Taken

_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十百两]{1,5})"
_SUFFIXES = {
    "road": r"(?:[东南西北中上下内外前后一二三四五六七八九十]{0,2}横?路|[东南西北中]?大道|[东南西北中横直]?大?街(?![道坊边上头]|办)|[东南西北横直]?巷(?![子道口])|高速(?!公路)|高速公路|隧道|立交桥?|大桥|高架桥?)",
    "estate": r"(?:小区|花园|花苑|雅苑|名苑|豪苑|丽苑|家园|嘉园|新村|新苑|公寓|大厦|广场|华庭|豪庭|雅居|山庄|别墅|公馆|宿舍|大院|工业园|产业园|科技园|创意园|工业区|商业街|步行街|体育中心|体育馆|图书馆|博物馆|文化馆|少年宫|客运港|码头|机场|市场|商城|城中村|安置区|安置房|[苑居轩阁庭府湾邸园](?=的?业主|小区|住户|物业|\d+[栋座号]))",
    "village": r"(?:村(?![民委里长干口镇支道])|社区(?!居委|医院|卫生))",
    "metro": r"(?:地铁站|公交站|客运站|火车站|高铁站|车站|BRT站)",
    "park": r"(?:公园|湿地|水库|河涌|涌(?![入现向出来进动上]))",
    "street": r"(?:街道(?![办])|镇(?![上里府定静]))",
}
_SUFFIX = {kind: re.compile(pattern) for kind, pattern in _SUFFIXES.items()}
# What may follow a name and belongs to the same place.
_TAIL = {
    "road": re.compile(
        rf"\s?(?:{_NUMBER}\s?(?:号之[一二三四五六七八九十\d]+|[-—]\d+号|号)(?![线门])(?:大院|院)?(?:{_NUMBER}[栋幢座](?![\u4e00-\u9fff]桥))?)?(?:与[^，。]{{2,8}}?交[界汇叉][处口]?|路口)?"
    ),
    "estate": re.compile(
        rf"(?:[一二三四五六七八九十\d东南西北]{{1,2}}[期区](?!域))?(?:\s?(?:{_NUMBER}|[A-Za-z]\d?)\s?(?:号楼|栋|幢|座|号)(?!线))?(?:\s?{_NUMBER}(?:单元|梯))?"
    ),
    "metro": re.compile(r"(?:地铁)?站?\s?(?:[A-Ha-h]\d?\s?(?:出入?口|出?口|口)|(?:地铁)?站)?"),
}
_GENERIC = word_list("generic_places.txt")
_CROSSING = re.compile(r"^\s?(?:[与和跟、/]|交)\s?$")
_AT_CROSSING = re.compile(r"^(?:的)?(?:交界|交汇|交叉|相交|路口|十字路口|丁字路口)[处口]?")
_DOOR = re.compile(r"[\d一二三四五六七八九十]")


def _known(text: str, gazetteer: Gazetteer) -> list[tuple[int, int, str, list[Entry]]]:
    """Return the table's names in the text; short ones only where words really end."""
    found = [(start, end, hits[0].kind, hits) for start, end, hits in gazetteer.find(text)]
    if any(end - start == 2 for start, end, _, _ in found):
        edges = word_edges(text)
        found = [
            one for one in found if one[1] - one[0] > 2 or (one[0] in edges and one[1] in edges)
        ]
    taken = Taken(len(text))
    for start, end, _, _ in found:
        taken.take(start, end)
    for match in gazetteer.short_streets.finditer(text):
        start, end = match.span()
        if (
            taken.free(start, end)
            and (
                _BEFORE_SHORT.search(text, max(0, start - 4), start)
                or _AFTER_SHORT.match(text, end)
            )
            and not _NOT_AFTER_SHORT.match(text, end)
        ):
            hits = gazetteer.short[match[0]]
            found.append((start, end, "street", hits))
    return found


# A bare street name (大石, 新塘) may be an everyday word: it counts where a place is expected.
_BEFORE_SHORT = re.compile(
    r"(?:[在喺住到去从回由往是区市过]|(?:广州|位于|来自|我们|我哋|楼下|^|[，。！？；\s“]))$"
)
_AFTER_SHORT = re.compile(
    r"(?:这边|那边|这个|那个|这里|那里|呢边|嗰边|呢度|嗰|呢个|附近|一带|某|派出所|居委|街道|镇|村|地铁|站|工地|邮局|银行|税务|户籍|政务|医院|卫生院|小学|中学|肉菜|市场|工业|检测站|公园|广场|立交|人行|路口|大桥|河|边上)"
)
_NOT_AFTER_SHORT = re.compile(r"[的是了着过得地也都就不没在会要能可很太最更]|起来|下去|出来")


def _tail(text: str, end: int, kind: str) -> int:
    """Return where a place really ends: house number, building, exit belong to it."""
    pattern = _TAIL.get("estate" if kind in {"village", "landmark"} else kind)
    match = pattern.match(text, end) if pattern else None
    if match and match[0].strip():
        return match.end()
    return end


def _by_suffix(
    text: str, known: list[tuple[int, int, str, list[Entry]]]
) -> list[tuple[int, int, str, list[Entry]]]:
    """Return names the table does not hold, told by their suffix."""
    found: list[tuple[int, int, str, list[Entry]]] = []
    inside = Taken(len(text) + 1)
    for start, end, _, _ in known:
        inside.take(start + 1, end + 1)
    by_start = {one[0]: one for one in known}
    area_ends = sorted(
        end for _, end, what, _ in known if what in _AREAS and text[end - 1] in "区街镇道市县"
    )
    for kind, pattern in _SUFFIX.items():
        for match in pattern.finditer(text):
            if not inside.free(match.end(), match.end() + 1):
                continue
            before = bisect_right(area_ends, match.start())
            left = area_ends[before - 1] if before else 0
            start = max(name_start(text, match.start()), left)
            name = text[start : match.end()]
            # A known place that touches the suffix is part of the longer name (天河北 + 路).
            if len(name) - len(match[0]) >= (1 if kind == "village" else 2) - (
                len(match[0]) > 1 and kind == "road"
            ) and not _is_generic(name, match[0]):
                found.append(
                    (start, match.end(), kind, _inherited(kind, match, by_start.get(start)))
                )
    return found


def _is_generic(name: str, suffix: str) -> bool:
    """Return whether this is a plain noun (断头路, 肉菜市场, 亲个细路) and names nothing."""
    if name in _GENERIC or any(name[i:] in _GENERIC and i <= 1 for i in range(len(name))):
        return True
    if name.endswith(("细路", "马路", "农村", "街道路")):
        return True
    return suffix in _WEAK and not is_proper(name[: -len(suffix)])


def _inherited(
    kind: str, suffix: re.Match[str], known: tuple[int, int, str, list[Entry]] | None
) -> list[Entry]:
    """Return where the known place lies that a longer name begins with (均禾 in 均禾社区).

    Roads are often named after a district they do not lie in, so they inherit nothing.
    """
    if kind == "road" or known is None:
        return []
    _, end, what, entries = known
    return entries if end <= suffix.start() and what != "road" else []


# After these only a proper name makes a place; before the others plain words do too (幸福小区).
_WEAK = frozenset(
    [
        "市场",
        "宿舍",
        "公寓",
        "大厦",
        "广场",
        "步行街",
        "商业街",
        "工业园",
        "工业区",
        "产业园",
        "商城",
        "大院",
        "村",
        "社区",
        "涌",
        "镇",
        "巷",
        "街",
        "苑",
        "居",
        "轩",
        "阁",
        "庭",
        "府",
        "湾",
        "邸",
        "园",
    ]
)
_AREAS = frozenset({"district", "street"})


def _without_overlap(
    length: int,
    spans: Iterable[tuple[int, int, str, list[Entry]]],
) -> list[tuple[int, int, str, list[Entry]]]:
    kept: list[tuple[int, int, str, list[Entry]]] = []
    taken = Taken(length)
    for span in sorted(spans, key=lambda one: (-(one[1] - one[0]), not one[3], one[0])):
        if taken.free(span[0], span[1]):
            taken.take(span[0], span[1])
            kept.append(span)
    return sorted(kept)


def _candidates(entries: list[Entry]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((entry.district, entry.street) for entry in entries))


def find_places(text: str, gazetteer: Gazetteer | None = None) -> list[Place]:
    """Return the places of a text in simplified script, in order.

    A name several places bear keeps them all in `candidates`, unless the text itself names the
    district or street that decides.
    """
    gazetteer = gazetteer or default_gazetteer()
    known = _known(text, gazetteer)
    spans = _without_overlap(len(text), [*known, *_by_suffix(text, known)])
    spans = [(start, _tail(text, end, kind), kind, entries) for start, end, kind, entries in spans]
    spans = _join_crossings(text, _without_overlap(len(text), spans))
    districts = {e.district for _, _, kind, entries in spans if kind == "district" for e in entries}
    streets = {
        e.street or e.name for _, _, kind, entries in spans if kind == "street" for e in entries
    }
    places = []
    for start, end, kind, entries in spans:
        choices = _narrow(_candidates(entries), districts, streets if kind not in _AREAS else set())
        found_districts = {district for district, _ in choices if district}
        found_streets = {street for _, street in choices}
        places.append(
            Place(
                text[start:end],
                kind,
                next(iter(found_districts)) if len(found_districts) == 1 else None,
                (next(iter(found_streets)) or None) if len(found_streets) == 1 else None,
                choices,
                start,
                end,
            )
        )
    return places


def _narrow(
    choices: list[tuple[str, str]], districts: set[str], streets: set[str]
) -> list[tuple[str, str]]:
    """Return the choices the named districts and streets allow, or all where none fits."""
    if len(choices) > 1 and districts:
        choices = [one for one in choices if one[0] in districts] or choices
    if len(choices) > 1 and streets:
        choices = [one for one in choices if one[1] in streets] or choices
    return choices


def _join_crossings(
    text: str, spans: list[tuple[int, int, str, list[Entry]]]
) -> list[tuple[int, int, str, list[Entry]]]:
    """Return the spans with “甲路与乙路交界” as one place that lies where both roads run."""
    joined: list[tuple[int, int, str, list[Entry]]] = []
    for span in spans:
        ending = _AT_CROSSING.match(text[span[1] :])
        if (
            joined
            and span[2] == joined[-1][2] == "road"
            and ending
            and _CROSSING.match(text[joined[-1][1] : span[0]])
        ):
            first = joined.pop()
            both = [e for e in first[3] if any(e.district == o.district for o in span[3])]
            joined.append((first[0], span[1] + ending.end(), "road", both or first[3] or span[3]))
        else:
            joined.append(span)
    return joined


def settle(places: list[Place]) -> tuple[str | None, str | None]:
    """Return the (district, street) a message is about, None where it stays open."""
    named = [p.district for p in places if p.kind == "district" and p.district]
    exact = [place for place in places if place.kind != "district" and place.district]
    districts = list(dict.fromkeys(named)) or list(
        dict.fromkeys(p.district for p in exact if p.district)
    )
    if len(districts) > 1:
        agreed = [d for d in districts if any(place.district == d for place in exact)]
        districts = agreed if len(agreed) == 1 else []
    if not districts:
        return None, None
    streets = list(
        dict.fromkeys(p.street for p in exact if p.street and p.district == districts[0])
    )
    return districts[0], streets[0] if len(streets) == 1 else None
