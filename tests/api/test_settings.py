from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings
from hotline.settings import HotlineSettings

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
LINE = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)
SECRET = "0123456789abcdef0123"


def variable_of(name: str) -> str:
    return "DATABASE_URL" if name == "database_url" else f"SUISHENG_{name.upper()}"


def test_every_setting_is_in_the_example_and_vice_versa():
    named = [name for name, _ in LINE.findall(EXAMPLE.read_text())]
    assert len(named) == len(set(named))
    known = {
        variable_of(name) for kind in (Settings, HotlineSettings) for name in kind.model_fields
    }
    assert known <= set(named)
    # The launcher, the desk and the bot read a few variables of their own.
    elsewhere = " ".join(
        path.read_text()
        for room in ("ops", "dashboard", "bot")
        for path in (EXAMPLE.parent / room).rglob("*.py")
    )
    read = set(re.findall(r"SUISHENG_[A-Z_]+[A-Z]", elsewhere))
    ports = {f"SUISHENG_{name}_PORT" for name in ("DESK", "API", "RASA", "ACTIONS")}
    assert read <= set(named)
    assert set(named) - known <= read | ports


def test_the_example_holds_the_defaults():
    text = EXAMPLE.read_text()
    given = dict(LINE.findall(text.replace("SUISHENG_DEMO=0", "SUISHENG_DEMO=1")))
    names = {variable_of(name): name for name in Settings.model_fields}
    from_example = Settings(
        _env_file=None,
        **{names[key]: value for key, value in given.items() if value and key in names},
    )
    assert from_example == Settings(_env_file=None, demo=True)


def test_default_secrets_refuse_to_start_outside_demo_mode(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SUISHENG_DEMO", raising=False)
    with pytest.raises(ValidationError, match="SUISHENG_SERVICE_TOKEN"):
        Settings(_env_file=None)
    with pytest.raises(ValidationError, match="SUISHENG_SERVICE_TOKEN"):
        Settings(_env_file=None, service_token="short")
    assert Settings(_env_file=None, service_token=SECRET).demo is False


def test_an_address_outside_this_machine_is_refused_unless_allowed():
    for host in ("0.0.0.0", "192.168.1.5", "example.org", "::"):
        with pytest.raises(ValidationError, match="SUISHENG_ALLOW_PUBLIC"):
            Settings(_env_file=None, demo=True, host=host)
    assert Settings(_env_file=None, demo=True, host="0.0.0.0", allow_public=True)
    assert Settings(_env_file=None, demo=True, host="::1")


def test_lists_come_comma_separated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SUISHENG_ALLOWED_HOSTS", "a.example, b.example")
    assert Settings(_env_file=None, demo=True).allowed_hosts == ("a.example", "b.example")


def test_secrets_are_not_printed():
    assert SECRET not in repr(Settings(_env_file=None, service_token=SECRET))


def test_an_unusable_setting_ends_in_a_sentence_not_a_traceback(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "api"],
        cwd=EXAMPLE.parent,
        env={"PATH": "/usr/bin", "SUISHENG_HOST": "0.0.0.0", "SUISHENG_DEMO": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "SUISHENG_ALLOW_PUBLIC=1" in done.stderr
    assert "Traceback" not in done.stderr
