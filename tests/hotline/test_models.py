"""Switching the deciding model: logged, with a way back; and one decision replayed."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from hotline.city import load_city
from hotline.classifiers import ModelsUnusable, load_classifiers
from hotline.command import app
from hotline.dispatch import Dispatcher
from hotline.errors import InvalidInput
from hotline.model_shelf import ModelShelf, switch_back, switch_model, switches_of_model
from hotline.models import LedgerEntry
from hotline.replay_one import replay_decision
from hotline.settings import hotline_settings
from hotline.switches import load_switches, turn
from tests.hotline.hotline_cast import NOW
from tests.hotline.test_dispatch import MODELS, STALLS


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "shelf")


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The shipped models with a dial that asks for more."""
    folder = tmp_path / "stricter"
    shutil.copytree(MODELS, folder, ignore=shutil.ignore_patterns("embedding", "*.md"))
    thresholds = load_classifiers(MODELS, load_city()).thresholds
    replace(thresholds, auto=1.01, by_category={}).save(folder)
    return folder


def _switch(lite, shelf, wanted):
    with lite.session() as session:
        return switch_model(session, shelf, MODELS, wanted, lite.city, reason="试用新模型",
                            actor="admin", now=NOW)  # fmt: skip


def test_the_first_start_notes_which_model_decides_and_the_next_nothing(lite, shelf):
    for _ in range(2):
        dispatcher = Dispatcher(lite.city, MODELS, lite, shelf=shelf)
    with lite.session(read_only=True) as session:
        (first,) = switches_of_model(session)
    assert (first.before, first.after, first.chosen) == ("", dispatcher.models.digest, False)


def test_a_running_dispatcher_follows_a_switch_and_the_way_back(lite, shelf, stricter):
    dispatcher = Dispatcher(lite.city, MODELS, lite, shelf=shelf)
    shipped = dispatcher.models.digest
    done = _switch(lite, shelf, stricter)
    dispatcher.refresh()
    assert dispatcher.models.digest == done.after != shipped
    assert dispatcher.suggest(STALLS, now=NOW).digests.model == done.after
    shutil.rmtree(stricter)
    restarted = Dispatcher(lite.city, MODELS, lite, shelf=shelf)
    assert restarted.models.digest == done.after
    with lite.session() as session:
        switch_back(session, shelf, lite.city, reason="误派多", actor="admin", now=NOW)
    dispatcher.refresh()
    assert dispatcher.models.digest == shipped
    with lite.session(read_only=True) as session:
        entries = session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind == "model").order_by(LedgerEntry.seq)
        ).all()
        facts = [json.loads(one.content)["facts"] for one in entries]
    assert [one["reason"] for one in facts] == ["首次启用", "试用新模型", "误派多"]


def test_the_model_in_use_cannot_be_switched_to_and_nothing_cannot_be_gone_back_to(lite, shelf):
    with pytest.raises(InvalidInput, match="就是现在用的"):
        _switch(lite, shelf, MODELS)
    with lite.session() as session, pytest.raises(InvalidInput, match="无从退回"):
        switch_back(session, shelf, lite.city, reason="误派多", actor="admin", now=NOW)


def test_a_damaged_model_is_not_switched_to_and_one_damaged_later_leaves_the_old(
    lite, shelf, stricter, tmp_path
):
    with pytest.raises(ModelsUnusable), lite.session() as session:
        switch_model(session, shelf, MODELS, tmp_path / "none", lite.city, reason="试用",
                     actor="admin", now=NOW)  # fmt: skip
    dispatcher = Dispatcher(lite.city, MODELS, lite, shelf=shelf)
    shipped = dispatcher.models.digest
    done = _switch(lite, shelf, stricter)
    (shelf.place(done.after) / "dial.json").write_text("{}", encoding="utf-8")
    dispatcher.refresh()
    assert dispatcher.models.digest == shipped


def test_a_decision_replayed_is_the_same_until_something_it_rests_on_changes(
    lite, shelf, stricter, make
):
    dispatcher = Dispatcher(lite.city, MODELS, lite, shelf=shelf)
    read = dispatcher.suggest(STALLS, now=NOW).model_dump(mode="json")
    with lite.session() as session:
        number = make(session, STALLS, suggestion=read).number
    _switch(lite, shelf, stricter)
    again = replay_decision(lite, number, shelf, MODELS)
    assert again.same, again
    assert not again.changed
    with lite.session() as session:
        forged = {**read, "confidence": 0.11, "dial": "human"}
        other = make(session, STALLS, suggestion=forged).number
        silent = make(session, STALLS).number
    different = replay_decision(lite, other, shelf, MODELS)
    assert {one.part for one in different.differences} >= {"把握"}
    with pytest.raises(InvalidInput, match="没有机器给过的建议"):
        replay_decision(lite, silent, shelf, MODELS)


@pytest.fixture
def run(lite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The command line over the same archive."""
    monkeypatch.setenv("DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SUISHENG_VAR", str(tmp_path))
    monkeypatch.setenv("SUISHENG_MODELS", str(MODELS))
    hotline_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    hotline_settings.cache_clear()


def test_the_commands_switch_go_back_and_replay_one(lite, run, stricter, make):
    done = run("models", "use", str(stricter), "--reason", "试用")
    assert done.exit_code == 0, done.output
    assert run("models", "back", "--reason", "误派多").exit_code == 0
    listed = run("models", "list").output
    assert [listed.index(one) for one in ("误派多", "试用", "首次启用")] == sorted(
        listed.index(one) for one in ("误派多", "试用", "首次启用")
    )
    read = Dispatcher(lite.city, MODELS, lite).suggest(STALLS, now=NOW).model_dump(mode="json")
    with lite.session() as session:
        number = make(session, STALLS, suggestion=read).number
    assert "与当时一致" in run("replay", "--ticket", number).output
    assert isinstance(run("replay").exception, InvalidInput)


def test_the_switches_of_a_past_moment_are_those_of_the_ledger(lite):
    with lite.session() as session:
        turn(session, off=False, reason="试点", actor="admin", now=NOW)
        turn(session, off=True, reason="出错", actor="admin", now=NOW + timedelta(days=2))
        then = load_switches(session, NOW + timedelta(days=1))
        assert (then.on, then.why) == (True, "试点")
        assert not load_switches(session).on
        assert not load_switches(session, NOW - timedelta(days=1)).on
