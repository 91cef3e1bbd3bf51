"""All steps of a ticket's life by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from inspect import Parameter, signature
from typing import Any

from sqlalchemy.orm import Session

from hotline.assigning import dispatch, redispatch, review, send_back, void
from hotline.co_units import contribute
from hotline.errors import IllegalStep, InvalidInput
from hotline.handling import call_back, close, extend, sign, start, supervise
from hotline.lifecycle import Actor
from hotline.linking import link, repeat, split
from hotline.models import Ticket

EMPTY = Parameter.empty

_BY_NAME: Mapping[str, Callable[..., Ticket]] = {
    "dispatch": dispatch,
    "sign": sign,
    "start": start,
    "close": close,
    "return": send_back,
    "redispatch": redispatch,
    "void": void,
    "callback": call_back,
    "extend": extend,
    "supervise": supervise,
    "contribute": contribute,
    "review": review,
    "split": split,
    "repeat": repeat,
    "link": link,
}


def take_step(
    session: Session,
    name: str,
    number: str,
    actor: Actor,
    expected_version: int,
    data: Mapping[str, Any],
    now: datetime | None = None,
) -> Ticket:
    """A desk step by its name in the API; ``data`` holds that step's own fields.

    :raises InvalidInput: a field is missing or not one of the step's.
    """
    if name not in _BY_NAME:
        raise IllegalStep(f"没有“{name}”这一步骤。", {"steps": list(_BY_NAME)})
    function = _BY_NAME[name]
    optional = {parameter.name for parameter in _own_fields(function) if parameter.default != EMPTY}
    allowed = {parameter.name for parameter in _own_fields(function)}
    needed = allowed - optional
    if wrong := (set(data) - allowed) | (needed - set(data)):
        raise InvalidInput(
            f"“{name}”这一步的字段不对：{'、'.join(sorted(wrong))}。", {"fields": sorted(wrong)}
        )
    return function(session, number, actor, expected_version, now=now, **data)


def _own_fields(function: Callable[..., Ticket]) -> list[Parameter]:
    return [
        parameter
        for parameter in signature(function).parameters.values()
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.name != "now"
    ]
