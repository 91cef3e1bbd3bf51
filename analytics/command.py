"""The command line of analytics."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics import brief_command, live_command, opendata_command, reply_command
from analytics.archive_file import (
    ArchiveError,
    Reject,
    complain,
    read_tickets,
    write_rejects,
    write_with_groups,
)
from analytics.grouping import THRESHOLD, group, group_ids
from analytics.ranking import hottest
from hotline.city import CityError, load_city

app = typer.Typer(help="集中诉求、突发预警和答复质检。", no_args_is_help=True)
_console = Console(stderr=True)


app.add_typer(reply_command.app, name="replies")
app.command("brief")(brief_command.brief)
app.command("opendata")(opendata_command.opendata)
app.command("consolidate")(live_command.consolidate_groups)
app.command("live")(live_command.live_groups)
app.command("watch")(live_command.watch_once)


@app.command("group")
def group_archive(
    tickets: Annotated[Path, typer.Option(help="工单 CSV（UTF-8）")],
    out: Annotated[Path, typer.Option(help="写到哪里：原表加一列 group_id，单件为空")],
    id_column: Annotated[str, typer.Option("--id", help="编号列")] = "id",
    text: Annotated[list[str] | None, typer.Option(help="文字列，可写多次；第一列是标题")] = None,
    time_column: Annotated[str | None, typer.Option("--time", help="时间列，可不写")] = None,
    person: Annotated[str | None, typer.Option(help="反映人列，可不写")] = None,
    top: Annotated[int, typer.Option(min=0, help="显示最热的几组")] = 10,
    threshold: Annotated[float, typer.Option(min=0.01, max=0.9, help="越高越严")] = THRESHOLD,
) -> None:
    """Find the recurring groups of an archive."""
    started = time.monotonic()
    try:
        rejects: list[Reject] = []
        told = read_tickets(tickets, id_column, text or ["text"], time_column, person, rejects)
        districts = [district.name for district in load_city().districts]
        grouped = group(told, districts, threshold)
        ids = group_ids(told, grouped)
        write_with_groups(
            tickets, out, {one.id: name for one, name in zip(told, ids, strict=True)}, id_column
        )
    except ArchiveError as error:
        complain(error)
        raise typer.Exit(2) from error
    except CityError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    found = {name for name in ids if name}
    _console.print(
        f"{len(ids)} 件，{len(found)} 组，{sum(map(bool, ids))} 件在组内，"
        f"{ids.count('')} 件单独；用时 {time.monotonic() - started:.1f} 秒。已写入 {out}"
    )
    if rejects:
        _console.print(f"{len(rejects)} 行没有参加归并，原因见 {write_rejects(out, rejects)}")
    for line in hottest(told, grouped, top):
        _console.print(line, highlight=False, markup=False)
