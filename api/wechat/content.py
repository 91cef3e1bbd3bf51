"""``city/wechat.yml``: subscription messages, the account's menu and its fixed texts, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from hotline.datafile import Record, read_yaml
from hotline.lifecycle import STEPS
from hotline.problems import Problems, nearest

FILE = "wechat.yml"
# Letters a field of each type may hold: developers.weixin.qq.com, 订阅消息参数值内容限制说明.
FIELD_LIMITS = {
    "thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "time": 40,
    "date": 40, "amount": 11, "phone_number": 17, "car_number": 8, "name": 10, "phrase": 5,
}  # fmt: skip
FIELD = re.compile(r"(" + "|".join(FIELD_LIMITS) + r")\d{1,2}")
FILLINGS = ("number", "title", "status", "unit", "text", "at", "next")
FILLED_STEPS = ("receive", *STEPS)
TEXTS = {
    "welcome": (), "choices": (), "photo_kept": (), "photo_kept_open": ("number",),
    "photo_add": ("number",), "photo_added": ("number",), "photo_note": ("count",),
    "photo_failed": (), "voice_unheard": (), "unsupported": (), "place_said": ("place",),
    "failed": (), "too_fast": (),
    "progress": ("number", "title", "status", "unit", "text", "at", "next"),
}  # fmt: skip
MENUS_AT_MOST, ITEMS_AT_MOST = 3, 5
# Bytes of UTF-8 in a name; WeChat shows 4 and 8 Chinese characters of them.
MENU_NAME, ITEM_NAME = 16, 60


@dataclass(frozen=True, slots=True)
class Subscription:
    """One kind of message a citizen can agree to; without ``template_id`` it is never sent."""

    key: str
    title: str
    template_id: str
    long_term: bool
    steps: tuple[str, ...]
    page: str
    fields: tuple[tuple[str, str], ...]

    def filled(self, facts: dict[str, str]) -> dict[str, str]:
        """Return the fields with ``facts`` put in, each within WeChat's limit for its type."""
        return {name: _fitted(name, text.format(**facts)) for name, text in self.fields}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One menu entry: ``items`` under it, or what it says, opens or shows."""

    name: str
    say: str = ""
    payload: str = ""
    url: str = ""
    page: str = ""
    items: tuple[MenuItem, ...] = ()


@dataclass(frozen=True, slots=True)
class WeChatContent:
    """The whole file."""

    subscriptions: tuple[Subscription, ...]
    menu: tuple[MenuItem, ...]
    texts: dict[str, str]

    @property
    def offered(self) -> tuple[Subscription, ...]:
        """The subscriptions that have a template."""
        return tuple(each for each in self.subscriptions if each.template_id)

    def clicked(self, key: str) -> MenuItem | None:
        """Return the menu entry whose click is reported as ``key``, its own name."""
        entries = (item for top in self.menu for item in (top, *top.items))
        return next((item for item in entries if item.say and item.name == key), None)


def read_content(folder: Path) -> WeChatContent:
    """Read the file of a city's folder.

    Raises:
        CityError: mistakes, each with line and remedy.
    """
    problems = Problems()
    top = read_yaml(folder / FILE, problems)
    top.only("subscriptions", "menu", "texts")
    content = WeChatContent(_subscriptions(top), _menu(top), _texts(top))
    problems.raise_if_any()
    return content


def _subscriptions(top: Record) -> tuple[Subscription, ...]:
    made: dict[str, Subscription] = {}
    taken: dict[str, str] = {}
    for item in top.records("subscriptions"):
        item.only("key", "title", "template_id", "long_term", "steps", "page", "fields")
        one = Subscription(
            item.text("key"),
            item.text("title"),
            item.text("template_id", required=False),
            item.flag("long_term"),
            item.texts("steps", required=True),
            item.text("page"),
            _fields(item),
        )
        _fillings(item, "page", one.page, ("number",))
        if one.key in made:
            item.wrong("key", f"“{one.key}”用了两次", "请换一个名字")
        for step in one.steps:
            if step not in FILLED_STEPS:
                item.wrong("steps", f"没有“{step}”这一步", nearest(step, FILLED_STEPS))
            elif step in taken:
                item.wrong("steps", f"“{step}”已在“{taken[step]}”里", "一步只通知一次，请只留一处")
            taken[step] = one.key
        made[one.key] = one
    if len(made) > 3:
        top.wrong("subscriptions", f"有 {len(made)} 类", "微信一次最多请市民同意 3 类，请合并")
    return tuple(made.values())


def _fields(item: Record) -> tuple[tuple[str, str], ...]:
    fields = item.record("fields", required=True)
    if fields is None:
        return ()
    made = []
    for name in fields.values:
        text = fields.text(name)
        if not FIELD.fullmatch(name):
            fields.wrong(name, f"“{name}”不是模板字段名", "请照抄模板里的，如 thing2、time5")
        _fillings(fields, name, text, FILLINGS)
        made.append((name, text))
    return tuple(made)


def _menu(top: Record) -> tuple[MenuItem, ...]:
    made = tuple(_menu_item(item, MENU_NAME, True) for item in top.records("menu"))
    if len(made) > MENUS_AT_MOST:
        top.wrong("menu", f"一级菜单有 {len(made)} 个", f"微信最多 {MENUS_AT_MOST} 个")
    return made


def _menu_item(item: Record, longest: int, may_hold: bool) -> MenuItem:
    item.only("name", "say", "payload", "url", "page", *(["items"] if may_hold else []))
    name = item.text("name")
    if len(name.encode()) > longest:
        item.wrong("name", f"“{name}”太长", f"最多 {longest // 3} 个汉字")
    below: tuple[MenuItem, ...] = ()
    if may_hold:
        below = tuple(_menu_item(each, ITEM_NAME, False) for each in item.records("items"))
        if len(below) > ITEMS_AT_MOST:
            item.wrong("items", f"“{name}”下面有 {len(below)} 项", f"微信最多 {ITEMS_AT_MOST} 项")
    one = MenuItem(
        name,
        item.text("say", required=False),
        item.text("payload", required=False),
        item.text("url", required=False),
        item.text("page", required=False),
        below,
    )
    if sum(map(bool, (one.say, one.url or one.page, one.items))) != 1:
        item.wrong("name", f"“{name}”点了做什么不明确", "say、url（或 page）、items 三样写一样")
    if one.url and not one.url.startswith("https://"):
        item.wrong("url", f"网址“{one.url}”不对", "应以 https:// 开头")
    if one.page and not one.url:
        item.wrong("page", "缺少 url", "旧版微信打不开小程序时要去的网页，请写 url")
    return one


def _texts(top: Record) -> dict[str, str]:
    texts = top.record("texts", required=True)
    if texts is None:
        return {}
    texts.only(*TEXTS)
    made = {name: texts.text(name) for name in TEXTS}
    for name, allowed in TEXTS.items():
        _fillings(texts, name, made[name], allowed)
    return made


def _fillings(record: Record, key: str, text: str, allowed: tuple[str, ...]) -> None:
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        record.wrong(key, f"“{text[:20]}”里的花括号不成对", "请写成 {number} 这样")
        return
    for name in names:
        if name not in allowed:
            record.wrong(
                key, f"不认识“{{{name}}}”", nearest(name, allowed) if allowed else "请去掉"
            )


def _fitted(name: str, text: str) -> str:
    kind = name.rstrip("0123456789")
    limit = FIELD_LIMITS[kind]
    line = " ".join(text.split()) or "-"
    if len(line) <= limit:
        return line
    return line[: limit - 1] + "…" if kind == "thing" else line[:limit]
