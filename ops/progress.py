"""One line per step on the terminal, with the seconds it took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class SetupError(Exception):
    """A set-up step failed; the message is one sentence that says what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title` with a running second counter until the block ends.

    On a terminal the line is rewritten each second; elsewhere (a log, CI) a start
    and an end line are printed.
    """
    started = time.monotonic()
    done = threading.Event()
    live = sys.stderr.isatty()

    def tick() -> None:
        while not done.wait(1):
            print(f"\r  {title} … {time.monotonic() - started:.0f} s", end="", file=sys.stderr)

    if live:
        threading.Thread(target=tick, daemon=True).start()
    else:
        print(f"  {title} …", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        done.set()
    lead = "\r" if live else ""
    print(f"{lead}  {title} ✓ {time.monotonic() - started:.0f} s   ", file=sys.stderr, flush=True)
