"""The trained bot, played against a server that follows the contract, and by `rasa test`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ops.bot_model import bot_environment_variables, train_if_needed
from ops.environments import BOT, ROOT

pytestmark = pytest.mark.rasa
HERE = Path(__file__).resolve().parent


def in_bot_environment(*command: str, seconds: int = 240) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BOT.python), "-W", "ignore", *command],
        cwd=ROOT,
        env=bot_environment_variables(),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@pytest.fixture(scope="session", autouse=True)
def model() -> None:
    if not BOT.python.exists():
        pytest.skip(f"no bot environment: {BOT.python} is missing, run `make environments`")
    train_if_needed()


@pytest.fixture(scope="session")
def played() -> dict[str, list[str]]:
    done = in_bot_environment("-m", "tests.bot.play")
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"name"')]
    assert lines, done.stderr[-2000:]
    return {item["name"]: item["wrong"] for item in map(json.loads, lines)}


def written() -> Iterator[dict[str, object]]:
    for file in sorted((HERE / "conversations").glob("*.yml")):
        yield from yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [str(talk["name"]) for talk in written()])
def test_conversation_goes_as_written(name: str, played: dict[str, list[str]]) -> None:
    assert played[name] == []


def test_at_least_120_conversations_and_30_of_them_unhappy() -> None:
    talks = list(written())
    assert len(talks) >= 120
    assert sum(bool(talk.get("unhappy")) for talk in talks) >= 30
    assert len({talk["name"] for talk in talks}) == len(talks)


def test_rasa_test_finds_no_wrong_prediction(tmp_path: Path) -> None:
    done = in_bot_environment(
        *("-m", "rasa", "test", "core", "--model", "bot/models/suisheng.tar.gz"),
        *("--stories", "tests/bot/stories", "--endpoints", "bot/endpoints.yml"),
        *("--out", str(tmp_path), "--fail-on-prediction-errors", "--no-plot"),
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def test_domain_and_data_are_valid_without_a_warning() -> None:
    done = in_bot_environment(
        *("-m", "rasa", "data", "validate", "--config", "config.yml", "--domain", "bot/domain"),
        *("--data", "bot/data", "--fail-on-warnings"),
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    assert "UserWarning" not in done.stdout + done.stderr
