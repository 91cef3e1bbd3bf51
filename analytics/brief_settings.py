"""The fixed words and sizes of the brief, which an official edits (`city/brief.yml`)."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.city import City
from hotline.datafile import read_yaml
from hotline.problems import Problems, nearest

FILE = "brief.yml"
ADVICE = (
    "group_back", "group_new", "alarm_waiting", "unit_worse", "late", "returns", "closings", "gaps",
)  # fmt: skip


@dataclass(frozen=True)
class BriefSettings:
    """See the head of the file; `advice` are sentences by situation."""

    issuer: str
    head: str
    to: str
    prepared_by: str
    groups: int
    examples: int
    units: int
    gaps: int
    alarms: int
    advice: dict[str, str]


def brief_settings(city: City) -> BriefSettings:
    """Read the city's file. Raises CityError naming file, line and remedy."""
    problems = Problems()
    top = read_yaml(city.folder / FILE, problems)
    sizes = ("groups", "examples", "units", "gaps", "alarms")
    texts = ("issuer", "head", "to", "prepared_by")
    top.only(*texts, *sizes, "advice")
    advice: dict[str, str] = {}
    for one in top.records("advice", required=True):
        one.only("code", "text")
        code = one.text("code")
        if code and code not in ADVICE:
            one.wrong("code", f"没有“{code}”这种情形", nearest(code, ADVICE))
        advice[code] = one.text("text")
    for code in ADVICE:
        if code not in advice:
            top.wrong("advice", f"缺少“{code}”这种情形的建议", "请从随附的文件复制这一条")
    issuer, head, to, prepared_by = (top.text(name) for name in texts)
    groups, examples, units, gaps, alarms = (top.integer(name, 1, 20) for name in sizes)
    problems.raise_if_any()
    return BriefSettings(
        issuer, head, to, prepared_by, groups, examples, units, gaps, alarms, advice
    )
