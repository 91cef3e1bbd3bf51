"""The people, units and the moment the hotline's tests play with; all invented."""

from __future__ import annotations

from datetime import UTC, datetime

from hotline.city import load_city
from hotline.lifecycle import Actor, Role

# Monday 10:00 of a published year, so that deadlines are firm.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

UNIT, OTHER_UNIT = [unit.code for unit in load_city().units if unit.kind == "street"][:2]
CATEGORY = "城市管理/占道经营"

DISPATCHER = Actor("dispatcher", Role.DISPATCHER)
MANAGER = Actor("manager", Role.MANAGER)
AGENT = Actor("agent", Role.AGENT)
CITIZEN = Actor("citizen-1", Role.CITIZEN)
HANDLER = Actor("unit", Role.UNIT_HANDLER, unit=UNIT)
OTHER_HANDLER = Actor("unit-2", Role.UNIT_HANDLER, unit=OTHER_UNIT)
