"""Everything started as `make run` starts it, on other ports and an empty database."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ops.bot_model import train_if_needed
from ops.environments import BOT
from ops.launch import running


@dataclass(frozen=True)
class Hotline:
    """Addresses of a running hotline."""

    citizens: str
    desk: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    if not BOT.python.exists():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("the bot environment is missing: run `make test`")
    folder = tmp_path_factory.mktemp("hotline")
    ports = {name: str(free_port()) for name in ("API", "RASA", "ACTIONS", "DESK")}
    with pytest.MonkeyPatch.context() as patch:
        for name, port in ports.items():
            patch.setenv(f"SUISHENG_{name}_PORT", port)
        patch.setenv("SUISHENG_DEMO", "1")
        patch.setenv("SUISHENG_DEMO_UNIT", "tianhe-shipai")
        patch.setenv("SUISHENG_VAR", str(folder))
        patch.setenv("DATABASE_URL", f"sqlite:///{folder / 'hotline.db'}")
        train_if_needed()
        with running():
            yield Hotline(f"http://127.0.0.1:{ports['API']}", f"http://127.0.0.1:{ports['DESK']}")
