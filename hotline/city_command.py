"""``python -m hotline.city``: check a city's folder, write its dictionary, ask who is in charge."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from hotline.city import City, CityError, UnknownName, load_city
from hotline.dictionary import missing_words, write_dictionary

app = typer.Typer(help="城市数据：检查、生成分词词典、查承办单位。", no_args_is_help=True)
Folder = Annotated[
    Path | None, typer.Argument(help="城市数据文件夹；不写为 SUISHENG_CITY 或自带的 city/")
]


def _load(folder: Path | None) -> City:
    try:
        return load_city(folder)
    except CityError as error:
        typer.echo(error, err=True)
        typer.echo(f"共 {len(error.problems)} 处问题。", err=True)
        raise typer.Exit(1) from None


@app.command()
def check(folder: Folder = None) -> None:
    """Check every file and print a summary, or every mistake with its line and remedy."""
    city = _load(folder)
    try:
        missing = missing_words(city)
    except CityError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    kinds = Counter(unit.kind for unit in city.units)
    years = sorted({day.year for day in city.holidays.holidays})
    typer.echo(f"{city.name}：数据可用（{city.folder}）")
    typer.echo(f"  事项分类 {len(city.categories)} 个，职责 {len(city.duties.rows)} 行")
    typer.echo(
        f"  单位 {len(city.units)} 个：市级部门 {kinds['bureau']}，区属部门 {kinds['district_bureau']}，"
        f"区政府 {kinds['district']}，街镇 {kinds['street']}，公用企业 {kinds['utility']}"
    )
    typer.echo(f"  地名 {len(city.place_index.places)} 行，服务大厅 {len(city.halls)} 个")
    typer.echo(f"  节假日：{'、'.join(map(str, years))} 年已公布，以后的时限标为暂定")
    if missing:
        typer.echo(
            f"city/dictionary.txt：缺 {len(missing)} 个词，如“{missing[0]}”；"
            "请运行 python -m hotline.city dictionary",
            err=True,
        )
        raise typer.Exit(1)


@app.command()
def dictionary(folder: Folder = None) -> None:
    """Write dictionary.txt from words.csv, places.csv and units.yml."""
    city = _load(folder)
    try:
        count = write_dictionary(city)
    except CityError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"已写 {city.folder / 'dictionary.txt'}：{count} 个词")


@app.command()
def who(
    category: Annotated[str, typer.Argument(help="事项分类，如 城市管理/占道经营")],
    area: Annotated[str, typer.Argument(help="辖区，如 天河区 或 天河区/石牌街道")] = "",
) -> None:
    """Print which unit leads a category in an area, and why."""
    city = _load(None)
    try:
        match = city.lead_unit(category, area)
    except UnknownName as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{match.unit.name}（{match.unit.code}）")
    typer.echo(match.explanation)
    if match.duty.note:
        typer.echo(f"注意：{match.duty.note}")


def main() -> int:
    """Run the command line."""
    app()
    return 0
