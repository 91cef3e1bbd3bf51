"""Tickets on the page: filing with a photo, progress, rating, reopening, looking up."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD
from playwright.sync_api import Route, expect

from tests.web.page_walk import Desk, Walk

pytestmark = pytest.mark.browser
KEEP_UPLOAD = """() => {
  const send = window.fetch;
  window.fetch = async (path, options) => {
    if (path === "/v1/attachments") {
      const bytes = await options.body.get("file").arrayBuffer();
      window.uploaded = Array.from(new Uint8Array(bytes));
    }
    return send(path, options);
  };
}"""
MATTER = "天河区石牌东路路灯坏了三天，晚上很黑"


def photo(folder: Path) -> Path:
    """A large picture that tells where it was taken."""
    exif = Image.Exif()
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (23.0, 7.0, 30.0)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (113.0, 21.0, 36.0)
    path = folder / "现场.jpg"
    Image.new("RGB", (3000, 2000), "#557766").save(path, exif=exif)
    return path


def file_ticket(walk: Walk, phone: str = "13800004321") -> str:
    walk.open("#/report")
    walk.page.get_by_label("发生了什么").fill(MATTER)
    walk.page.get_by_label("手机号").fill(phone)
    walk.page.get_by_role("button", name="提交", exact=True).click()
    return walk.page.locator(".report .ticket-card .number").inner_text()


def test_ticket_with_photo_goes_from_form_to_rating_and_reopening(
    walk: Walk, address: str, tmp_path: Path
) -> None:
    walk.open("#/report")
    walk.page.evaluate(KEEP_UPLOAD)
    walk.page.locator(".report input[type=file]").set_input_files(photo(tmp_path))
    expect(walk.page.locator(".place-offer")).to_contain_text("北纬 23.12500°，东经 113.36000°")
    walk.page.get_by_role("button", name="用作地点").click()
    expect(walk.page.get_by_label("在哪里")).to_have_value(
        "北纬 23.12500°，东经 113.36000°（照片定位）"
    )
    number = file_ticket_here(walk)
    desk = Desk(address)
    assert len(desk.photos(number)) == 1
    sent = bytes(walk.page.evaluate("window.uploaded"))
    assert b"Exif" not in sent
    assert max(Image.open(io.BytesIO(sent)).size) == 1600

    desk.handle(number, "路灯已修复，夜间照明恢复正常。")
    walk.open("#/tickets")
    walk.page.get_by_role("link", name=number).click()
    card = walk.page.locator(".other-page .ticket-card")
    expect(card).to_contain_text(desk.unit_name)
    expect(card.locator(".ticket-reply")).to_contain_text("路灯已修复")
    expect(card.locator(".timeline li")).not_to_have_count(0)

    card.locator(".stars input").first.focus()
    for _ in range(3):
        walk.page.keyboard.press("ArrowRight")
    expect(card.locator(".rating-word")).to_have_text("满意")
    walk.page.keyboard.press("Tab")
    walk.page.keyboard.press("Tab")
    walk.page.keyboard.press("Enter")
    expect(card.locator(".rated")).to_contain_text("4 星，满意")

    walk.page.get_by_role("button", name="没解决，申请重办").click()
    walk.page.get_by_label("哪里没有解决").fill("昨晚又不亮了")
    walk.page.get_by_role("button", name="提交重办").click()
    expect(walk.page.locator(".notice").last).to_contain_text("新的工单编号")
    assert walk.complaints == []


def file_ticket_here(walk: Walk) -> str:
    walk.page.get_by_label("发生了什么").fill(MATTER)
    walk.page.get_by_role("button", name="提交", exact=True).click()
    return walk.page.locator(".report .ticket-card .number").inner_text()


def test_form_says_what_is_missing_and_goes_there(walk: Walk) -> None:
    walk.open("#/report")
    walk.page.get_by_role("button", name="提交", exact=True).click()
    box = walk.page.get_by_label("发生了什么")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")


def test_form_whose_answer_was_lost_files_one_ticket(walk: Walk) -> None:
    lost = []

    def lose_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort("connectionreset")
        else:
            route.continue_()

    walk.page.route("**/v1/tickets", lose_first_answer)
    walk.open("#/report")
    walk.page.get_by_label("发生了什么").fill(MATTER)
    button = walk.page.get_by_role("button", name="提交", exact=True)
    button.click()
    expect(walk.page.locator(".report .problem").last).to_contain_text("暂时连不上服务")
    button.click()
    expect(walk.page.locator(".report .ticket-card")).to_be_visible()
    walk.open("#/tickets")
    expect(walk.page.locator(".ticket-row")).to_have_count(1)


def test_another_device_finds_the_ticket_by_number_and_last_four_digits(
    walk: Walk, open_walk: Callable[..., Walk]
) -> None:
    number = file_ticket(walk)
    other = open_walk()
    other.open("#/tickets")
    expect(other.page.locator(".empty-title")).to_have_text("这台设备上还没有工单")
    other.page.get_by_label("工单编号").fill(number)
    other.page.get_by_label("手机号后四位").fill("0000")
    other.page.get_by_role("button", name="查进度").click()
    expect(other.page.locator(".lookup .problem").last).not_to_be_empty()
    other.page.get_by_label("手机号后四位").fill("4321")
    other.page.get_by_role("button", name="查进度").click()
    expect(other.page.locator(".other-page .ticket-card .number")).to_have_text(number)


def test_photo_chosen_while_talking_is_attached_to_the_ticket_that_follows(
    walk: Walk, address: str, tmp_path: Path
) -> None:
    walk.ask(MATTER)
    walk.page.locator(".composer input[type=file]").set_input_files(photo(tmp_path))
    walk.page.get_by_role("button", name="不用", exact=True).click()
    walk.page.get_by_role("button", name="确定").click()
    expect(walk.page.locator(".tray")).to_contain_text("1 张照片已备好")
    walk.page.locator(".chip", has_text="登记成工单").last.click()
    number = walk.page.locator(".ticket-card .number").inner_text()
    expect(walk.page.locator(".notice").last).to_contain_text(number)
    expect(walk.page.locator(".tray")).to_be_empty()
    assert len(Desk(address).photos(number)) == 1


def test_addition_is_added_to_an_open_ticket(walk: Walk) -> None:
    number = file_ticket(walk)
    walk.open(f"#/tickets/{number}")
    walk.page.get_by_role("button", name="补充情况").click()
    walk.page.get_by_label("要补充的情况").fill("灯杆编号是 0123")
    walk.page.get_by_role("button", name="提交补充").click()
    expect(walk.page.locator(".notice").last).to_contain_text("已补充")
