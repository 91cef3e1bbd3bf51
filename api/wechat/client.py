"""WeChat's server interfaces as far as we use them, typed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError

from api.wechat.access_token import TokenKeeper
from api.wechat.errors import TOKEN_ERRORS, Busy, Refused, Unsure, WeChatError, from_code

logger = logging.getLogger("suisheng.wechat")
# At INFO the HTTP client logs addresses, and WeChat's carry the secret and the access token.
logging.getLogger("httpx2").setLevel(logging.WARNING)

PAUSES = (0.2, 0.8)
"""Seconds to wait before the second and third try of a busy WeChat, each up to doubled."""
TIMEOUT = httpx2.Timeout(6.0, connect=3.0)
LARGEST_MEDIA = 10 * 1_048_576
GATEWAY_TIMEOUT = 504

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class App:
    """A mini-program or official account as WeChat knows it."""

    app_id: str
    secret: SecretStr


class Account(BaseModel):
    """Who logged in. WeChat's answer also holds ``session_key``; it is not even read."""

    openid: str
    unionid: str | None = None


class WeChatClient:
    """Calls WeChat for one app.

    A busy WeChat (−1, 5xx, no connection) is tried again twice; a refused access token is renewed
    once. Everything else is raised.
    """

    def __init__(self, http: httpx2.AsyncClient, address: str, app: App) -> None:
        self.app = app
        self._http = http
        self._address = address.rstrip("/")
        self._tokens = TokenKeeper(self._stable_token)
        self.last_problem: str | None = None

    async def log_in(self, code: str) -> Account:
        """``code2session``: return who got ``code`` from ``wx.login``.

        Raises:
            Refused: 40029 unknown code, 40163 used code, 45011 too often, 40226 risky user.
            Busy, Unsure: WeChat cannot answer now.
        """
        query = {
            "appid": self.app.app_id,
            "secret": self.app.secret.get_secret_value(),
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = await self._ask("GET", "/sns/jscode2session", query=query)
        return _shaped(Account, answer, "jscode2session")

    async def send_subscription(
        self, openid: str, template: str, page: str, data: Mapping[str, str]
    ) -> None:
        """``subscribeMessage.send``: one message the citizen agreed to.

        Raises:
            Refused: 43101 no consent left, 40003 openid, 40037 template, 47003 content.
            Busy, Unsure: WeChat cannot answer now.
        """
        body = {
            "touser": openid,
            "template_id": template,
            "page": page,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        await self._ask_as_app("POST", "/cgi-bin/message/subscribe/send", body)

    async def send_text(self, openid: str, text: str) -> None:
        """``message/custom/send``: a text to somebody who wrote within 48 hours.

        Raises:
            Refused: 45015 time is over, 45047 too many messages.
            Busy, Unsure: WeChat cannot answer now.
        """
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._ask_as_app("POST", "/cgi-bin/message/custom/send", body)

    async def media(self, media_id: str) -> bytes:
        """``media/get``: the bytes of a picture somebody sent.

        Raises:
            Refused: 40007 the media is gone, or is too large.
            Busy, Unsure: WeChat cannot answer now.
        """
        response = await self._as_app("GET", "/cgi-bin/media/get", {"media_id": media_id}, None)
        if len(response.content) > LARGEST_MEDIA:
            raise Refused(None, "media/get：照片太大")
        return response.content

    async def publish_menu(self, menu: Mapping[str, Any]) -> None:
        """``menu/create``: replace the official account's menu.

        Raises:
            Refused: 40016, 40018 and others name what is wrong with the menu.
            Busy, Unsure: WeChat cannot answer now.
        """
        await self._ask_as_app("POST", "/cgi-bin/menu/create", menu)

    async def _stable_token(self, force: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self.app.app_id,
            "secret": self.app.secret.get_secret_value(),
            "force_refresh": force,
        }
        answer = await self._ask("POST", "/cgi-bin/stable_token", body=body)
        token = _shaped(_Token, answer, "stable_token")
        return token.access_token, token.expires_in

    async def _ask_as_app(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return _object(await self._as_app(method, path, {}, body), path)

    async def _as_app(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> httpx2.Response:
        token = await self._tokens.current()
        try:
            return await self._patiently(method, path, {"access_token": token, **query}, body)
        except Refused as refused:
            if refused.code not in TOKEN_ERRORS:
                raise
        token = await self._tokens.instead_of(token)
        return await self._patiently(method, path, {"access_token": token, **query}, body)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return _object(await self._patiently(method, path, query or {}, body), path)

    async def _patiently(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> httpx2.Response:
        pauses = iter(PAUSES)
        while True:
            try:
                response = await self._once(method, path, query, body)
            except WeChatError as error:
                self._note(error)
                pause = next(pauses, None)
                if not isinstance(error, Busy) or pause is None:
                    raise
                await asyncio.sleep(pause * random.uniform(1, 2))
            else:
                self.last_problem = None
                return response

    async def _once(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> httpx2.Response:
        api = path.rsplit("/", 1)[-1]
        try:
            response = await self._http.request(
                method, self._address + path, params=query, json=body, timeout=TIMEOUT
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Busy(None, f"{api}：连不上微信") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise Unsure(None, f"{api}：微信没有应答") from None
        if response.status_code == GATEWAY_TIMEOUT:
            raise Unsure(None, f"{api}：微信没有应答")
        if response.status_code >= 500:
            raise Busy(None, f"{api}：微信应答 {response.status_code}")
        if response.status_code != httpx2.codes.OK:
            raise Refused(None, f"{api}：微信应答 {response.status_code}")
        code = _errcode(response)
        if code:
            raise from_code(code, api)
        return response

    def _note(self, error: WeChatError) -> None:
        # A citizen's used-up code or consent is everyday business, not a problem of the channel.
        if isinstance(error, Busy | Unsure) or error.code in _OURS:
            self.last_problem = str(error)
            logger.warning("wechat: %s", error)


_OURS = frozenset({40001, 40013, 40125, 40164, 48001, 89503, 45009})


class _Token(BaseModel):
    access_token: str
    expires_in: float


def _errcode(response: httpx2.Response) -> int:
    """Return the errcode of an answer; pictures and good answers have none, or 0."""
    if not _is_json(response):
        return 0
    try:
        answer = response.json()
    except ValueError:
        return 0
    code = answer.get("errcode", 0) if isinstance(answer, dict) else 0
    return code if isinstance(code, int) else 0


def _is_json(response: httpx2.Response) -> bool:
    # Errors of media/get come as text/plain, as do many good answers.
    return response.content[:1] == b"{"


def _object(response: httpx2.Response, path: str) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unsure(None, f"{path.rsplit('/', 1)[-1]}：微信的应答读不懂")
    return answer


def _shaped(shape: type[Shape], answer: dict[str, Any], api: str) -> Shape:
    try:
        return shape.model_validate(answer)
    except ValidationError:
        raise Unsure(None, f"{api}：微信的应答缺少内容") from None
