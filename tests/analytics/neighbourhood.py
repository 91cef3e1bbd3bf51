"""Invented matters: what different people write about the same thing, and about other things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from analytics.grouping import Told
from hotline.lifecycle import Actor, Role
from hotline.store import Ticket
from hotline.tickets import Intake, create_ticket

CITIZEN = Actor("citizen-1", Role.CITIZEN)
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)

# (district, place, wordings): one matter each; wordings of one matter differ as people's do.
MATTERS: dict[str, tuple[str, str, list[str]]] = {
    "mixer": (
        "天河区",
        "翠屏里小区",
        [
            "翠屏里小区旁边的恒固搅拌站半夜开工，噪音大得睡不着",
            "投诉翠屏里小区附近恒固搅拌站粉尘噪音污染",
            "恒固搅拌站粉尘飘进翠屏里小区，窗户都不敢开",
            "翠屏里小区业主反映恒固搅拌站通宵施工扰民",
            "请查处翠屏里小区旁的恒固搅拌站，水泥车整夜轰鸣",
            "恒固搅拌站夜间噪音严重影响翠屏里小区居民休息",
        ],
    ),
    "parking": (
        "番禺区",
        "云湾雅苑",
        [
            "云湾雅苑开发商捆绑销售车位，不买车位不给签合同",
            "投诉云湾雅苑楼盘买房必须买车位，强制捆绑",
            "云湾雅苑购房强行搭售二十万车位，合法吗",
            "开发商宏启地产在云湾雅苑捆绑车位销售",
            "云湾雅苑销售说不买车位就不能选房，捆绑销售",
        ],
    ),
    "school": (
        "越秀区",
        "明泉路小学",
        [
            "明泉路小学门口放学时段堵车严重，接送车乱停",
            "明泉路小学放学高峰校门口车辆乱停，孩子过马路危险",
            "建议整治明泉路小学门前接送车乱停乱放",
        ],
    ),
}
ALONE = [
    ("天河区", "竹丝岭花园三栋楼下路灯坏了两个星期没人修"),
    ("白云区", "想问灵活就业人员怎样缴纳医疗保险"),
    ("海珠区", "江燕里菜市场门前占道摆卖，人行道走不了"),
    ("荔湾区", "老人卡年审要带哪些证件"),
    ("黄埔区", "萝峰新村半夜有人在楼下放音响跳舞"),
    ("花都区", "公交787路等了五十分钟没有车"),
    ("南沙区", "家门口的榕树枝压到电线，请修剪"),
    ("增城区", "健身房关门不退预付卡，联系不上老板"),
]


def all_told(days: int = 30) -> list[Told]:
    """Every wording as a ticket, spread over some days, each from another person."""
    found: list[Told] = []
    start = NOW - timedelta(days=days)
    rows = [
        (district, text) for district, _, wordings in MATTERS.values() for text in wordings
    ] + ALONE
    for number, (district, text) in enumerate(rows):
        at = start + timedelta(hours=7 * number)
        found.append(Told(f"t{number:03}", text[:18], f"{district}{text}", at.timestamp() / 86_400))
    return found


def file_matter(
    session: Session, name: str, at: datetime, count: int | None = None, first: int = 0
) -> list[Ticket]:
    """File a matter's wordings as tickets, an hour apart, each from another phone."""
    district, place, wordings = MATTERS[name]
    base = list(MATTERS).index(name) * 100
    return [
        create_ticket(
            session,
            Intake(
                text=wordings[number % len(wordings)],
                channel="h5",
                district=district,
                place=place,
                phone=f"1380000{base + number:04}",
                received_at=at + timedelta(hours=number),
            ),
            CITIZEN,
            now=at + timedelta(hours=number),
        )
        for number in range(first, first + (count or len(wordings)))
    ]


def file_alone(session: Session, at: datetime) -> list[Ticket]:
    """File the matters that nobody else has."""
    return [
        create_ticket(
            session,
            Intake(
                text=text,
                channel="h5",
                district=district,
                phone=f"1380000{9000 + number:04}",
                received_at=at + timedelta(hours=number),
            ),
            CITIZEN,
            now=at + timedelta(hours=number),
        )
        for number, (district, text) in enumerate(ALONE)
    ]
