"""A small day at the hotline, made through the API: tickets in every status, a waiting chat."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2
from sqlalchemy import select

from hotline.models import Ticket
from hotline.store import Store

MATTERS = {
    "pending": "天河区石牌东路夜市的摊档每晚占满人行道，油烟很大，希望处理。",
    "read": "天河区五山路口的摊档把盲道占了，推轮椅过不去。",
    "sure": "海珠区江南西路的路灯坏了三盏，晚上看不清路。",
    "doubtful": "白云区同和这边装修噪音和垃圾堆放都没人管。",
    "rivals": "番禺区市桥的公交站牌被撞歪，容易伤人。",
    "dispatched": "越秀区北京路井盖松动，车一过就响。",
    "signed": "荔湾区芳村的绿化带长期积水发臭。",
    "handling": "花都区新华街的健身器材断了一截，孩子差点受伤。",
    "closed": "黄埔区科学城的红绿灯时间太短，老人过不完马路。",
    "markup": "<b>加粗</b><script>alert(1)</script> 增城区荔城街道的公告栏脱落。",
}
REPLY = "已到花都区新华街现场核实，断裂的健身器材今天上午拆除，新器材三天内装好，联系人在现场公示。"


def fill(http: httpx2.Client, store: Store) -> dict[str, str]:
    """Make the tickets and move them along; return their numbers by name."""
    numbers = {name: _file(http, text, at) for at, (name, text) in enumerate(MATTERS.items())}
    staff = _headers(http, "dispatcher")
    unit = _headers(http, "unit")
    unit_code = http.get("/v1/session", headers=unit).json()["unit_code"]
    choices = http.get("/v1/desk/reference", headers=staff).json()["units"]
    other = next(item for item in choices if item["code"] != unit_code)
    suggest(store, numbers["pending"], other, dial="one_click", confidence=0.91)
    suggest(store, numbers["read"], other, dial="one_click", confidence=0.91)
    suggest(store, numbers["sure"], other, dial="auto", confidence=0.99)
    suggest(store, numbers["doubtful"], other, dial="human", confidence=0.55)
    suggest(store, numbers["rivals"], other, dial="one_click", confidence=0.9)
    for name in ("dispatched", "signed", "handling", "closed"):
        _step(http, staff, numbers[name], "dispatch", unit_code=unit_code, reason="职责明确")
    for name in ("signed", "handling", "closed"):
        _step(http, unit, numbers[name], "sign")
    for name in ("handling", "closed"):
        _step(http, unit, numbers[name], "start")
    _step(http, unit, numbers["closed"], "close", reply=REPLY)
    numbers["chat"] = _wait_for_person(http)
    return numbers


def suggest(store: Store, number: str, unit: dict[str, Any], dial: str, confidence: float) -> None:
    """Give a ticket a suggestion with a full evidence pack, as the dispatcher writes it."""
    category = "城市管理/占道经营"
    with store.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        ticket.category, ticket.confidence, ticket.dial = category, confidence, dial
        ticket.suggested_unit = unit["code"]
        ticket.suggestion = {
            "categories": [{"name": category, "probability": confidence}],
            "appeal_type": {"name": "投诉", "probability": 0.9},
            "urgency": {"level": "一般", "reasons": []},
            "place": {"text": "", "district": None, "street": None, "candidates": []},
            "unit": {"code": unit["code"], "name": unit["name"]},
            "co_units": [],
            "alternatives": [],
            "confidence": confidence,
            "dial": dial,
            "dial_reason": "把握较高，未达自动派出线。",
            "evidence": {
                "duty": {
                    "clause": "占道经营由街镇主办",
                    "basis": "《城市市容和环境卫生管理条例》第十四条",
                },
                "place": "石牌东路在天河区",
                "neighbours": [
                    {
                        "number": session.scalars(select(Ticket.number)).first(),
                        "title": "夜市占用人行道",
                        "unit": unit["name"],
                        "status": "已办结",
                        "similarity": 0.8,
                        "outcome": "按时办结",
                    }
                ],
                "words": [{"word": "摊档", "weight": 1.2}, {"word": "噪音", "weight": -0.4}],
                "counter": "若以油烟为主，应由生态环境部门主办。",
                "return_risk": {"probability": 0.07, "why": "同类工单少有退单"},
            },
            "safety": None,
            "repeat_of": None,
            "matters": [],
            "digests": {"model": "m" * 20, "rules": "r", "dictionary": "d", "input": "i"},
        }


def _file(http: httpx2.Client, text: str, at: int) -> str:
    citizen = http.post("/v1/citizen/session", json={"channel": "h5"}).json()
    response = http.post(
        "/v1/tickets",
        json={"text": text, "phone": f"1380000{at:04d}", "name": "测试市民"},
        headers={"Authorization": f"Bearer {citizen['token']}"},
    )
    assert response.status_code == 200, response.text
    return str(response.json()["number"])


def _headers(http: httpx2.Client, username: str) -> dict[str, str]:
    body = {"username": username, "password": f"demo-{username}"}
    return {"Authorization": f"Bearer {http.post('/v1/session', json=body).json()['token']}"}


def _step(
    http: httpx2.Client, headers: dict[str, str], number: str, step: str, **values: object
) -> None:
    path = f"/v1/desk/tickets/{number}"
    version = http.get(path, headers=headers).json()["version"]
    response = http.post(f"{path}/{step}", json={"version": version, **values}, headers=headers)
    assert response.status_code == 200, response.text


def _wait_for_person(http: httpx2.Client) -> str:
    citizen = http.post("/v1/citizen/session", json={"channel": "h5"}).json()
    headers = {"Authorization": f"Bearer {citizen['token']}"}
    for text, payload in (("居住证怎么办", None), ("转人工", "/gateway_human")):
        body = {"message_id": str(uuid.uuid4()), "text": text, "payload": payload}
        answer = http.post("/v1/chat/messages", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    staff = _headers(http, "dispatcher")
    return str(http.get("/v1/desk/chats", headers=staff).json()["items"][0]["id"])
