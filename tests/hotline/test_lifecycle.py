"""Every pair of status and step, every pair of role and step, legal or not."""

from __future__ import annotations

import itertools

import pytest

from hotline.errors import IllegalStep, NotAllowed
from hotline.lifecycle import (
    NEXT_STEPS,
    SENTENCES,
    STEPS,
    Actor,
    Role,
    Status,
    check_role,
    step_named,
    steps_from,
    target_of,
)

# Written out a second time on purpose: whoever changes the dictionary must mean it.
LEGAL = {
    ("待派单", "dispatch"): "已派单",
    ("待派单", "void"): "已作废",
    ("待派单", "add"): "待派单",
    ("待派单", "supervise"): "待派单",
    ("已派单", "sign"): "已签收",
    ("已派单", "redispatch"): "已派单",
    ("已派单", "void"): "已作废",
    ("已派单", "add"): "已派单",
    ("已派单", "extend"): "已派单",
    ("已派单", "supervise"): "已派单",
    ("已签收", "start"): "办理中",
    ("已签收", "return"): "待派单",
    ("已签收", "redispatch"): "已派单",
    ("已签收", "void"): "已作废",
    ("已签收", "add"): "已签收",
    ("已签收", "extend"): "已签收",
    ("已签收", "supervise"): "已签收",
    ("办理中", "close"): "已办结",
    ("办理中", "redispatch"): "已派单",
    ("办理中", "void"): "已作废",
    ("办理中", "add"): "办理中",
    ("办理中", "extend"): "办理中",
    ("办理中", "supervise"): "办理中",
    ("已办结", "callback"): "已回访",
    ("已办结", "reopen"): "已办结",
    ("已办结", "rate"): "已办结",
    ("已回访", "reopen"): "已回访",
    ("已回访", "rate"): "已回访",
    **{(status, "contribute"): status for status in ("已派单", "已签收", "办理中")},
    **{("待派单", step): "待派单" for step in ("review", "split")},
    **{(status, "repeat"): status for status in ("待派单", "已派单", "已签收", "办理中")},
    **{(str(status), "link"): str(status) for status in Status},
}
HELPING = {"contribute"}
ALLOWED = {
    "dispatch": {"dispatcher", "manager", "machine"},
    "sign": {"unit_handler"},
    "start": {"unit_handler"},
    "close": {"unit_handler"},
    "return": {"unit_handler"},
    "redispatch": {"dispatcher", "manager"},
    "void": {"dispatcher", "manager"},
    "callback": {"agent", "dispatcher", "manager"},
    "reopen": {"citizen", "agent", "dispatcher", "manager"},
    "rate": {"citizen", "agent"},
    "add": {"citizen", "agent", "dispatcher"},
    "extend": {"unit_handler", "dispatcher", "manager"},
    "supervise": {"dispatcher", "manager"},
    "contribute": {"unit_handler"},
    "review": {"dispatcher", "manager"},
    "split": {"dispatcher", "manager"},
    "repeat": {"agent", "dispatcher", "manager"},
    "link": {"agent", "dispatcher", "manager"},
}


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Status, STEPS)))
def test_a_step_leads_where_it_should_or_is_refused(status, step):
    if (status, step) in LEGAL:
        assert target_of(step, status) == LEGAL[status, step]
    else:
        with pytest.raises(IllegalStep) as refusal:
            target_of(step, status)
        assert status in refusal.value.message
        assert refusal.value.message.endswith("。")


@pytest.mark.parametrize(("role", "step"), list(itertools.product(Role, STEPS)))
def test_a_role_may_take_a_step_or_is_refused(role, step):
    actor = Actor("somebody", role, unit="u1")
    if role in ALLOWED[step]:
        check_role(step, actor, "u1", ["u1"])
    else:
        with pytest.raises(NotAllowed):
            check_role(step, actor, "u1", ["u1"])


@pytest.mark.parametrize("step", [name for name in STEPS if "unit_handler" in ALLOWED[name]])
@pytest.mark.parametrize("holder", ["u2", None])
def test_a_unit_handler_is_kept_to_the_own_unit(step, holder):
    with pytest.raises(NotAllowed, match="不在您的单位"):
        check_role(step, Actor("somebody", Role.UNIT_HANDLER, unit="u1"), holder, ["u2"])


def test_a_co_unit_helps_and_does_nothing_else():
    helper = Actor("somebody", Role.UNIT_HANDLER, unit="u2")
    for status in Status:
        offered = set(steps_from(status, helper, "u1", ["u2"]))
        assert offered == {step for state, step in LEGAL if state == status and step in HELPING}


def test_steps_on_offer_are_exactly_the_legal_ones_of_the_role():
    for status, role in itertools.product(Status, Role):
        offered = set(steps_from(status, Actor("somebody", role, unit="u1"), "u1", ["u1"]))
        legal = {step for state, step in LEGAL if state == status and role in ALLOWED[step]}
        assert offered == legal


def test_an_unknown_step_is_named_in_the_refusal():
    with pytest.raises(IllegalStep, match="forward"):
        step_named("forward")


def test_every_status_has_a_sentence_and_a_next_step_for_the_citizen():
    assert set(SENTENCES) == set(NEXT_STEPS) == set(Status)
    assert all(sentence.endswith("。") for sentence in SENTENCES.values())
