"""When a change calls for a warning, and for how long it is not repeated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hotline.datafile import read_yaml
from hotline.problems import Problems


@dataclass(frozen=True, slots=True)
class RiseRule:
    """One series on one day: at least ``least`` tickets and ``times`` what is usual."""

    least: int = 5
    times: int = 2


@dataclass(frozen=True, slots=True)
class AreaRule:
    """Up to ``streets`` neighbouring streets over up to ``days`` days, together as in RiseRule."""

    least: int = 6
    times: int = 2
    days: int = 7
    streets: int = 8


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One recurring group: at least ``people`` different people within ``days`` days."""

    people: int = 5
    days: int = 14


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """``alarms.yml``; each detector may warn falsely ``false_alarms_per_week`` times a week."""

    false_alarms_per_week: int = 1
    quiet_days: int = 7
    rise: RiseRule = RiseRule()
    area: AreaRule = AreaRule()
    group: GroupRule = GroupRule()


USUAL = AlarmRules()


def read_alarm_rules(path: Path, problems: Problems) -> AlarmRules:
    """Read ``alarms.yml``."""
    top = read_yaml(path, problems)
    top.only("false_alarms_per_week", "quiet_days", "rise", "area", "group")
    rise = top.record("rise", required=True)
    area = top.record("area", required=True)
    group = top.record("group", required=True)
    if rise is None or area is None or group is None:
        return AlarmRules()
    rise.only("least", "times")
    area.only("least", "times", "days", "streets")
    group.only("people", "days")
    return AlarmRules(
        top.integer("false_alarms_per_week", 1, 100),
        top.integer("quiet_days", 1, 90),
        RiseRule(rise.integer("least", 2, 1000), rise.integer("times", 1, 100)),
        AreaRule(
            area.integer("least", 2, 1000),
            area.integer("times", 1, 100),
            area.integer("days", 1, 28),
            area.integer("streets", 2, 40),
        ),
        GroupRule(group.integer("people", 2, 1000), group.integer("days", 1, 90)),
    )
