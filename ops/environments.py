"""Build the two Python environments; do nothing when they are already up to date.

`python3 -m ops.environments [--test]` — needs only a Python 3.11 standard library.
The core environment (`.venv`) carries everything but Rasa; the bot environment
(`.venv-bot`) carries Rasa 3.6.21, which needs Python 3.10.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ops.progress import SetupError, step

ROOT = Path(__file__).resolve().parent.parent
LOG_FOLDER = ROOT / "var" / "log"
PIP = "pip==26.3"
TORCH = "torch==2.13.0"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"


@dataclass(frozen=True)
class Environment:
    """Requirements, the virtual environment they go into, and whether that is done."""

    name: str
    folder: Path
    requirements: Path
    constraints: Path
    torch_first: bool = False

    @property
    def python(self) -> Path:
        """The interpreter inside the environment."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """The file that says from what this was built."""
        return self.folder / f".built-{self.name}"

    def fingerprint(self, interpreter: str) -> str:
        """Digest of interpreter and requirement files; changes when a rebuild is due."""
        digest = hashlib.sha256(interpreter.encode())
        for file in (self.requirements, self.constraints):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def is_current(self, interpreter: str) -> bool:
        """Whether the environment was built from exactly these requirement files."""
        return self.stamp.exists() and self.stamp.read_text() == self.fingerprint(interpreter)


CORE = Environment(
    "core", ROOT / ".venv", ROOT / "requirements.txt", ROOT / "constraints.txt", torch_first=True
)
TEST = Environment("test", ROOT / ".venv", ROOT / "requirements-test.txt", ROOT / "constraints.txt")
BOT = Environment(
    "bot", ROOT / ".venv-bot", ROOT / "bot" / "requirements.txt", ROOT / "bot" / "constraints.txt"
)


def find_python310() -> str:
    """Path of a Python 3.10: `PYTHON310`, the PATH, pyenv, then uv.

    Raises SetupError when there is none: on 3.11 pip would silently take Rasa 1.10.
    """
    candidates = [os.environ.get("PYTHON310"), shutil.which("python3.10")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates += sorted(map(str, pyenv.glob("3.10*/bin/python3.10")), reverse=True)
    if uv := shutil.which("uv"):
        found = subprocess.run(
            [uv, "python", "find", "3.10"], capture_output=True, text=True, check=False
        )
        candidates.append(found.stdout.strip() or None)
    for candidate in candidates:
        if candidate and is_python310(candidate):
            return candidate
    raise SetupError(
        "Rasa 3.6 needs Python 3.10 and none was found: install one "
        "(for example `pyenv install 3.10` or `uv python install 3.10`) "
        "or set PYTHON310=/path/to/python3.10, then run again."
    )


def is_python310(path: str) -> bool:
    """Whether the interpreter at `path` starts and says it is 3.10."""
    try:
        shown = subprocess.run(
            [path, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return shown.stdout.split() == ["3", "10"]


def build(environment: Environment, interpreter: str) -> None:
    """Create or update one environment.

    A failed build leaves no stamp, so the next run tries again.
    """
    environment.stamp.unlink(missing_ok=True)
    log = LOG_FOLDER / f"install-{environment.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        run_logged([interpreter, "-m", "venv", str(environment.folder)], environment, output)
        pip = [str(environment.python), "-m", "pip", "install", "--disable-pip-version-check"]
        run_logged([*pip, "--upgrade", PIP], environment, output)
        if environment.torch_first:
            run_logged([*pip, *torch_arguments()], environment, output)
        files = ["-r", str(environment.requirements), "-c", str(environment.constraints)]
        run_logged([*pip, *files], environment, output)
    environment.stamp.write_text(environment.fingerprint(interpreter))


def torch_arguments() -> list[str]:
    """What pip installs torch from: the CPU index where it can be reached.

    Asked of the default index on Linux, torch brings gigabytes of CUDA libraries
    that nothing here uses.
    """
    try:
        with urllib.request.urlopen(f"{TORCH_CPU_INDEX}/torch/", timeout=4):  # noqa: S310
            return [TORCH, "--extra-index-url", TORCH_CPU_INDEX]
    except OSError:
        return [TORCH]


def run_logged(command: list[str], environment: Environment, output: object) -> None:
    """Run one install command, its output going to the log."""
    finished = subprocess.run(
        command,
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,  # type: ignore[call-overload]
    )
    if finished.returncode:
        raise SetupError(
            f"Installing the {environment.name} environment failed at "
            f"`{' '.join(command[:4])} …`: check the network, read "
            f"var/log/install-{environment.name}.log, then run again."
        )


def prepare(*, test: bool = False) -> None:
    """Build both environments, side by side, whichever is out of date."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for whoever has an older one
        raise SetupError("Suisheng needs Python 3.11 or newer as python3; this one is older.")
    python310 = find_python310()
    build_due([(CORE, sys.executable), (BOT, python310)])
    if test:
        build_due([(TEST, sys.executable)])


def build_due(jobs: list[tuple[Environment, str]]) -> None:
    """Build those that are out of date, side by side."""
    due = [
        (environment, python) for environment, python in jobs if not environment.is_current(python)
    ]
    if not due:
        return
    names = " and ".join(environment.name for environment, _ in due)
    with step(f"installing the {names} packages"), ThreadPoolExecutor(len(due)) as pool:
        for job in [pool.submit(build, *pair) for pair in due]:
            job.result()


def main() -> int:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", action="store_true", help="with the test tools")
    arguments = parser.parse_args()
    try:
        prepare(test=arguments.test)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
