"""One matter from a citizen's first question to the rating, with everything real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Hotline

pytestmark = [pytest.mark.browser, pytest.mark.rasa]

PATIENCE = 60_000
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1440, "height": 900}
NUMBER = re.compile(r"GZ\d{8}-\d{6}")


def say(page: Page, text: str) -> str:
    """Send a message and return all that was answered."""
    before = page.locator(".message").count()
    page.locator("textarea.message-box").fill(text)
    page.locator("textarea.message-box").press("Enter")
    page.wait_for_function(
        "count => document.querySelectorAll('.message').length > count"
        " && !document.querySelector('.delivery')"
        " && document.querySelector('.thinking').hidden",
        arg=before + 1,
        timeout=PATIENCE,
    )
    return "\n".join(page.locator(".message").all_inner_texts()[before + 1 :])


def sign_in(chromium: Browser, hotline: Hotline, username: str) -> Page:
    page = chromium.new_context(viewport=SCREEN, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(hotline.desk)
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").first.fill(f"demo-{username}")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("退出登录"))).to_be_visible(timeout=PATIENCE)
    return page


def open_ticket(page: Page, hotline: Hotline, number: str) -> None:
    page.goto(f"{hotline.desk}/ticket?no={number}")
    expect(page.get_by_text(number).first).to_be_visible(timeout=PATIENCE)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def test_a_matter_with_a_photo_goes_from_question_to_rating_and_is_forgotten(
    chromium: Browser, hotline: Hotline, tmp_path: Path
) -> None:
    citizen = chromium.new_context(viewport=PHONE, locale="zh-CN").new_page()
    citizen.set_default_timeout(PATIENCE)
    citizen.goto(hotline.citizens)
    citizen.wait_for_selector("#app[data-ready]")

    answer = say(citizen, "居住证怎么办")
    assert "居住证" in answer
    assert "依据" in answer

    asked = say(citizen, "我要投诉楼下烧烤店半夜噪音扰民")
    assert "哪" in asked
    assert "什么时候" not in asked, "半夜 was already said"
    asked = say(citizen, "天河区石牌街道石牌东路23号楼下")
    assert "手机" in asked or "电话" in asked
    citizen.locator(".composer input[type=file]").set_input_files(picture(tmp_path))
    citizen.get_by_role("button", name="确定").click()
    summary = say(citizen, "13800001234")
    assert "石牌东路" in summary
    assert "138****1234" in summary
    citizen.get_by_role("button", name="确认提交").click()
    expect(citizen.get_by_text(NUMBER).first).to_be_visible(timeout=PATIENCE)
    found = NUMBER.search(citizen.locator("main").inner_text())
    assert found
    number = found[0]

    desk = sign_in(chromium, hotline, "dispatcher")
    expect(desk.get_by_text(re.compile("楼下烧烤店")).first).to_be_visible(timeout=PATIENCE)
    open_ticket(desk, hotline, number)
    for reason in ("派单建议", "职责依据", "最有力的反对理由", "退单风险"):
        expect(desk.get_by_text(reason).first).to_be_visible(timeout=PATIENCE)
    assert "13800001234" not in desk.content()
    expect(desk.locator("[data-testid=stImage] img").first).to_be_visible(timeout=PATIENCE)
    press(desk, "按建议派给 天河区石牌街道办事处")
    expect(desk.get_by_text(re.compile("已派给")).first).to_be_visible(timeout=PATIENCE)

    unit = sign_in(chromium, hotline, "unit")
    open_ticket(unit, hotline, number)
    press(unit, "^.*签收")
    press(unit, "开始办理")
    reply = "已于当晚到石牌东路23号核查，烧烤店超时经营噪音属实，责令零点后停止营业并书面警告。"
    answer_box = unit.get_by_role("textbox", name="给市民的答复")
    answer_box.fill(reply)
    answer_box.blur()
    confirm = unit.get_by_text("我已核对，仍要这样答复")
    expect(unit.get_by_text(re.compile("说清楚的把握"))).to_be_visible(timeout=PATIENCE)
    unit.wait_for_selector("[data-test-script-state='notRunning']", timeout=PATIENCE)
    unit.wait_for_timeout(1000)
    if confirm.count():
        confirm.click()
    close = unit.get_by_role("button", name=re.compile("^.*办结")).first
    expect(close).to_be_enabled(timeout=PATIENCE)
    close.click()
    expect(unit.get_by_text("已办结").first).to_be_visible(timeout=PATIENCE)

    progress = say(citizen, "我的工单到哪了")
    if "石牌街道" not in progress:
        progress = say(citizen, f"{number}，手机尾号1234")
    assert "石牌街道" in progress
    assert "责令零点后停止营业" in progress
    five = citizen.locator("input[type=radio][value='5']").last.get_attribute("id")
    citizen.locator(f"label[for='{five}']").click()
    citizen.get_by_role("button", name="提交评价").last.click()
    expect(citizen.get_by_text(re.compile("谢谢您的评价|您的评价：5 星")).last).to_be_visible(
        timeout=PATIENCE
    )

    manager = sign_in(chromium, hotline, "manager")
    manager.goto(f"{hotline.desk}/overview")
    expect(manager.get_by_text("受理").first).to_be_visible(timeout=PATIENCE)
    expect(manager.get_by_text(re.compile("天河")).first).to_be_visible(timeout=PATIENCE)

    citizen.goto(f"{hotline.citizens}/#/data")
    expect(citizen.locator(".data-list")).to_contain_text("138****1234", timeout=PATIENCE)
    citizen.get_by_role("button", name="删除我的数据").click()
    citizen.get_by_role("button", name="确定删除").click()
    expect(citizen.get_by_text("已删除您的数据")).to_be_visible(timeout=PATIENCE)
    citizen.goto(f"{hotline.citizens}/#/tickets")
    expect(citizen.get_by_text("还没有工单")).to_be_visible(timeout=PATIENCE)


def picture(folder: Path) -> Path:
    path = folder / "现场.jpg"
    Image.new("RGB", (1200, 900), "#557766").save(path)
    return path


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("asdkjhqwe 啊啊啊对对对", ".+"),
        ("你们都是废物，滚", ".+"),
        ("长" * 5000, "长|太多|字"),
        ("家里煤气泄漏了，头很晕", "119|96833"),
    ],
    ids=["nonsense", "abuse", "very long", "danger"],
)
def test_every_message_gets_a_fitting_reply(
    chromium: Browser, hotline: Hotline, message: str, expected: str
) -> None:
    page = chromium.new_context(viewport=PHONE, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(hotline.citizens)
    page.wait_for_selector("#app[data-ready]")
    assert re.search(expected, say(page, message))
    page.context.close()
