"""Reading ``units.yml``: single units, templates (line × district) and street offices."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast, get_args

from hotline.datafile import Record, read_yaml
from hotline.problems import Problems, nearest
from hotline.units import STREET_LINE, Alias, District, Unit, UnitKind, UnitRegister

KINDS: tuple[str, ...] = get_args(UnitKind)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_units(path: Path, problems: Problems) -> UnitRegister:
    """Read ``units.yml`` and expand its templates and street offices."""
    top = read_yaml(path, problems)
    top.only("city", "districts", "units", "templates", "street_offices")
    city = top.text("city")
    districts = _read_districts(top)
    names = [district.name for district in districts]
    made: list[tuple[Unit, Record, str]] = []
    for item in top.records("units", required=True):
        item.only(
            "code", "name", "kind", "line", "area", "also", "aliases", "phone", "supervises_only"
        )
        area = item.text("area", required=False) or city
        if area not in (city, *names):
            item.wrong("area", f"辖区“{area}”不存在", nearest(area, [city, *names]))
        made.append((_unit(item, item.text("code"), item.text("name"), area), item, "name"))
    for item in top.records("templates"):
        made.extend(_expand(item, districts))
    made.extend(_street_offices(top, districts))
    _check(made, top, city)
    return UnitRegister(city, tuple(districts), tuple(unit for unit, _, _ in made))


def _read_districts(top: Record) -> list[District]:
    offices = top.record("street_offices", required=True)
    districts = []
    for item in top.records("districts", required=True):
        item.only("name", "code")
        name = item.text("name")
        streets: tuple[str, ...] = ()
        if offices is not None:
            listed = offices.record(name)
            if listed is None:
                offices.wrong(name, f"“{name}”没有写街镇", "请在 street_offices 里补上这个区")
            else:
                streets = tuple(str(street) for street in listed.values)
        districts.append(District(name, item.text("code"), streets))
    if offices is not None:
        known = [district.name for district in districts]
        for name in offices.values:
            if name not in known:
                offices.wrong(name, f"区“{name}”不存在", nearest(str(name), known))
    return districts


def _aliases(item: Record, **words: str) -> tuple[Alias, ...]:
    aliases = []
    for entry in item.records("aliases"):
        entry.only("name", "from", "to")
        alias = Alias(entry.text("name").format(**words), entry.date("from"), entry.date("to"))
        if alias.start and alias.end and alias.start > alias.end:
            entry.wrong("to", f"别名“{alias.name}”的止日早于起日", "请核对 from 与 to")
        aliases.append(alias)
    return tuple(aliases)


def _unit(item: Record, code: str, name: str, area: str, **words: str) -> Unit:
    kind = item.choice("kind", KINDS, default="district_bureau" if words else "")
    if code and not _CODE.fullmatch(code):
        item.wrong("code", f"代码“{code}”不合写法", "只用小写字母、数字和短横，如 gz-chengguan")
    return Unit(
        code=code,
        name=name,
        kind=cast("UnitKind", kind),
        line=item.text("line"),
        area=area,
        also=item.texts("also"),
        aliases=_aliases(item, **words),
        phone=item.text("phone", required=False),
        supervises_only=item.flag("supervises_only"),
    )


def _expand(item: Record, districts: list[District]) -> Iterator[tuple[Unit, Record, str]]:
    item.only(
        "code", "line", "kind", "also", "also_in", "name", "names", "aliases",
        "districts", "except", "phone", "supervises_only",
    )  # fmt: skip
    known = [district.name for district in districts]
    wanted = item.texts("districts") or tuple(known)
    refused = item.texts("except")
    own_names = item.record("names")
    extra = item.record("also_in")
    named = [("districts", name) for name in wanted] + [("except", name) for name in refused]
    named += [("names", str(name)) for name in (own_names.values if own_names else ())]
    named += [("also_in", str(name)) for name in (extra.values if extra else ())]
    for key, name in named:
        if name not in known:
            item.wrong(key, f"区“{name}”不存在", nearest(name, known))
    pattern, code = item.text("name"), item.text("code")
    for district in districts:
        if district.name not in wanted or district.name in refused:
            continue
        words = {"d": district.name, "s": district.short}
        try:
            usual = pattern.format(**words)
            unit = _unit(item, f"{district.code}-{code}", usual, district.name, **words)
        except (KeyError, IndexError, ValueError):
            item.wrong("name", f"名称模板“{pattern}”或其别名写法有误", "花括号里只能是 {d} 或 {s}")
            return
        special = own_names.text(district.name, required=False) if own_names else ""
        aliases = list(unit.aliases)
        if special and special != usual:
            aliases = [alias for alias in aliases if alias.name != special]
            if usual not in {alias.name for alias in aliases}:
                aliases.append(Alias(usual))
        more = extra.texts(district.name) if extra else ()
        yield (
            Unit(
                unit.code, special or usual, unit.kind, unit.line, unit.area,
                (*unit.also, *more), tuple(aliases), unit.phone, unit.supervises_only,
            ),
            item,
            "name",
        )  # fmt: skip


def _street_offices(top: Record, districts: list[District]) -> Iterator[tuple[Unit, Record, str]]:
    offices = top.record("street_offices")
    for district in districts if offices else ():
        listed = offices.record(district.name) if offices else None
        for street in district.streets if listed else ():
            assert listed is not None  # noqa: S101 - streets come from this very record
            value = listed.values[street]
            more: tuple[str, ...] = ()
            if not isinstance(value, str):
                entry = listed.record(street)
                if entry is None:
                    continue
                entry.only("code", "aliases")
                value, more = entry.text("code"), entry.texts("aliases")
            if not (street.endswith("街道") or street.endswith("镇")):
                listed.wrong(street, f"“{street}”不像街镇名", "街镇名以“街道”或“镇”结尾")
            if not _CODE.fullmatch(value):
                listed.wrong(street, f"代码“{value}”不合写法", "只用小写字母、数字和短横")
            town = street.endswith("镇")
            office = "人民政府" if town else "办事处"
            short = [f"{street}{office}", f"{street}{'政府' if town else '办'}", street]
            if not town:
                short.append(street.removesuffix("道"))
            full = [f"{district.name}{name}" for name in (street, *more)]
            aliases = [*short, *more, *full]
            unit = Unit(
                f"{district.code}-{value}", f"{district.name}{street}{office}", "street",
                STREET_LINE, f"{district.name}/{street}",
                aliases=tuple(Alias(name) for name in aliases),
            )  # fmt: skip
            yield unit, listed, street


def _overlap(one: Alias | None, two: Alias | None) -> bool:
    first, second = one or Alias(""), two or Alias("")
    return (first.start or dt.date.min) <= (second.end or dt.date.max) and (
        second.start or dt.date.min
    ) <= (first.end or dt.date.max)


def _check(made: Iterable[tuple[Unit, Record, str]], top: Record, city: str) -> None:
    problems = top.problems
    codes: dict[str, Unit] = {}
    places: dict[tuple[str, str], Unit] = {}
    names: dict[str, list[tuple[Unit, Alias | None]]] = defaultdict(list)
    for unit, item, key in made:
        line = item.at(key)
        if not unit.code or not unit.name:
            continue
        if unit.code in codes:
            problems.add(
                item.file, line,
                f"代码“{unit.code}”已用于“{codes[unit.code].name}”", "请给其中一个换代码",
            )  # fmt: skip
        codes[unit.code] = unit
        for carried in unit.lines:
            if (carried, unit.area) in places:
                problems.add(
                    item.file, line,
                    f"{unit.area}的“{carried}”条线有两个单位："
                    f"{places[carried, unit.area].name}、{unit.name}",
                    "同一辖区同一条线只留一个，另一个换条线",
                )  # fmt: skip
            places[carried, unit.area] = unit
        for name, alias in [(unit.name, None), *((alias.name, alias) for alias in unit.aliases)]:
            for other, others in names[name]:
                if other is unit:
                    problems.add(
                        item.file, line, f"“{unit.name}”的名称“{name}”写了两遍", "请只留一处"
                    )
                elif _overlap(alias, others):
                    problems.add(
                        item.file, line,
                        f"“{name}”同时指“{other.name}”和“{unit.name}”",
                        "请写明各自的起止日期，或去掉一个",
                    )  # fmt: skip
            names[name].append((unit, alias))
    if city and not any(unit.area == city for unit, _, _ in made):
        problems.add(top.file, 0, f"没有{city}的市级单位", "请在 units 里至少写一个")
