"""``wechat.yml``: what an official may get wrong, and the menu that is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.wechat.__main__ import app
from api.wechat.content import read_content
from hotline.problems import CityError
from tests.api.wechat.conftest import CITY
from tests.api.wechat.wechat_place import OFFICIAL, Fault, WeChatPlace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wechat.yml").write_text((CITY / "wechat.yml").read_text())
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("name: 查进度", "name: 查询工单的进度", "太长"),
        ("steps: [sign,", "steps: [sing,", "sign"),
        ("steps: [sign,", "steps: [close,", "close"),
        ("character_string1:", "string1:", "不是模板字段名"),
        ('"{title}"', '"{titel}"', "title"),
        ('"{title}"', '"{title"', "不成对"),
        ("say: 居住证怎么办", "url: http://x", "https://"),
        ("  welcome: |-", "  wellcome: |-", "welcome"),
        ("say: 我的工单到哪了", "url: https://x.gov.cn\n    say: 查", "不明确"),
    ],
)
def test_a_mistake_is_named_with_line_and_remedy(folder: Path, before: str, after: str, told: str):
    path = folder / "wechat.yml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))
    with pytest.raises(CityError, match=r"wechat\.yml 第 \d+ 行") as mistake:
        read_content(folder)
    assert told in str(mistake.value)


def test_the_menu_is_published_in_chinese_as_wechat_takes_it(
    place: WeChatPlace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SUISHENG_WECHAT_URL", place.url)
    for name, value in zip(
        ("APPID", "SECRET", "TOKEN", "AES_KEY"), (*OFFICIAL, "t", "a" * 43), strict=True
    ):
        monkeypatch.setenv(f"SUISHENG_WECHAT_OFFICIAL_{name}", value)
    published = CliRunner().invoke(app, ["menu", "publish"])
    assert published.exit_code == 0, published.output
    assert place.menu is not None
    assert [button["name"] for button in place.menu["button"]] == ["问办事", "提诉求", "查进度"]
    assert "问办事".encode() in place.raw_menu
    place.fail("/cgi-bin/menu/create", Fault(code=40018))
    refused = CliRunner().invoke(app, ["menu", "publish"])
    assert refused.exit_code == 1
    assert "菜单按钮名字太长" in refused.output


def test_the_menu_can_be_looked_at_without_keys():
    shown = CliRunner().invoke(app, ["menu", "show"])
    assert json.loads(shown.output)["button"][2] == {
        "type": "click",
        "name": "查进度",
        "key": "查进度",
    }
