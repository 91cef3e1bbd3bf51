"""The life of a ticket: one dictionary of steps, who may take each, and what to tell the citizen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.errors import IllegalStep, NotAllowed


class Status(StrEnum):
    """Where a ticket stands; the value is what everybody reads and what the database holds."""

    PENDING = "待派单"
    DISPATCHED = "已派单"
    SIGNED = "已签收"
    HANDLING = "办理中"
    CLOSED = "已办结"
    CALLED_BACK = "已回访"
    VOID = "已作废"


class Role(StrEnum):
    """Who acts. ``MACHINE`` is the dispatcher acting on its own within its dial."""

    CITIZEN = "citizen"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    UNIT_HANDLER = "unit_handler"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMIN = "admin"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or machine) taking a step.

    ``unit`` is the code of a unit handler's unit. ``scope`` is the district a member of staff is
    limited to; ``None`` means the whole city. ``user`` is never a citizen's name: for citizens it
    is the id of their session. ``proven`` is the number of a ticket whose phone they showed to know.
    """

    user: str
    role: Role
    unit: str | None = None
    scope: str | None = None
    proven: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: from which statuses, to which (``None``: stays), and which roles may take it.

    A unit handler takes it for the unit that leads, or, with ``helping``, for a co-unit.
    """

    text: str
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    helping: bool = False


OPEN = frozenset({Status.PENDING, Status.DISPATCHED, Status.SIGNED, Status.HANDLING})
WITH_UNIT = frozenset({Status.DISPATCHED, Status.SIGNED, Status.HANDLING})
FINISHED = frozenset({Status.CLOSED, Status.CALLED_BACK})

_DESK = frozenset({Role.DISPATCHER, Role.MANAGER})
_UNIT = frozenset({Role.UNIT_HANDLER})
_CITIZEN = frozenset({Role.CITIZEN, Role.AGENT})

STEPS: Mapping[str, Step] = {
    "dispatch": Step(
        "派单", frozenset({Status.PENDING}), Status.DISPATCHED, _DESK | {Role.MACHINE}
    ),
    "sign": Step("签收", frozenset({Status.DISPATCHED}), Status.SIGNED, _UNIT),
    "start": Step("开始办理", frozenset({Status.SIGNED}), Status.HANDLING, _UNIT),
    "close": Step("办结", frozenset({Status.HANDLING}), Status.CLOSED, _UNIT),
    "return": Step("退单", frozenset({Status.SIGNED}), Status.PENDING, _UNIT),
    "redispatch": Step("改派", WITH_UNIT, Status.DISPATCHED, _DESK),
    "void": Step("作废", OPEN, Status.VOID, _DESK),
    "callback": Step("回访", frozenset({Status.CLOSED}), Status.CALLED_BACK, _DESK | {Role.AGENT}),
    "reopen": Step("申请重办", FINISHED, None, _CITIZEN | _DESK),
    "rate": Step("评价", FINISHED, None, _CITIZEN),
    "add": Step("补充内容", OPEN, None, _CITIZEN | {Role.DISPATCHER}),
    "extend": Step("延期", WITH_UNIT, None, _UNIT | _DESK),
    "supervise": Step("督办", OPEN, None, _DESK),
    "contribute": Step("协办意见", WITH_UNIT, None, _UNIT, helping=True),
    "review": Step("送终审", frozenset({Status.PENDING}), None, _DESK),
    "split": Step("拆分", frozenset({Status.PENDING}), None, _DESK),
    "repeat": Step("标记重复", OPEN, None, _DESK | {Role.AGENT}),
    "link": Step("关联", frozenset(Status), None, _DESK | {Role.AGENT}),
}
"""Every step there is. Whatever is not here cannot happen to a ticket."""

DESK_STEPS = tuple(name for name in STEPS if name not in {"reopen", "rate", "add"})

SENTENCES: Mapping[Status, str] = {
    Status.PENDING: "您的诉求已收到，正在确定由哪个单位办理。",
    Status.DISPATCHED: "工单已派给承办单位，等待签收。",
    Status.SIGNED: "承办单位已签收，即将开始办理。",
    Status.HANDLING: "承办单位正在办理。",
    Status.CLOSED: "承办单位已办结并答复，您可以评价；没有解决可以申请重办。",
    Status.CALLED_BACK: "已回访，工单办理完毕；问题再次出现可以申请重办。",
    Status.VOID: "这张工单已作废，原因见办理记录。",
}

NEXT_STEPS: Mapping[Status, str] = {
    Status.PENDING: "派给承办单位",
    Status.DISPATCHED: "承办单位签收",
    Status.SIGNED: "承办单位开始办理",
    Status.HANDLING: "承办单位办结并答复您",
    Status.CLOSED: "请您评价，热线会回访",
    Status.CALLED_BACK: "无需再办；没有解决可以申请重办",
    Status.VOID: "如仍需办理，请重新提交",
}


def step_named(name: str) -> Step:
    """The step of that name.

    :raises IllegalStep: there is no such step.
    """
    if name not in STEPS:
        raise IllegalStep(f"没有“{name}”这一步骤。", {"step": name, "steps": list(STEPS)})
    return STEPS[name]


def target_of(name: str, status: Status) -> Status:
    """The status a step leads to from ``status``.

    :raises IllegalStep: the step does not start there; the message says what is possible.
    """
    step = step_named(name)
    if status not in step.sources:
        able = [other.text for other in STEPS.values() if status in other.sources]
        hint = f"现在可以：{'、'.join(able)}" if able else "已没有后续步骤"
        raise IllegalStep(
            f"工单现在是“{status}”，不能{step.text}；{hint}。",
            {"status": str(status), "step": name},
        )
    return step.target or status


def check_role(
    name: str, actor: Actor, unit_code: str | None, co_units: Collection[str] = ()
) -> None:
    """Let the actor take the step on a ticket held by ``unit_code``, or refuse.

    A unit handler acts only on tickets the own unit leads, or helps with where the step is help.

    :raises NotAllowed: the role may never take it, or the ticket is another unit's.
    """
    step = step_named(name)
    if actor.role not in step.roles:
        raise NotAllowed(f"您的角色不能{step.text}。", {"step": name, "roles": sorted(step.roles)})
    if actor.role is Role.UNIT_HANDLER and not _is_theirs(step, actor, unit_code, co_units):
        raise NotAllowed(f"这张工单不在您的单位，不能{step.text}。", {"step": name})


def _is_theirs(step: Step, actor: Actor, unit_code: str | None, co_units: Collection[str]) -> bool:
    if actor.unit is None:
        return False
    return actor.unit in co_units if step.helping else actor.unit == unit_code


def steps_from(
    status: Status, actor: Actor, unit_code: str | None, co_units: Collection[str] = ()
) -> list[str]:
    """Names of the steps this actor may take now, in the dictionary's order."""
    return [
        name
        for name, step in STEPS.items()
        if status in step.sources
        and actor.role in step.roles
        and (actor.role is not Role.UNIT_HANDLER or _is_theirs(step, actor, unit_code, co_units))
    ]
