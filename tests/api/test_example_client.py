"""The example in ``examples/`` is run as a reader would run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.api.test_progress_events import Served, served
from tests.api.wechat.test_official import picture

__all__ = ["served"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "citizen_client.py"


def test_the_example_client_walks_the_whole_way(served: Served, tmp_path: Path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture())
    command = [sys.executable, str(EXAMPLE), "--api", served.address, "--photo", str(photo)]
    done = subprocess.run(
        [*command, "--follow", "0"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "居住证" in done.stdout
    assert "工单 GZ" in done.stdout
    assert "您的诉求已受理" in done.stdout or "已派" in done.stdout
