"""A local server that follows the contract of ``/v1/bot/…``, errors included.

It runs in the bot's environment (aiohttp comes with Rasa), keeps what it was sent, and can be
told to fail: ``failures["tickets"] = 503``, ``"garbage"``, ``"silent"``, or an error code of the
contract such as ``"illegal_step"``.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from aiohttp import web

Json = dict[str, Any]

KNOWN = "GZ20261118-000042"
OWN_PROOF = "0001"
MESSAGES = {
    "illegal_step": (409, "工单现在是“待派单”，不能评价；现在可以：派单、作废。"),
    "taken": (409, "这个时间已经约满。"),
    "too_many_requests": (429, "查询太频繁，请稍后再试。"),
    "ticket_not_found": (404, "没有找到这张工单，请核对工单号。"),
    "invalid": (422, "内容不符合要求。"),
}
ANSWERS: dict[str, Json] = {
    "居住证": {
        "outcome": "answered",
        "text": "在广州居住半年以上，有合法稳定住所、就业或就读的，可以申领居住证。",
        "entry": {"id": "residence-permit", "title": "居住证申领", "kind": "service", "version": 1},
        "blocks": [{"name": "所需材料", "text": None, "items": ["身份证", "居住证明"]}],
        "follow_ups": ["需要什么材料", "在哪里办"],
    },
    "公积金": {
        "outcome": "several_candidates",
        "text": "公积金有几件事可以办，您想问哪一件？",
        "candidates": [
            {"id": "fund-rent", "title": "公积金租房提取", "score": 0.6},
            {"id": "fund-loan", "title": "公积金贷款", "score": 0.5},
        ],
    },
    "入户": {
        "outcome": "needs_clarifying",
        "text": "您是人才引进、积分入户还是投靠入户？",
        "follow_ups": ["人才引进", "积分入户", "夫妻投靠"],
    },
    "最低工资": {"outcome": "expired", "text": "这条标准正在更新，请以官网公布为准。"},
}


class ContractServer:
    """The server and what it remembers."""

    def __init__(self) -> None:
        self.calls: list[Json] = []
        self.failures: dict[str, int | str] = {}
        self.own: dict[str, list[str]] = {}
        self.no_slots = False
        self._running: web.AppRunner | None = None
        self._numbers = itertools.count(1)

    async def start(self) -> str:
        """Serve on a free loopback port; returns the base address."""
        app = web.Application()
        app.router.add_route("*", "/v1/bot/{what}", self._serve)
        self._running = web.AppRunner(app, shutdown_timeout=0.1)
        await self._running.setup()
        site = web.TCPSite(self._running, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Stop serving."""
        if self._running:
            await self._running.cleanup()

    def forget(self) -> None:
        """Forget calls and failures."""
        self.calls.clear()
        self.failures.clear()
        self.own.clear()
        self.no_slots = False

    async def _serve(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        body = await request.json() if request.can_read_body else {}
        who = request.headers.get("X-Conversation", "")
        if not request.headers.get("Authorization", "").startswith("Bearer ") or not who:
            return _error(401, "unauthenticated", "请先登录。")
        body = {**dict(request.query), **body}
        self.calls.append({"what": what, "method": request.method, "who": who, **body})
        failure = self.failures.get(f"{what} {request.method}", self.failures.get(what))
        if failure == "garbage":
            return web.Response(text="<html>oops</html>")
        if failure == "silent":
            await asyncio.sleep(30)
        if isinstance(failure, int):
            return _error(failure, "unavailable", "数据库暂时繁忙，请稍后再试，内容未丢失。")
        if isinstance(failure, str):
            status, message = MESSAGES[failure]
            return _error(status, failure, message)
        return getattr(self, f"_{what}")(request.method, who, body)

    def _answer(self, method: str, who: str, body: Json) -> web.Response:
        question = body["question"]
        found = next((a for words, a in ANSWERS.items() if words in question), None)
        empty: Json = {
            "outcome": "not_in_base",
            "text": "",
            "entry": None,
            "blocks": [],
            "sources": [],
            "candidates": [],
            "follow_ups": [],
            "unit": None,
            "phone": None,
            "confidence": 0.1,
            "digest": "0" * 12,
        }
        return web.json_response({**empty, **(found or {}), "question": question})

    def _tickets(self, method: str, who: str, body: Json) -> web.Response:
        allowed = {"text", "place", "occurred", "appeal_type"}
        if set(body) - allowed or not body["text"]:
            return _error(422, "invalid", "内容不符合要求。")
        number = f"GZ20261121-{next(self._numbers):06d}"
        self.own.setdefault(who, []).append(number)
        return web.json_response(progress_of(number, "待派单", title=body["text"][:20]))

    def _progress(self, method: str, who: str, body: Json) -> web.Response:
        number = self._number(who, body)
        if number is None:
            return _error(404, "ticket_not_found", "没有找到这张工单，请核对工单号。")
        return web.json_response(progress_of(number, "已办结" if number == KNOWN else "待派单"))

    def _rating(self, method: str, who: str, body: Json) -> web.Response:
        number = self._number(who, body)
        if number is None:
            return _error(404, "ticket_not_found", "没有找到这张工单，请核对工单号。")
        if not 1 <= body["score"] <= 5:
            return _error(422, "invalid", "请给 1 到 5 分。")
        return web.json_response({**progress_of(number, "已回访"), "rating": body["score"]})

    def _reopen(self, method: str, who: str, body: Json) -> web.Response:
        if self._number(who, body) is None:
            return _error(404, "ticket_not_found", "没有找到这张工单，请核对工单号。")
        return web.json_response(progress_of("GZ20261121-000900", "待派单"))

    def _additions(self, method: str, who: str, body: Json) -> web.Response:
        number = self._number(who, body)
        if number is None:
            return _error(404, "ticket_not_found", "没有找到这张工单，请核对工单号。")
        return web.json_response(progress_of(number, "办理中"))

    def _handover(self, method: str, who: str, body: Json) -> web.Response:
        return web.json_response({"queue_position": 3})

    def _appointments(self, method: str, who: str, body: Json) -> web.Response:
        if method == "GET":
            known = ("营业执照", "社保", "居住证")
            fits = any(name in body["business"] for name in known)
            free = SLOTS if fits and not self.no_slots else []
            return web.json_response({"items": free, "businesses": [f"{n}业务" for n in known]})
        return web.json_response(
            {"code": "A1024", "address": "天河区软件路13号", "end": "09:30", **body}
        )

    def _bookings(self, method: str, who: str, body: Json) -> web.Response:
        return web.json_response({"items": [] if self.no_slots else [BOOKING]})

    def _cancellations(self, method: str, who: str, body: Json) -> web.Response:
        if body["code"] != BOOKING["code"]:
            return _error(422, "invalid", "没有这个预约，可能已经取消了。")
        return web.json_response(BOOKING)

    def _number(self, who: str, body: Json) -> str | None:
        number = body.get("number")
        mine = self.own.get(who, [])
        if number is None:
            return mine[-1] if mine else None
        if number in mine or (number == KNOWN and body.get("phone_last4") == OWN_PROOF):
            return str(number)
        return None


SLOTS = [
    {"hall": hall, "date": day, "start": start, "end": end, "free": 2}
    for hall in ("天河区政务服务中心", "越秀区政务服务中心")
    for day in ("2026-11-23", "2026-11-24")
    for start, end in (("09:00", "09:30"), ("14:00", "14:30"))
]


BOOKING = {
    "code": "YY20261124-000007",
    "business": "营业执照登记",
    "hall": "天河区政务服务中心",
    "address": "天河区软件路13号",
    "phone": "12345",
    "date": "2026-11-24",
    "start": "09:00",
    "end": "09:30",
}


def progress_of(number: str, status: str, title: str = "楼下烧烤店夜间噪音") -> Json:
    """Return a Progress as the API sends it."""
    done = status in ("已办结", "已回访")
    return {
        "number": number,
        "title": title,
        "status": status,
        "status_text": status,
        "category": "生态环境/社会生活噪音",
        "unit": {"code": "TH-SP", "name": "天河区石牌街道办事处"},
        "why_unit": "社会生活噪音由事发地街道主办。",
        "next_step": "等待您评价" if done else "承办单位签收",
        "due_at": "2026-11-26T18:00:00+08:00",
        "due_text": "还有 3 个工作日，11月26日 18:00 前",
        "provisional": False,
        "timeline": [{"at": "2026-11-21T20:00:00+08:00", "text": "已登记"}],
        "reply": "已责令商家零点后停止经营。" if done else None,
        "can_rate": done,
        "can_reopen": done,
        "rating": None,
        "demo": False,
    }


def _error(status: int, code: str, message: str) -> web.Response:
    body = {"error": {"code": code, "message": message, "detail": None, "request_id": "test"}}
    return web.json_response(body, status=status)
