"""Commands on the live store: the nightly run, the joining of new tickets, the watch."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from rich.console import Console

from analytics.alarm_desk import watch
from analytics.consolidation import WINDOW_DAYS, consolidate
from analytics.live import LiveGroups
from hotline.store import open_store

_console = Console(stderr=True)
Days = Annotated[int, typer.Option(min=1, help="看最近多少天的工单")]


def consolidate_groups(days: Days = WINDOW_DAYS) -> None:
    """Run the nightly consolidation once."""
    store = open_store()
    started = time.monotonic()
    done = consolidate(store, window_days=days)
    store.close()
    _console.print(
        f"{done.tickets} 件，{done.groups} 组，{done.singles} 件单独，"
        f"{len(done.events)} 项变化；用时 {time.monotonic() - started:.1f} 秒。"
    )


def live_groups(
    every: Annotated[float, typer.Option(min=0.1, help="每隔几秒看一次")] = 5.0,
    days: Days = WINDOW_DAYS,
    rounds: Annotated[int, typer.Option(min=0, help="看几次就停，0 为一直看")] = 0,
) -> None:
    """Consolidate, then place new tickets and watch for alarms until stopped."""
    store = open_store()
    live = LiveGroups(store, consolidate(store, window_days=days).frame, days)
    looked = 0
    while True:
        live.catch_up()
        raised = watch(store).raised
        if raised:
            _console.print(f"{len(raised)} 条新预警")
        looked += 1
        if rounds and looked >= rounds:
            break
        time.sleep(every)
    store.close()


def watch_once() -> None:
    """Look for sudden rises and watch-words once."""
    store = open_store()
    found = watch(store)
    store.close()
    _console.print(
        f"{len(found.raised)} 条新预警；判定线 {found.calibration.level:g}，"
        f"回放 {found.calibration.weeks} 周，每周约 {found.calibration.per_week} 条误报以内。"
    )
