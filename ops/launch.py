"""Start everything and keep it running until Ctrl-C: `python -m ops.launch`.

Starts API, analytics, Rasa actions, Rasa server and Streamlit on loopback, waits until each
answers, prints the addresses. When one of them ends by itself, all end.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from ops.bot_model import bot_environment_variables, train_if_needed
from ops.environments import BOT, CORE, ROOT
from ops.progress import SetupError, step

LOG_FOLDER = ROOT / "var" / "log"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Service:
    """A process of ours: how it starts and the address at which it answers.

    One without a `port` answers nobody: it works on the database alone.
    """

    name: str
    port: int
    command: tuple[str, ...]
    answers_at: str
    patience: int = 90
    bot: bool = False

    @property
    def log(self) -> str:
        """The file its output goes to, from the project's root."""
        return f"var/log/{self.name}.log"


def port(name: str, default: int) -> int:
    """A port from `SUISHENG_<NAME>_PORT`, else the default."""
    return int(os.environ.get(f"SUISHENG_{name}_PORT", default))


def services() -> list[Service]:
    """The five processes, in the order they start."""
    api, rasa = port("API", 8000), port("RASA", 5005)
    actions, desk = port("ACTIONS", 5055), port("DESK", 8501)
    core, bot = str(CORE.python), str(BOT.python)
    return [
        Service("api", api, (core, "-m", "api"), "/v1/health"),
        Service("analytics", 0, (core, "-m", "analytics", "live"), ""),
        Service("actions", actions, (bot, "-m", "bot.actions.server"), "/health", bot=True),
        Service(
            "rasa",
            rasa,
            (
                *(bot, "-m", "rasa", "run", "--model", "bot/models/suisheng.tar.gz"),
                *("--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml"),
                *("--interface", LOOPBACK, "--port", str(rasa)),
            ),
            "/",
            patience=180,
            bot=True,
        ),
        Service(
            "desk",
            desk,
            (
                *(core, "-m", "streamlit", "run", "app.py", "--server.headless=true"),
                *(f"--server.address={LOOPBACK}", f"--server.port={desk}"),
                "--browser.gatherUsageStats=false",
            ),
            "/_stcore/health",
        ),
    ]


def require_free_ports(wanted: list[Service]) -> None:
    """Raise SetupError naming the first port something else already uses."""
    for service in wanted:
        if not service.port:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, service.port))
            except OSError as error:
                raise SetupError(
                    f"Port {service.port} ({service.name}) is already in use: stop what runs there "
                    f"or set SUISHENG_{service.name.upper()}_PORT to a free port, then run again."
                ) from error


def start(service: Service) -> subprocess.Popen[bytes]:
    """Start one service in its own process group, output to its log."""
    variables = bot_environment_variables() if service.bot else dict(os.environ)
    with (ROOT / service.log).open("wb") as output:
        return subprocess.Popen(
            service.command,
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_it_answers(service: Service, process: subprocess.Popen[bytes]) -> None:
    """Return once the service answers HTTP; raise SetupError if it ends or stays silent."""
    if not service.port:
        return
    deadline = time.monotonic() + service.patience
    url = f"http://{LOOPBACK}:{service.port}{service.answers_at}"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(f"{service.name} ended while starting: read {service.log}.")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    raise SetupError(
        f"{service.name} did not answer within {service.patience} s: read {service.log}."
    )


@contextmanager
def running() -> Iterator[list[tuple[Service, subprocess.Popen[bytes]]]]:
    """Start all services; whatever happens, end every one of them afterwards."""
    wanted = services()
    require_free_ports(wanted)
    LOG_FOLDER.mkdir(parents=True, exist_ok=True)
    started: list[tuple[Service, subprocess.Popen[bytes]]] = []
    try:
        with step("starting API, conversation and desk"):
            started.extend((service, start(service)) for service in wanted)
            for service, process in started:
                wait_until_it_answers(service, process)
        yield started
    finally:
        end([process for _, process in started])


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process group to end, then make it."""
    for send in (signal.SIGTERM, signal.SIGKILL):
        alive = [process for process in processes if process.poll() is None]
        for process in alive:
            os.killpg(process.pid, send)
        for process in alive:
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                continue


def prepare_data() -> None:
    """Bring the database up to date and, in demo mode, fill it once."""
    commands: list[tuple[str, tuple[str, ...]]] = [
        ("preparing the database", ("hotline", "migrate"))
    ]
    if os.environ["SUISHENG_DEMO"] == "1":
        commands.append(("preparing the demo archive", ("hotline", "demo", "--if-empty")))
    for title, module in commands:
        with step(title):
            finished = subprocess.run(
                [str(CORE.python), "-m", *module], cwd=ROOT, capture_output=True, check=False
            )
            if finished.returncode:
                print(finished.stderr.decode(errors="replace"), file=sys.stderr)
                raise SetupError(f"{title.capitalize()} failed; the message above says why.")


def watch(started: list[tuple[Service, subprocess.Popen[bytes]]]) -> NoReturn:
    """Look every second; raise SetupError as soon as one of the services has ended."""
    while True:
        for service, process in started:
            if process.poll() is not None:
                raise SetupError(f"{service.name} ended by itself: read {service.log}.")
        time.sleep(1)


def stop_like_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    """Treat a polite kill like Ctrl-C, so that nothing is left running."""
    raise KeyboardInterrupt


def take_over_settings_file() -> None:
    """Put the settings of `.env` into the environment, so that every process sees the same.

    What the environment already says wins; empty values are left out.
    """
    file = ROOT / ".env"
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        name, sign, value = line.partition("=")
        if sign and value.strip() and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def main() -> int:
    """Prepare, start, wait."""
    take_over_settings_file()
    os.environ.setdefault("SUISHENG_DEMO", "1")
    if "SUISHENG_CITY" not in os.environ:
        os.environ.setdefault("SUISHENG_DEMO_UNIT", "tianhe-shipai")
    signal.signal(signal.SIGTERM, stop_like_ctrl_c)
    try:
        prepare_data()
        train_if_needed()
        with running() as started:
            addresses = {
                service.name: f"http://{LOOPBACK}:{service.port}" for service, _ in started
            }
            print(f"\n  市民页面    {addresses['api']}/")
            print(f"  工作台      {addresses['desk']}/")
            print(f"  接口说明    {addresses['api']}/v1/openapi.json")
            if os.environ["SUISHENG_DEMO"] == "1":
                print("  演示账号    dispatcher / demo-dispatcher（其余见 README）")
            print("\n  Ctrl-C 停止全部服务。", flush=True)
            watch(started)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n  已停止。", file=sys.stderr)
        return 0


if __name__ == "__main__":
    sys.exit(main())
