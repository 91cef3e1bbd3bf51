"""The official account's menu as WeChat's ``menu/create`` takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.wechat.content import MenuItem


def menu_body(menu: Sequence[MenuItem], mini_app_id: str) -> dict[str, Any]:
    """Return the body of ``menu/create``.

    Args:
        menu: the entries of the content file.
        mini_app_id: the mini-program that entries with a page open; without one they open the url.
    """
    return {"button": [_button(item, mini_app_id) for item in menu]}


def _button(item: MenuItem, mini_app_id: str) -> dict[str, Any]:
    if item.items:
        below = [_button(each, mini_app_id) for each in item.items]
        return {"name": item.name, "sub_button": below}
    if item.say:
        return {"type": "click", "name": item.name, "key": item.name}
    if item.page and mini_app_id:
        return {
            "type": "miniprogram",
            "name": item.name,
            "url": item.url,
            "appid": mini_app_id,
            "pagepath": item.page,
        }
    return {"type": "view", "name": item.name, "url": item.url}
