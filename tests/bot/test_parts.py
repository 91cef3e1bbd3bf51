"""Components and actions of the bot, each checked in its own environment (see inside.py)."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest

from ops.bot_model import bot_environment_variables
from ops.environments import BOT, ROOT

pytestmark = pytest.mark.rasa
INSIDE = Path(__file__).with_name("inside.py")
CHECKS = [
    node.name
    for node in ast.parse(INSIDE.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    if not BOT.python.exists():
        pytest.skip(f"no bot environment: {BOT.python} is missing, run `make environments`")
    done = subprocess.run(
        [str(BOT.python), "-W", "ignore", "-m", "tests.bot.inside"],
        cwd=ROOT,
        env={**bot_environment_variables(), "SUISHENG_VAR": str(tmp_path_factory.mktemp("var"))},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"name"')]
    assert lines, done.stderr[-2000:]
    return {item["name"]: item["wrong"] for item in map(json.loads, lines)}


@pytest.mark.parametrize("check", CHECKS)
def test_part_of_the_bot(check: str, results: dict[str, str | None]) -> None:
    assert results[check] is None, results[check]
