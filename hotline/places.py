"""The gazetteer: names of places with their district and, where known, street."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from hotline.datafile import Record, read_csv
from hotline.problems import Problems, nearest
from hotline.units import UnitRegister

PlaceKind = Literal[
    "district", "street", "estate", "road", "landmark", "metro",
    "village", "park", "hospital", "school", "hall",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(PlaceKind)
COLUMNS = ("name", "kind", "district", "street", "aliases", "longitude", "latitude")
# 中国陆地范围，只用来抓写反、写错的坐标。
LONGITUDES = (73.0, 136.0)
LATITUDES = (3.0, 54.0)
_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,7})?")


@dataclass(frozen=True, slots=True)
class Place:
    """One row of ``places.csv``; degrees are WGS-84 and approximate."""

    name: str
    kind: PlaceKind
    district: str
    street: str | None
    aliases: tuple[str, ...]
    longitude: float | None
    latitude: float | None

    @property
    def area(self) -> str:
        """The place's area as units write it: ``天河区`` or ``天河区/石牌街道``."""
        return f"{self.district}/{self.street}" if self.street else self.district


@dataclass(frozen=True)
class PlaceIndex:
    """All places; a name that stands for several keeps all of them."""

    places: tuple[Place, ...]

    @cached_property
    def by_name(self) -> dict[str, tuple[Place, ...]]:
        """Places by name and alias."""
        names: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            for name in (place.name, *place.aliases):
                names[name].append(place)
        return {name: tuple(places) for name, places in names.items()}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name and alias, longest first."""
        return tuple(sorted(self.by_name, key=lambda name: (-len(name), name)))

    def find(self, name: str, district: str | None = None) -> tuple[Place, ...]:
        """Return every place called ``name``, in ``district`` when given."""
        places = self.by_name.get(name.strip(), ())
        return tuple(place for place in places if district in (None, place.district))


def read_places(path: Path, units: UnitRegister, problems: Problems) -> PlaceIndex:
    """Read ``places.csv`` and check it against the districts and street offices."""
    districts = {district.name: district for district in units.districts}
    seen: dict[tuple[str, str, str, str], int] = {}
    places = []
    records = read_csv(path, COLUMNS, problems)
    for record in records:
        name, kind = record.text("name"), record.choice("kind", KINDS)
        district = record.text("district")
        street = record.text("street", required=False)
        if district and district not in districts:
            record.wrong("district", f"区“{district}”不存在", nearest(district, districts))
        elif district in districts and street and street not in districts[district].streets:
            record.wrong(
                "street", f"{district}没有“{street}”", nearest(street, districts[district].streets)
            )
        if kind == "street" and street != name:
            record.wrong("street", f"街镇“{name}”的 street 栏是“{street}”", "请写成与 name 一样")
        if kind == "district" and district != name:
            record.wrong(
                "district", f"区“{name}”的 district 栏是“{district}”", "请写成与 name 一样"
            )
        key = (name, kind, district, street)
        if key in seen:
            record.wrong("name", f"“{name}”与第 {seen[key]} 行重复", "请只留一行")
        seen[key] = record.line
        aliases = record.texts("aliases")
        if len({name, *aliases}) != len(aliases) + 1:
            record.wrong("aliases", f"“{name}”的别名有重复", "别名不要与名称或其他别名相同")
        longitude, latitude = _degrees(record)
        places.append(
            Place(
                name,
                cast("PlaceKind", kind),
                district,
                street or None,
                aliases,
                longitude,
                latitude,
            )
        )
    if records:
        _check_complete(records[0].file, places, units, problems)
    return PlaceIndex(tuple(places))


def _degrees(record: Record) -> tuple[float | None, float | None]:
    longitude = record.text("longitude", required=False)
    latitude = record.text("latitude", required=False)
    if not longitude and not latitude:
        return None, None
    for key, value in (("longitude", longitude), ("latitude", latitude)):
        if not _DECIMAL.fullmatch(value):
            record.wrong(
                key, f"“{key}”现在是“{value}”", "请写成 113.26 这样的度数，经度纬度要么都写要么都空"
            )
            return None, None
    east, north = float(longitude), float(latitude)
    if not (LONGITUDES[0] <= east <= LONGITUDES[1] and LATITUDES[0] <= north <= LATITUDES[1]):
        swapped = LONGITUDES[0] <= north <= LONGITUDES[1] and LATITUDES[0] <= east <= LATITUDES[1]
        remedy = "经度纬度写反了，请对调" if swapped else "请核对度数"
        record.wrong("longitude", f"坐标 {longitude},{latitude} 不在国内", remedy)
    return east, north


def _check_complete(
    file: str, places: list[Place], units: UnitRegister, problems: Problems
) -> None:
    listed = {(place.kind, place.district, place.street) for place in places}
    for district in units.districts:
        if ("district", district.name, None) not in listed:
            problems.add(file, 0, f"缺少“{district.name}”一行", "请补上 kind 为 district 的一行")
        for street in district.streets:
            if ("street", district.name, street) not in listed:
                problems.add(
                    file, 0, f"缺少{district.name}“{street}”一行",
                    "请补上 kind 为 street 的一行，或从 units.yml 的 street_offices 去掉它",
                )  # fmt: skip
