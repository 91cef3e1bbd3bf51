"""Commands around dispatch: train, replay, auto."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hotline.city import load_city
from hotline.errors import InvalidInput
from hotline.model_command import the_shelf
from hotline.model_shelf import latest_switch
from hotline.promise import audit, keep_promise
from hotline.settings import hotline_settings
from hotline.store import Store, open_store
from hotline.switches import load_switches, turn
from hotline.thresholds import PROMISE

auto = typer.Typer(
    help="自动派单的总开关和按分类的开关；每次改动都记入台账。", no_args_is_help=True
)
console = Console()
Reason = Annotated[str, typer.Option(help="理由，记入台账")]
Category = Annotated[str | None, typer.Option(help="只管这一个事项分类")]
Who = Annotated[str, typer.Option(help="谁在操作")]


def progress_bar() -> Progress:
    """A bar with percentage and time left."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(), console=console,
    )  # fmt: skip


def train(
    messages: Annotated[
        list[Path] | None, typer.Option(help="训练用的来信文件；默认 city/messages/ 除留作检验的")
    ] = None,
    test: Annotated[
        list[Path] | None, typer.Option(help="只检验不训练的来信文件；默认 author_4.csv")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="模型文件夹；默认 SUISHENG_MODELS")] = None,
    hints: Annotated[bool, typer.Option(help="分类说明和典型用语也用来训练")] = True,
) -> None:
    """用本市的手写来信训练分类、诉求性质、紧急程度三个模型。"""
    from hotline.teaching import HELD_OUT, teach  # scikit-learn takes a second to load

    city = load_city()
    folder = city.folder / "messages"
    files = messages or [one for one in sorted(folder.glob("author_*.csv")) if one.name != HELD_OUT]
    kept = folder / HELD_OUT
    tests = test or ([kept] if kept.exists() and kept not in files else [])
    if not files:
        raise InvalidInput(f"{folder} 里没有 author_*.csv，没有可学的来信。")
    with progress_bar() as bar:
        tasks = {part: bar.add_task(part, total=None) for part in ("category", "appeal", "urgency")}
        lesson = teach(
            city, files, out or hotline_settings().models, tests, with_hints=hints,
            on_progress=lambda part, done, total: bar.update(
                tasks[part], completed=done, total=total
            ),
        )  # fmt: skip
    table = Table("模型", "依据", "宏平均 F1", "准确率", "前三准确率", "校准误差", "98% 承诺覆盖")
    for title, reports in (
        ("未见过的作者（交叉）", lesson.reports),
        ("留作检验的作者", lesson.test),
    ):
        for part, report in reports.items():
            table.add_row(
                part, title, f"{report.macro_f1:.3f}", f"{report.accuracy:.3f}",
                f"{report.top3:.3f}", f"{report.calibration_error:.3f}",
                f"{report.covered[str(PROMISE)]:.1%}",
            )  # fmt: skip
    console.print(table)
    dial = lesson.thresholds
    console.print(
        f"学了 {lesson.rows} 封。承办单位准确率 {dial.unit_accuracy:.1%}，"
        f"把握的校准误差 {dial.calibration_error:.3f}；承诺 {dial.promise:.0%} 时 "
        f"自动派单线 {dial.auto:.3f}，可自动 {dial.covered:.1%}；一键确认线 {dial.one_click:.3f}。"
    )


def replay(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="从哪天起的工单")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="换成哪个模型；默认现在用的")] = None,
    examples: Annotated[int, typer.Option(min=0, max=200, help="列出几个例子")] = 10,
    ticket: Annotated[str | None, typer.Option(help="只重放这张工单最近一次的判断")] = None,
) -> None:
    """假如当时用这个模型：哪些工单会换单位，按单位汇总，附例子；或把一张工单的判断原样重放。"""
    if (since is None) == (ticket is None):
        raise InvalidInput("请给 --since 日期，或给 --ticket 工单号，二者选一。")
    store = open_store()
    folder = model or _deciding_models(store)
    if ticket is not None:
        _replay_one(store, ticket, folder)
    elif since is not None:
        _replay_since(store, since, folder, examples)
    store.close()


def _deciding_models(store: Store) -> Path:
    """The model folder that decides now: the one last switched to, else the installed one."""
    with store.session(read_only=True) as session:
        last = latest_switch(session)
    return the_shelf().place(last.after) if last else hotline_settings().models


def _replay_since(store: Store, since: datetime, folder: Path, examples: int) -> None:
    from hotline.replay import replay_since

    start = since.replace(tzinfo=store.clocks.rules.timezone).astimezone(UTC)
    with progress_bar() as bar:
        task = bar.add_task("重放", total=None)
        report = replay_since(
            store, folder, start,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    report.show(console, examples)


def _replay_one(store: Store, ticket: str, folder: Path) -> None:
    from hotline.replay_one import replay_decision

    found = replay_decision(store, ticket, the_shelf(), folder)
    if found.changed:
        console.print(f"与当时相比，{'、'.join(found.changed)}已经变了。")
    if found.same:
        console.print(f"台账第 {found.seq} 条：重放的结果与当时一致。")
    for one in found.differences:
        console.print(f"{one.part}：当时 {one.then}，重放 {one.now}", markup=False)


def demo(
    if_empty: Annotated[bool, typer.Option("--if-empty", help="库里已有工单就什么也不做")] = False,
) -> None:
    """生成三个月的演示档案（虚构的人，标明演示）。"""
    from hotline.demo import is_empty, make_demo

    store = open_store()
    if if_empty and not is_empty(store):
        console.print("库里已有工单，不生成演示档案。")
        store.close()
        return
    with progress_bar() as bar:
        task = bar.add_task("演示档案", total=None)
        report = make_demo(
            store, hotline_settings().models,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    store.close()
    console.print(f"演示档案：{report.tickets} 张工单，{report.steps.total()} 个步骤。")


@auto.command("on")
def auto_on(reason: Reason, by: Who = "admin", category: Category = None) -> None:
    """开启自动派单，或重新开启一个分类。"""
    _turn(off=False, reason=reason, by=by, category=category)


@auto.command("off")
def auto_off(reason: Reason, by: Who = "admin", category: Category = None) -> None:
    """关闭自动派单，或只关一个分类。"""
    _turn(off=True, reason=reason, by=by, category=category)


@auto.command("status")
def auto_status() -> None:
    """现在开着没有，哪些分类关着，核对下来准不准。"""
    store = open_store()
    with store.session(read_only=True) as session:
        switches, audits = load_switches(session), audit(session, datetime.now(UTC))
    store.close()
    console.print(f"自动派单：{'开' if switches.on else '关'}（{switches.why}）", markup=False)
    table = Table("事项分类", "已核对", "派对", "准确率", "状态")
    for one in audits:
        state = switches.closed.get(one.category, "开" if switches.on else "待开启")
        table.add_row(one.category, str(one.decided), str(one.right), f"{one.accuracy:.1%}", state)
    console.print(table)


@auto.command("check")
def auto_check() -> None:
    """核对每个分类的承诺，守不住的立即关闭并记入台账。"""
    store = open_store()
    with store.session() as session:
        broken = keep_promise(session, PROMISE, datetime.now(UTC))
    store.close()
    for one in broken:
        console.print(f"已关闭 {one.category}：{one.right}/{one.decided}", markup=False)
    if not broken:
        console.print("各分类都守住了承诺。")


def _turn(*, off: bool, reason: str, by: str, category: str | None) -> None:
    store = open_store()
    if category and category not in store.city.categories:
        raise InvalidInput(f"没有事项分类“{category[:40]}”。", {"field": "category"})
    with store.session() as session:
        turn(session, off=off, reason=reason, actor=by, now=datetime.now(UTC), category=category)
    _say(store, off, category)


def _say(store: Store, off: bool, category: str | None) -> None:
    store.close()
    what = f"“{category}”的自动派单" if category else "自动派单"
    console.print(f"{what}已{'关闭' if off else '开启'}，已记入台账。", markup=False)
