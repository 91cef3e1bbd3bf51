"""Commands around the deciding model: models list, use, back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hotline.model_shelf import (
    NAME_LENGTH,
    ModelShelf,
    ModelSwitch,
    switch_back,
    switch_model,
    switches_of_model,
)
from hotline.settings import hotline_settings
from hotline.store import open_store

models = typer.Typer(
    help="由哪个派单模型作主；每次更换都记入台账，可以退回。", no_args_is_help=True
)
console = Console()
Reason = Annotated[str, typer.Option(help="理由，记入台账")]
Who = Annotated[str, typer.Option(help="谁在操作")]


def the_shelf() -> ModelShelf:
    """The shelf of this installation."""
    return ModelShelf(hotline_settings().var / "models")


@models.command("list")
def list_models() -> None:
    """用过哪些模型，谁在什么时候为什么换的；最上面一行现在作主。"""
    store = open_store()
    with store.session(read_only=True) as session:
        switches = switches_of_model(session)
    table = Table("时间", "模型", "谁", "理由", "存档")
    for one in switches:
        place = the_shelf().place(one.after)
        table.add_row(
            store.clocks.local(one.at).strftime("%Y-%m-%d %H:%M"), one.after[:NAME_LENGTH],
            one.actor, one.reason, str(place) if place.is_dir() else "已不在",
        )  # fmt: skip
    store.close()
    console.print(table if switches else "还没有模型作过主；启动接口或 models use 时记下第一个。")


@models.command("use")
def use_model(
    folder: Annotated[Path, typer.Argument(help="模型文件夹，train --out 写出的那种")],
    reason: Reason,
    by: Who = "admin",
) -> None:
    """换成这个模型作主；先用 replay --model 看看会有什么不同。"""
    store = open_store()
    with store.session() as session:
        done = switch_model(
            session, the_shelf(), hotline_settings().models, folder, store.city,
            reason=reason, actor=by, now=datetime.now(UTC),
        )  # fmt: skip
    store.close()
    _say(done)


@models.command("back")
def back(reason: Reason, by: Who = "admin") -> None:
    """退回上一个模型。"""
    store = open_store()
    with store.session() as session:
        done = switch_back(
            session, the_shelf(), store.city, reason=reason, actor=by, now=datetime.now(UTC)
        )
    store.close()
    _say(done)


def _say(done: ModelSwitch) -> None:
    console.print(
        f"模型由 {done.before[:NAME_LENGTH]} 换成 {done.after[:NAME_LENGTH]}，已记入台账；"
        "运行中的服务半分钟内跟上，models back 可退回。"
    )  # fmt: skip
