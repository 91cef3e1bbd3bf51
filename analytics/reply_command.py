"""Commands of the reply check."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from analytics.replies import FOLDER, Example, train
from analytics.reply_check import ReplyChecker
from analytics.reply_desk import check_closed
from analytics.reply_topic import FOLDER as TOPIC_FOLDER
from analytics.reply_topic import train_topic
from hotline.store import open_store
from nlu.model_folder import ModelError

app = typer.Typer(help="答复质检：有没有依据地把事情说清楚。", no_args_is_help=True)
_console = Console(stderr=True)
_YES, _NO = {"1", "1.0", "true", "是"}, {"0", "0.0", "false", "否"}


@app.command("train")
def train_model(
    rows: Annotated[Path, typer.Option(help="CSV：留言、答复和标签")],
    label: Annotated[list[str], typer.Option(help="标签列（1/0，空为未标），可写多次")],
    message: Annotated[list[str] | None, typer.Option(help="留言列，可写多次")] = None,
    reply: Annotated[str, typer.Option(help="答复列")] = "reply",
    out: Annotated[Path, typer.Option(help="“有依据”模型文件夹")] = FOLDER,
    topic_out: Annotated[Path, typer.Option(help="“对题”模型文件夹")] = TOPIC_FOLDER,
) -> None:
    """Train both models; each label column counts as one labelling."""
    table = _read(rows, [*(message or ["title", "detail"]), reply, *label])
    examples = [
        Example(_joined(row, message), row[reply], row[name].strip().lower() in _YES)
        for name in label
        for row in table
        if row[name].strip().lower() in _YES | _NO
    ]
    try:
        model, area = train(examples)
    except ValueError as error:
        typer.echo(f"{rows}：带标签的行太少，两种标签各需至少 5 行。", err=True)
        raise typer.Exit(2) from error
    digest = model.save(out)
    _console.print(f"{len(examples)} 行，交叉验证 AUROC {area:.3f}；已写入 {out}（{digest[:12]}）")
    try:
        topic = train_topic([_joined(row, message) for row in table], [row[reply] for row in table])
    except ValueError as error:
        typer.echo(f"{rows}：有内容的答复太少，学不出“对题”。", err=True)
        raise typer.Exit(2) from error
    digest = topic.save(topic_out)
    _console.print(
        f"对题：{topic.card['rows']} 行，交叉验证 AUROC {topic.card['auroc']:.3f}，"
        f"与最相似的留言互换答复时 {topic.card['auroc_nearest']:.3f}；已写入 {topic_out}（{digest[:12]}）"
    )


@app.command("check")
def check_replies(
    rows: Annotated[Path, typer.Option(help="CSV：留言和答复")],
    out: Annotated[
        Path, typer.Option(help="写到哪里：加 explains、on_topic、doubtful、reasons 四列")
    ],
    message: Annotated[list[str] | None, typer.Option(help="留言列，可写多次")] = None,
    reply: Annotated[str, typer.Option(help="答复列")] = "reply",
    model: Annotated[Path, typer.Option(help="“有依据”模型文件夹")] = FOLDER,
    topic: Annotated[Path, typer.Option(help="“对题”模型文件夹")] = TOPIC_FOLDER,
) -> None:
    """Check every reply of a file."""
    try:
        checker = ReplyChecker.load(model, topic)
    except ModelError as error:
        typer.echo(f"{error}；请先运行 python -m analytics replies train。", err=True)
        raise typer.Exit(2) from error
    table = _read(rows, [*(message or ["title", "detail"]), reply])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        names = list(table[0]) if table else [reply]
        writer.writerow([*names, "explains", "on_topic", "doubtful", "reasons"])
        doubtful = 0
        for row in table:
            found = checker.check(_joined(row, message), row[reply])
            doubtful += found.doubtful
            topical = "" if found.on_topic is None else f"{found.on_topic:.4f}"
            reasons = "；".join(found.reasons)
            verdict = [f"{found.explains:.4f}", topical, int(found.doubtful), reasons]
            writer.writerow([*row.values(), *verdict])
    _console.print(f"{len(table)} 件答复，{doubtful} 件建议复核；已写入 {out}")


def _joined(row: dict[str, str], columns: list[str] | None) -> str:
    return "\n".join(row[name] for name in columns or ["title", "detail"])


def _read(path: Path, columns: list[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file, restval=""))
    except (FileNotFoundError, UnicodeDecodeError) as error:
        typer.echo(f"{path}：没有这个文件或不是 UTF-8 的 CSV。", err=True)
        raise typer.Exit(2) from error
    missing = [name for name in columns if table and name not in table[0]]
    if missing:
        typer.echo(f"{path}:1：缺少列 {'、'.join(missing)}。", err=True)
        raise typer.Exit(2)
    return table


@app.command("scan")
def scan() -> None:
    """Check the replies of tickets closed lately, for the callback team's lists."""
    store = open_store()
    try:
        read = check_closed(store, ReplyChecker.load())
    except ModelError as error:
        typer.echo(f"{error}；请先运行 python -m analytics replies train。", err=True)
        raise typer.Exit(2) from error
    finally:
        store.close()
    _console.print(f"新看了 {read} 件答复。")
