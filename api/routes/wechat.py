"""WeChat: log-in and subscriptions of the mini-program, callbacks of the official account."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from api import idempotency
from api.dependencies import CitizenDep, ServicesDep
from api.errors import ApiError, Forbidden, TooManyRequests, Unavailable, Unprocessable
from api.guard import guarded_router
from api.limits import Limiter
from api.schemas.session import CitizenSession
from api.schemas.wechat import NewConsents, Subscription, Subscriptions, WeChatLogin
from api.services import Services
from api.wechat.channel import MINI_OFF
from api.wechat.client import Account
from api.wechat.envelope import BadEnvelope
from api.wechat.errors import LOGIN_CODE_ERRORS, RISKY_USER, TOO_FAST, WeChatError
from api.wechat.official import Allow

logger = logging.getLogger("suisheng.wechat")
router = guarded_router()

Signed = Annotated[str, Query(max_length=128)]


@router.post("/v1/wechat/session", tags=["wechat"])
async def log_in(login: WeChatLogin, services: ServicesDep) -> CitizenSession:
    """Open a citizen session for whoever WeChat says ``code`` belongs to."""
    client = services.wechat.mini
    if client is None:
        raise Unavailable("微信小程序还没有开通。", code="channel_off", detail={"why": MINI_OFF})
    try:
        account = await client.log_in(login.code)
    except WeChatError as error:
        raise _refusal(error) from None
    return await run_in_threadpool(_open, services, client.app.app_id, account)


def _open(services: Services, app_id: str, account: Account) -> CitizenSession:
    person = services.wechat.identities.of("mini_program", app_id, account.openid, account.unionid)
    token, citizen_id, expires_at = services.sessions.open_citizen(
        "mini_program", person.citizen_id
    )
    return CitizenSession(token=token, citizen_id=citizen_id, expires_at=expires_at)


@router.get("/v1/wechat/subscriptions", tags=["wechat"])
def subscriptions(citizen: CitizenDep, services: ServicesDep) -> Subscriptions:
    """Return what the citizen can agree to be told, and how often they already did."""
    return _shown(services, services.wechat.consents.left(citizen.citizen_id))


@router.post("/v1/wechat/subscriptions", tags=["wechat"])
def agree(new: NewConsents, citizen: CitizenDep, services: ServicesDep) -> Subscriptions:
    """Keep what the citizen agreed to in WeChat's window."""
    left = idempotency.once(
        services.store,
        f"consent:{citizen.citizen_id}",
        str(new.request_id),
        idempotency.digest_of(new.model_dump_json()),
        lambda: services.wechat.consents.note(citizen.citizen_id, new.choices),
    )
    return _shown(services, left)


@router.get("/v1/wechat/callback", tags=["wechat"], response_class=PlainTextResponse)
def prove(echostr: Annotated[str, Query(max_length=256)]) -> PlainTextResponse:
    """Prove to WeChat that this address is ours (its signature was checked before)."""
    return PlainTextResponse(echostr)


@router.post("/v1/wechat/callback", tags=["wechat"], response_class=Response)
async def take(
    request: Request,
    services: ServicesDep,
    timestamp: Signed,
    nonce: Signed,
    msg_signature: Signed = "",
) -> Response:
    """Take a message to the official account; the answer is sealed XML, or ``success``."""
    official, limiter = services.wechat.official, request.app.state.limiter
    if official is None:
        raise Unavailable("微信公众号还没有开通。", code="channel_off")
    try:
        answer = await official.receive(
            await request.body(), msg_signature, timestamp, nonce, _allow(limiter, services)
        )
    except BadEnvelope as error:
        logger.warning("official account: callback refused: %s", error)
        raise Forbidden("这条消息不是微信发来的。") from None
    return Response(answer, media_type="application/xml" if answer[:1] == b"<" else "text/plain")


def _allow(limiter: Limiter, services: Services) -> Allow:
    limit = services.settings.chat_per_minute

    def allow(citizen_id: str) -> bool:
        return limit == 0 or not limiter.take(f"chat:{citizen_id}", limit).refused

    return allow


def _refusal(error: WeChatError) -> ApiError:
    """Say in our words why WeChat let nobody in."""
    if error.code in LOGIN_CODE_ERRORS:
        return Unprocessable("微信登录已失效，请重新打开小程序。", code="wechat_code_invalid")
    if error.code in TOO_FAST:
        return TooManyRequests("登录太频繁了，请一分钟后再试。", headers={"Retry-After": "60"})
    if error.code == RISKY_USER:
        return Forbidden("微信暂时不允许这个账号登录，请改用网页或拨打 12345。")
    return Unavailable(
        "暂时连不上微信，请稍后再试；急事请拨打 12345。",
        code="wechat_unavailable",
        headers={"Retry-After": "3"},
    )


def _shown(services: Services, left: dict[str, int]) -> Subscriptions:
    return Subscriptions(
        items=[
            Subscription(
                key=one.key,
                title=one.title,
                template_id=one.template_id,
                long_term=one.long_term,
                left=left.get(one.key, 0),
            )
            for one in services.wechat.consents.offered
        ]
    )
