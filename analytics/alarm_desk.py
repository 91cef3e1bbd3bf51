"""Warnings on the desk: listed, opened, worked through to the end, all in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analytics import alarms
from analytics.alarms import CLOSED, STATES
from analytics.tables import AlarmRow
from hotline.errors import HotlineError, IllegalStep, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor
from hotline.store import Store

STEPS = {
    "acknowledge": alarms.ACKNOWLEDGED,
    "assign": alarms.ASSIGNED,
    "act": alarms.ACTED,
    "close": CLOSED,
}


class AlarmNotFound(HotlineError):  # noqa: N818
    """No such warning, or not one this person may see."""

    code = "alarm_not_found"


def list_alarms(
    session: Session,
    scope: str | None,
    state: str | None = None,
    page: int = 1,
    size: int = 50,
    kind: str | None = None,
) -> tuple[list[AlarmRow], int]:
    """Return (warnings newest first, how many); without `state` those that are not closed."""
    if state is not None and state not in STATES:
        raise InvalidInput(f"状态只能是：{'、'.join(STATES)}。", {"field": "state"})
    conditions = [AlarmRow.state == state if state else AlarmRow.state != CLOSED]
    if scope:
        conditions.append(AlarmRow.district == scope)
    if kind:
        conditions.append(AlarmRow.kind == kind)
    total = session.scalar(select(func.count()).select_from(AlarmRow).where(*conditions)) or 0
    found = select(AlarmRow).where(*conditions).order_by(AlarmRow.id.desc())
    return list(session.scalars(found.offset((page - 1) * size).limit(size))), total


def find_alarm(session: Session, number: int, scope: str | None) -> AlarmRow:
    """Return the warning of that number. Raises AlarmNotFound."""
    row = session.get(AlarmRow, number)
    if row is None or (scope and row.district != scope):
        raise AlarmNotFound("没有找到这条预警。", {"alarm": number})
    return row


def verdicts(session: Session, scope: str | None, now: datetime, days: int = 90) -> dict[str, int]:
    """Return how many warnings of the last days were raised, closed as true and as false."""
    conditions = [AlarmRow.raised_at >= now - timedelta(days=days)]
    if scope:
        conditions.append(AlarmRow.district == scope)
    rows = list(session.scalars(select(AlarmRow.facts).where(*conditions)))
    said = [facts.get("false_alarm") for facts in rows]
    return {"raised": len(rows), "true": said.count(False), "false": said.count(True)}


def take(
    session: Session,
    number: int,
    step: str,
    actor: Actor,
    note: str = "",
    unit_code: str | None = None,
    false_alarm: bool | None = None,
    now: datetime | None = None,
) -> AlarmRow:
    """Take a step (`STEPS`) with a warning; forward only, each in the ledger.

    Whoever closes may say whether it was a false alarm. Raises AlarmNotFound, IllegalStep,
    InvalidInput (assign without or with an unknown unit).
    """
    moment = now or datetime.now(UTC)
    row = find_alarm(session, number, actor.scope)
    target = STEPS[step]
    if target not in alarms.usual_states(row.state):
        raise IllegalStep(
            f"这条预警现在是“{alarms.STATE_TEXT[row.state]}”，不能再改成"
            f"“{alarms.STATE_TEXT[target]}”。",
            {"state": row.state, "step": step},
        )
    if step == "assign":
        if not unit_code:
            raise InvalidInput("请写明交给哪个单位。", {"field": "unit_code"})
        store: Store = session.info["store"]
        store.unit_name(unit_code)
        row.assigned_to = unit_code
    row.state, row.changed_at, row.note = target, moment, note or row.note
    done = {"at": moment.isoformat(), "step": step, "actor": actor.user, "note": note}
    row.facts = {**row.facts, "steps": [*row.facts.get("steps", []), done]}
    if step == "close" and false_alarm is not None:
        row.facts = {**row.facts, "false_alarm": false_alarm}
    facts = {"alarm": number, "step": step, "unit": unit_code, "false_alarm": false_alarm}
    record(session, [Decision(f"alarm_{step}", actor.user, None, facts, {})], moment)
    return row
