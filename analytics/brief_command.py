"""`python -m analytics brief`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics.brief import make_brief
from analytics.fonts import NoChineseFont
from analytics.span import PERIODS
from analytics.tables import make_tables
from hotline.city import CityError
from hotline.errors import HotlineError
from hotline.store import open_store
from knowledge_base.gaps import GapLog

_console = Console(stderr=True)


def brief(
    period: Annotated[str, typer.Option(help="week 周报，month 月报")] = "week",
    until: Annotated[str, typer.Option(help="写到哪一天，如 2026-03-08；默认昨天")] = "",
    district: Annotated[str, typer.Option(help="只写一个区，默认全市")] = "",
    out: Annotated[Path, typer.Option(help="放到哪个文件夹")] = Path("var/briefs"),
) -> None:
    """Write the brief as DOCX, PDF, phone text and JSON with every query."""
    # Setting and drawing are loaded only when a brief is asked for.
    from analytics.brief_files import FORMS, file_name, write_form

    if period not in PERIODS:
        typer.echo(f"--period 只能是 {' 或 '.join(PERIODS)}，收到 {period!r}。", err=True)
        raise typer.Exit(2)
    store = open_store()
    try:
        make_tables(store.engine)
        GapLog(store.engine)
        last = (
            date.fromisoformat(until)
            if until
            else store.clocks.local_day(datetime.now(UTC)) - timedelta(days=1)
        )
        with store.session(read_only=True) as session:
            content = make_brief(session, period, last, district or None)
        out.mkdir(parents=True, exist_ok=True)
        for form in FORMS:
            path = out / file_name(content, form)
            path.write_bytes(write_form(content, form))
            _console.print(f"已写入 {path}", highlight=False)
    except ValueError as error:
        if isinstance(error, CityError):
            typer.echo(str(error), err=True)
        else:
            typer.echo(f"--until 应为日期，如 2026-03-08，收到 {until!r}。", err=True)
        raise typer.Exit(2) from error
    except (HotlineError, NoChineseFont) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    finally:
        store.close()
