"""Commands on the live store: the nightly run, the joining of new tickets, the watch."""

from __future__ import annotations

import signal
import time
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from analytics.consolidation import WINDOW_DAYS, consolidate
from analytics.watching import watch
from analytics.worker import Turn, Worker
from hotline.store import open_store

_console = Console(stderr=True)
PATIENCE = 5.0
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
    every: Annotated[float, typer.Option(min=0.1, help="每隔几秒看一次")] = 1.0,
    days: Days = WINDOW_DAYS,
    rounds: Annotated[int, typer.Option(min=0, help="看几次就停，0 为一直看")] = 0,
) -> None:
    """Place new tickets, watch for alarms, consolidate every night, until stopped."""
    # A polite kill gives the duty back, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    store = open_store()
    worker = Worker(store, days)
    looked = 0
    try:
        while True:
            try:
                _tell(worker.turn())
            except SQLAlchemyError as error:
                # Its message may hold a citizen's words.
                _console.print(f"数据库暂时不可用（{type(error).__name__}），稍后再试。")
                time.sleep(PATIENCE)
            looked += 1
            if looked == rounds:
                break
            time.sleep(every)
    except KeyboardInterrupt:
        _console.print("已停止。")
    finally:
        worker.stop()
        store.close()


def _tell(done: Turn) -> None:
    """Say what a look did, if anything."""
    if done.consolidated:
        _console.print(f"归并 {done.consolidated.tickets} 件，{done.consolidated.groups} 组。")
    if done.places:
        kinds = Counter(place.outcome for place in done.places)
        _console.print(
            f"新到 {len(done.places)} 件：并入 {kinds['joined']}，成组 {kinds['founded']}，"
            f"单件 {kinds['single']}。"
        )
    if done.watched and done.watched.raised:
        _console.print(f"{len(done.watched.raised)} 条新预警。")
    if done.improvements:
        _console.print(f"{len(done.improvements)} 个新整改项。")


def watch_once() -> None:
    """Look for sudden rises and watch-words once."""
    store = open_store()
    found = watch(store)
    store.close()
    rise, area = found.levels.rise, found.levels.area
    _console.print(
        f"{len(found.raised)} 条新预警。回放 {rise.weeks} 周：突增每周 {rise.per_week} 条"
        f"（判定线 {rise.level:g}），连片每周 {area.per_week} 条（判定线 {area.level:g}）。"
    )
