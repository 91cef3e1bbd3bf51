"""“我的数据”: a citizen sees what is kept, and is told when it cannot be deleted now."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.page_walk import Walk

pytestmark = pytest.mark.browser


def test_everything_kept_is_shown_and_can_be_taken_along(walk: Walk) -> None:
    walk.ask("我的电话13800001234，居住证怎么签注续期")
    walk.page.get_by_role("button", name="显示设置").click()
    walk.page.get_by_role("link", name=re.compile("我的数据")).click()
    kept = walk.page.locator(".data-list")
    expect(kept).to_contain_text("138****1234")
    expect(kept).to_contain_text("手机号码")
    with walk.page.expect_download() as download:
        walk.page.get_by_role("button", name="下载全部").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "居住证怎么签注续期" in text
    assert "13800001234" not in text


def test_a_deletion_that_cannot_be_done_now_says_so_and_loses_nothing(walk: Walk) -> None:
    walk.ask("居住证怎么签注续期")
    walk.open("#/data")
    walk.page.get_by_role("button", name="删除我的数据").click()
    dialog = walk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("不能恢复")
    dialog.get_by_role("button", name="确定删除").click()
    expect(dialog.get_by_role("alert")).to_contain_text("还没有删除")
    dialog.get_by_role("button", name="先不删").click()
    assert len(walk.stored()) >= 2
