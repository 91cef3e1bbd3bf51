"""`python -m analytics opendata`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics.brief_settings import brief_settings
from hotline.store import open_store

_console = Console(stderr=True)
MONTHS = 3


def opendata(
    out: Annotated[Path, typer.Option(help="放到哪个文件夹")],
    since: Annotated[str, typer.Option("--from", help="从哪个月，如 2026-01；默认三个月前")] = "",
    until: Annotated[str, typer.Option("--to", help="到哪个月，如 2026-03；默认上个月")] = "",
    k: Annotated[int, typer.Option(min=2, max=100, help="小于它的数隐去")] = 10,
) -> None:
    """Write open data of whole months: small numbers hidden, no text, nobody's data."""
    # The solver of the suppression is loaded only when asked for.
    from analytics.opendata import tables, write

    store = open_store()
    try:
        today = store.clocks.local_day(datetime.now(UTC))
        over = today.replace(day=1) - timedelta(days=1)
        try:
            last = date.fromisoformat(f"{until}-01") if until else over.replace(day=1)
            first = (
                date.fromisoformat(f"{since}-01")
                if since
                else last - timedelta(days=31 * (MONTHS - 1))
            )
        except ValueError as error:
            typer.echo(f"月份请写成 2026-03 这样，收到 {since!r}、{until!r}。", err=True)
            raise typer.Exit(2) from error
        if last > over or first > last:
            typer.echo(f"只发布已过完的月份（最晚 {over:%Y-%m}），且起月不晚于止月。", err=True)
            raise typer.Exit(2)
        with store.session(read_only=True) as session:
            published = tables(session, first, last, k)
        write(out, published, brief_settings(store.city).issuer, k, today)
    finally:
        store.close()
    for table in published:
        _console.print(
            f"{table.title}：{len(table.rows)} 行 → {out / table.name}.csv", highlight=False
        )
