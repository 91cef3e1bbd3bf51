"""Train the Rasa model when its inputs changed: `python -m ops.bot_model`."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from ops.environments import BOT, ROOT
from ops.progress import SetupError, step

MODEL = ROOT / "bot" / "models" / "suisheng.tar.gz"
DIGEST = MODEL.with_name("suisheng.inputs.sha256")
LOG = ROOT / "var" / "log" / "rasa-train.log"


def input_files() -> list[Path]:
    """Every file the trained model depends on, in a fixed order."""
    bot = ROOT / "bot"
    city = Path(os.environ.get("SUISHENG_CITY") or ROOT / "city")
    files = [ROOT / "config.yml", city / "dictionary.txt", bot / "constraints.txt"]
    for folder, pattern in (("domain", "*.yml"), ("data", "*.yml"), ("components", "*.py")):
        files += sorted((bot / folder).rglob(pattern))
    files += sorted((city / "messages").glob("*.csv"))
    return files


def inputs_digest() -> str:
    """SHA-256 over names and contents of the input files."""
    digest = hashlib.sha256()
    for file in input_files():
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def train_if_needed() -> None:
    """Train unless a model of exactly these inputs is there.

    Raises SetupError naming the log when Rasa fails; the previous model stays in place.
    """
    wanted = inputs_digest()
    if MODEL.exists() and DIGEST.exists() and DIGEST.read_text() == wanted:
        return
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    command = [str(BOT.python), "-m", "rasa", "train", "--config", "config.yml"]
    command += ["--domain", "bot/domain", "--data", "bot/data", "--out", "bot/models"]
    command += ["--fixed-model-name", "suisheng", "--force"]
    with step("training the conversation model"), LOG.open("w") as output:
        finished = subprocess.run(
            command,
            cwd=ROOT,
            env=bot_environment_variables(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if finished.returncode or not MODEL.exists():
        raise SetupError(
            "Training the Rasa model failed: read var/log/rasa-train.log, mend the file it "
            "names under bot/ or config.yml, then run again."
        )
    DIGEST.write_text(wanted)


def bot_environment_variables() -> dict[str, str]:
    """Environment of every Rasa process: own modules importable, no telemetry."""
    conversations = Path(os.environ.get("SUISHENG_VAR") or ROOT / "var") / "conversations.db"
    return {
        "SUISHENG_BOT_DATABASE_URL": f"sqlite:///{conversations.resolve()}",
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SUISHENG_ACTIONS_PORT": os.environ.get("SUISHENG_ACTIONS_PORT", "5055"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


if __name__ == "__main__":
    try:
        train_if_needed()
    except SetupError as error:
        sys.exit(str(error))
