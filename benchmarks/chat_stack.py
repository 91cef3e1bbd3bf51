"""API, actions and Rasa as processes of their own, for `benchmarks/chat.py`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import yaml

from ops.bot_model import MODEL, bot_environment_variables, train_if_needed
from ops.environments import BOT, CORE, ROOT

LOOPBACK = "127.0.0.1"
PATIENCE = 180
DEFAULT_MODEL = ROOT / "var" / "benchmarks" / "default.tar.gz"
DEFAULT_PIPELINE = [
    {"name": "JiebaTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 10, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3},
]
"""Ten epochs: fewer than the default 100 make training shorter and reading no faster."""


@dataclass(frozen=True)
class Variant:
    """One way to run the conversation."""

    name: str
    rasa_processes: int = 1
    default_pipeline: bool = False

    def missing(self) -> str | None:
        """Return what this machine lacks, ``None`` when nothing."""
        if self.rasa_processes > 1 and not shutil.which("redis-server"):
            return "redis-server is not installed"
        return None


OURS = Variant("ours")
DEFAULT = Variant("default", default_pipeline=True)
TWO = Variant("two", rasa_processes=2)


class Stack:
    """All processes of one variant, with files of their own in ``folder``."""

    def __init__(self, variant: Variant, folder: Path) -> None:
        self._variant = variant
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        first = int(os.environ.get("SUISHENG_BENCHMARK_PORT", "0"))
        taken = [first + n if first else _free_port() for n in range(4)]
        self._ports = dict(zip(("API", "RASA", "ACTIONS", "REDIS"), taken, strict=True))
        self.api = f"http://{LOOPBACK}:{self._ports['API']}"

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by the name of the part."""
        return {name: process.pid for name, process in self._processes.items()}

    def __enter__(self) -> Stack:
        """Start everything and wait until it answers."""
        model = _default_model() if self._variant.default_pipeline else _own_model()
        endpoints = "bot/endpoints.yml"
        if self._variant.rasa_processes > 1:
            endpoints = "bot/endpoints.redis.yml"
            self._start("redis", "redis-server", "--port", str(self._ports["REDIS"]), "--save", "")
        self._start("api", str(CORE.python), "-m", "api")
        self._start("actions", str(BOT.python), "-m", "bot.actions.server")
        self._start(
            "rasa",
            *(str(BOT.python), "-m", "rasa", "run", "--model", str(model)),
            *("--endpoints", endpoints, "--credentials", "bot/credentials.yml"),
            *("--interface", LOOPBACK, "--port", str(self._ports["RASA"])),
        )
        self._wait("api", f"{self.api}/v1/health")
        self._wait("actions", f"http://{LOOPBACK}:{self._ports['ACTIONS']}/health")
        self._wait("rasa", f"http://{LOOPBACK}:{self._ports['RASA']}/")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything."""
        for process in self._processes.values():
            os.killpg(process.pid, 15)
        for process in self._processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)

    def _start(self, name: str, *command: str) -> None:
        limits = ("CHAT", "CLIENT", "ADDRESS", "GUESSES")
        environment = {
            **bot_environment_variables(),
            **{f"SUISHENG_{part}_PORT": str(port) for part, port in self._ports.items()},
            **{f"SUISHENG_{limit}_PER_MINUTE": "0" for limit in limits},
            "SUISHENG_DEMO": "1",
            "SUISHENG_VAR": str(self._folder),
            "DATABASE_URL": f"sqlite:///{self._folder / 'suisheng.db'}",
            "SUISHENG_REDIS_HOST": LOOPBACK,
            "SANIC_WORKERS": str(self._variant.rasa_processes),
        }
        with (self._folder / f"{name}.log").open("wb") as output:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait(self, name: str, url: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._processes[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.3)
        raise SystemExit(
            f"{name} did not start:\n{(self._folder / f'{name}.log').read_text()[-2000:]}"
        )


def processor_seconds(pid: int) -> float:
    """Return the processor time a process group has used so far (Linux ``/proc``)."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _own_model() -> Path:
    train_if_needed()
    return MODEL


def _default_model() -> Path:
    """Train the same rules behind Rasa's default Chinese pipeline, once."""
    own = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config = DEFAULT_MODEL.with_name("config.yml")
    DEFAULT_MODEL.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({**own, "pipeline": DEFAULT_PIPELINE}, allow_unicode=True)
    if DEFAULT_MODEL.exists() and config.exists() and config.read_text(encoding="utf-8") == text:
        return DEFAULT_MODEL
    config.write_text(text, encoding="utf-8")
    command = [str(BOT.python), "-m", "rasa", "train", "--config", str(config), "--force"]
    command += ["--domain", "bot/domain", "--data", "bot/data"]
    command += ["--out", str(DEFAULT_MODEL.parent), "--fixed-model-name", DEFAULT_MODEL.name[:-7]]
    print("training the default pipeline …", file=sys.stderr)
    subprocess.run(
        command, cwd=ROOT, env=bot_environment_variables(), check=True, capture_output=True
    )
    return DEFAULT_MODEL


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
