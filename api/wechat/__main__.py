"""``python -m api.wechat``: check ``wechat.yml``, show and publish the official account's menu."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, NoReturn

import httpx2
import typer
from pydantic import ValidationError

from api.wechat.client import App, WeChatClient
from api.wechat.content import WeChatContent, read_content
from api.wechat.errors import WeChatError
from api.wechat.menu import menu_body
from api.wechat.settings import WeChatSettings
from hotline.problems import CityError
from nlu.city_files import city_file

app = typer.Typer(
    help="微信小程序和公众号。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
menus = typer.Typer(help="公众号菜单。", no_args_is_help=True)
app.add_typer(menus, name="menu")

Folder = Annotated[Path | None, typer.Option("--city", help="城市数据所在文件夹")]


@app.command()
def check(city: Folder = None) -> None:
    """检查 wechat.yml；每处错误都说明在哪一行、怎么改。"""
    content = _content(city)
    without = [one.title for one in content.subscriptions if not one.template_id]
    typer.echo(f"订阅消息 {len(content.subscriptions)} 类，菜单 {len(content.menu)} 个，没有错误。")
    if without:
        typer.echo(f"还没有填模板编号、不会发送的：{'、'.join(without)}。")


@menus.command()
def show(city: Folder = None) -> None:
    """显示将要发布的菜单，不连接微信。"""
    body = menu_body(_content(city).menu, _settings().wechat_mini_appid)
    typer.echo(json.dumps(body, ensure_ascii=False, indent=2))


@menus.command()
def publish(city: Folder = None) -> None:
    """把菜单发布到公众号；原来的菜单会被替换。"""
    content, settings = _content(city), _settings()
    if not settings.wechat_official_appid:
        _stop("没有设置 SUISHENG_WECHAT_OFFICIAL_APPID：请先在 .env 里填好公众号的密钥。")
    body = menu_body(content.menu, settings.wechat_mini_appid)

    async def send() -> None:
        keys = App(settings.wechat_official_appid, settings.wechat_official_secret)
        async with httpx2.AsyncClient(trust_env=False) as http:
            await WeChatClient(http, settings.wechat_url, keys).publish_menu(body)

    try:
        asyncio.run(send())
    except WeChatError as error:
        _stop(f"没有发布：{error}。原来的菜单没有变。")
    typer.echo(f"已发布 {len(content.menu)} 个菜单；已关注的用户重新进入公众号或 24 小时内可见。")


def _content(folder: Path | None) -> WeChatContent:
    try:
        return read_content(folder or city_file("wechat.yml").parent)
    except CityError as error:
        _stop(str(error))


def _settings() -> WeChatSettings:
    try:
        return WeChatSettings()
    except ValidationError as error:
        _stop("\n".join(item["msg"].removeprefix("Value error, ") for item in error.errors()))


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
