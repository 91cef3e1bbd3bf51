"""Commands: migrate, import, export, users, ledger, rollups, anonymise, key; and those of dispatch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import select

from hotline import dispatch_command, ledger, model_command, retention, rollups
from hotline.exporting import export_tickets
from hotline.importing import BATCH, Importer, ImportReport, Suggest
from hotline.lifecycle import Role
from hotline.mapping import load_mapping
from hotline.migrations.upgrade import head_revision
from hotline.queue import Filters
from hotline.settings import hotline_settings
from hotline.staff import add_user, deactivate
from hotline.store import StaffUser, Store, open_store
from hotline.vault import new_key

app = typer.Typer(
    help="12345 热线的工单库：建库、导入、导出、用户、台账。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
users = typer.Typer(help="工作人员账号。", no_args_is_help=True)
books = typer.Typer(help="决策台账。", no_args_is_help=True)
figures = typer.Typer(help="每日汇总。", no_args_is_help=True)
app.add_typer(users, name="users")
app.add_typer(books, name="ledger")
app.add_typer(figures, name="rollups")
app.add_typer(dispatch_command.auto, name="auto")
app.add_typer(model_command.models, name="models")
app.command()(dispatch_command.train)
app.command()(dispatch_command.replay)
app.command()(dispatch_command.demo)
console = Console()

DISPATCH_MODULE = "hotline.dispatch"


@app.command()
def migrate() -> None:
    """建库或升级到最新版本；几个进程同时运行也安全。"""
    store = open_store()
    where = store.engine.url.render_as_string(hide_password=True)
    store.close()
    console.print(f"{where} 已是最新版本（{head_revision()}）。", markup=False)


@app.command("import")
def import_tickets(
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX 文件")],
    mapping: Annotated[Path, typer.Option(help="映射文件，见 hotline/mappings/")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入")] = False,
    batch: Annotated[int, typer.Option(min=1, max=5000, help="每批行数")] = BATCH,
    suggest: Annotated[bool, typer.Option(help="导入时读出分类和承办单位建议")] = True,
) -> None:
    """从别的系统导入工单；同一文件再导一次不会重复。"""
    loaded = load_mapping(mapping)
    store = open_store()
    reader = find_suggester(store) if suggest else None
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(), console=console,
    ) as bar:  # fmt: skip
        task = bar.add_task(f"导入 {file.name}", total=None)
        importer = Importer(
            store,
            loaded,
            mapping,
            suggest=reader,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total or None),
            dry_run=dry_run,
            batch=batch,
        )
        report = importer.run(file, hotline_settings().var / "rejects")
    store.close()
    _show(report, reader is not None)


def find_suggester(store: Store) -> Suggest | None:
    """The dispatcher's batch reader, if that room is there and its models are trained."""
    if find_spec(DISPATCH_MODULE) is None:
        return None
    make = cast(
        "Callable[[Store], Suggest | None] | None",
        getattr(import_module(DISPATCH_MODULE), "batch_suggester", None),
    )
    return make(store) if make else None


def _show(report: ImportReport, read: bool) -> None:
    table = Table(title="试运行，未写入" if report.dry_run else None, show_header=False)
    for name, value in (
        ("读到", report.rows),
        ("新增", report.new),
        ("更新", report.updated),
        ("未变", report.unchanged),
        ("退回", len(report.rejects)),
        ("编码", report.encoding),
        ("用时", f"{report.seconds:.1f} 秒，每秒 {report.rows_per_second:.0f} 行"),
        ("分类建议", "已读" if read else "未读（没有训练好的派单模型）"),
    ):
        table.add_row(name, str(value))
    console.print(table)
    for number, _, reason in sorted(report.rejects)[:5]:
        console.print(f"  第 {number} 行：{reason}", markup=False, highlight=False)
    if report.rejects_file:
        console.print(f"退回的行号和原因：{report.rejects_file}", markup=False, highlight=False)
    for (name, value), count in report.unrecognised.most_common(10):
        console.print(f"  {name} 没认出“{value}”（{count} 行），原样留在附加栏", markup=False)


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="输出 .csv 或 .xlsx")],
    status: Annotated[str | None, typer.Option(help="状态，如 待派单")] = None,
    category: Annotated[str | None, typer.Option(help="一级分类或 一级/二级")] = None,
    district: Annotated[str | None, typer.Option(help="区")] = None,
    unit: Annotated[str | None, typer.Option(help="承办单位代码")] = None,
    since: Annotated[datetime | None, typer.Option("--from", help="受理日期起（含）")] = None,
    until: Annotated[datetime | None, typer.Option("--to", help="受理日期止（不含）")] = None,
    q: Annotated[str | None, typer.Option(help="搜索词")] = None,
) -> None:
    """导出工单（已脱敏，单元格不会被当作公式）。"""
    store = open_store()
    zone = store.clocks.rules.timezone
    filters = Filters(
        status=status,
        category=category,
        district=district,
        unit=unit,
        q=q,
        received_from=since.replace(tzinfo=zone) if since else None,
        received_to=until.replace(tzinfo=zone) if until else None,
    )
    with Progress(TextColumn("{task.description}"), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("导出工单", total=None)
        count = export_tickets(
            store, out, filters, on_row=lambda done: bar.update(task, completed=done)
        )
    store.close()
    console.print(f"导出 {count} 张工单到 {out}。", markup=False, highlight=False)


@users.command("add")
def users_add(
    username: str,
    role: Annotated[Role, typer.Option(help="角色")],
    name: Annotated[str, typer.Option(help="显示的名字")] = "",
    unit: Annotated[str | None, typer.Option(help="承办单位代码")] = None,
    scope: Annotated[str | None, typer.Option(help="只看某个区")] = None,
    password: Annotated[
        str, typer.Option(prompt="密码", hide_input=True, confirmation_prompt="再输一次")
    ] = "",
) -> None:
    """新增账号；密码会提示输入，不要写在命令行里。"""
    store = open_store()
    with store.session() as session:
        add_user(session, username, name or username, password, role, unit_code=unit, scope=scope)
    store.close()
    console.print(f"已新增 {username}（{role}）。", markup=False)


@users.command("list")
def users_list() -> None:
    """列出账号。"""
    store = open_store()
    table = Table("用户名", "名字", "角色", "单位", "范围", "状态")
    with store.session(read_only=True) as session:
        for user in session.scalars(select(StaffUser).order_by(StaffUser.username)):
            state = "在用" if user.active else "停用"
            table.add_row(
                user.username, user.name, user.role, user.unit_code, user.scope or "全市", state
            )
    store.close()
    console.print(table)


@users.command("disable")
def users_disable(username: str) -> None:
    """停用账号并退出它的登录。"""
    store = open_store()
    with store.session() as session:
        deactivate(session, username)
    store.close()
    console.print(f"已停用 {username}。", markup=False)


@books.command("verify")
def ledger_verify(
    head: Annotated[str | None, typer.Option(help="以前记下的末尾摘要")] = None,
) -> None:
    """从头核对台账；被改、被删、被截断都会指出来。"""
    store = open_store()
    with store.session(read_only=True) as session:
        check = ledger.verify(session, head)
    store.close()
    if check.ok:
        console.print(f"台账 {check.entries} 条完整。末尾摘要：{check.head}", soft_wrap=True)
        return
    console.print(f"台账不完整：{check.reason}", style="red", markup=False)
    raise typer.Exit(1)


@figures.command("rebuild")
def rollups_rebuild() -> None:
    """从工单重新统计每日汇总。"""
    store = open_store()
    with store.session() as session:
        count = rollups.rebuild(session)
    store.close()
    console.print(f"已由 {count} 张工单重新统计。")


@app.command()
def anonymise(
    older_than: Annotated[int, typer.Option(min=1, help="办结超过多少天")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只数，不改")] = False,
) -> None:
    """把办结已久的工单里的个人信息去掉。"""
    store = open_store()
    report = retention.anonymise(store, older_than, dry_run=dry_run)
    store.close()
    for path in report.files:
        Path(path).unlink(missing_ok=True)
    word = "将匿名" if dry_run else "已匿名"
    console.print(
        f"{word} {report.tickets} 张工单，删除 {report.contacts} 条联系方式、"
        f"{report.conversations} 个会话、{len(report.files)} 个附件。"
    )


@app.command()
def key() -> None:
    """生成一个 SUISHENG_VAULT_KEYS 用的密钥。"""
    typer.echo(new_key())
