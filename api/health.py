"""Looking at each part: can it do its work at this moment?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx2
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api.schemas.health import Channel, Channels, Health, Part, Parts
from api.services import Services
from api.wechat.channel import MINI_OFF, OFFICIAL_OFF, WeChat
from api.wechat.client import WeChatClient
from hotline.store import IdempotencyKey

LOOK_SECONDS = 2.0


async def examine(services: Services) -> Health:
    """Look at all parts at once."""
    settings = services.settings
    database, rasa, actions = await asyncio.gather(
        run_in_threadpool(_database, services),
        _server(services.http, f"{settings.rasa_url.rstrip('/')}/", "对话引擎"),
        _server(services.http, f"{settings.actions_url.rstrip('/')}/health", "对话动作服务"),
    )
    parts = Parts(
        database=database,
        rasa=rasa,
        actions=actions,
        models=_models(services),
        knowledge_base=_knowledge_base(services),
    )
    fine = all(part.ok for part in (database, rasa, actions, parts.models, parts.knowledge_base))
    return Health(
        status="ok" if fine else "degraded",
        parts=parts,
        channels=_channels(services.wechat),
        demo=settings.demo,
    )


def _database(services: Services) -> Part:
    """Write and take back a row: a database that only reads is not healthy."""
    try:
        with services.store.session() as session:
            probe = IdempotencyKey(
                scope="health",
                key=datetime.now(UTC).isoformat(),
                request_digest="",
                response=None,
                created_at=datetime.now(UTC),
            )
            session.add(probe)
            session.flush()
            session.delete(probe)
    except SQLAlchemyError as error:
        return Part(ok=False, detail=f"无法写入（{type(error).__name__}）")
    return Part(ok=True, detail="可读可写")


async def _server(http: httpx2.AsyncClient, url: str, name: str) -> Part:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            response = await http.get(url)
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL):
        return Part(ok=False, detail=f"{name}没有应答")
    if response.status_code != httpx2.codes.OK:
        return Part(ok=False, detail=f"{name}应答 {response.status_code}")
    return Part(ok=True, detail=f"{name}正常")


def _channels(wechat: WeChat) -> Channels:
    """A front without keys is off, which is nothing broken."""
    return Channels(
        mini_program=_front(wechat.mini, MINI_OFF),
        official_account=_front(wechat.official_client, OFFICIAL_OFF),
    )


def _front(client: WeChatClient | None, off: str) -> Channel:
    if client is None:
        return Channel(on=False, ok=True, detail=off)
    problem = client.last_problem
    detail = f"已开通；上一次调用微信没有成功：{problem}" if problem else "已开通"
    return Channel(on=True, ok=problem is None, detail=detail)


def _models(services: Services) -> Part:
    if services.suggester.ready:
        return Part(ok=True, detail="派单模型已装载")
    return Part(ok=False, detail="派单模型未装载，工单由人工派单")


def _knowledge_base(services: Services) -> Part:
    if services.knowledge_problem is not None:
        return Part(ok=False, detail="知识库内容有误，详见启动日志")
    count = len(services.answerer.base)
    return Part(ok=count > 0, detail=f"{count} 条知识")
