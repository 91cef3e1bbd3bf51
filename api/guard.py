"""Authorise before anything else: before the body is read, before parameters are looked at."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Forbidden, Unauthenticated
from api.limits import address_of, check
from api.permissions import ANYONE, WECHAT, allowed
from api.principal import Citizen, Principal, Service, Staff, WeChatServer
from api.services import Services
from api.sessions import CITIZEN_PREFIX, STAFF_PREFIX

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class GuardedRoute(APIRoute):
    """A route that looks itself up in the permission table; missing there means denied."""

    def get_route_handler(self) -> Handler:
        """Put the guard before FastAPI's own handling."""
        handle = super().get_route_handler()
        path = self.path

        async def guarded(request: Request) -> Response:
            await authorise(request, allowed(request.method, path))
            return await handle(request)

        return guarded


def guarded_router() -> APIRouter:
    """Return a router whose every route is guarded."""
    return APIRouter(route_class=GuardedRoute)


async def authorise(request: Request, roles: frozenset[str]) -> None:
    """Find out who calls, hold them to their rate, and let them in or raise 401, 403, 429.

    The caller is kept in ``request.state.principal`` (``None`` when nobody in particular).
    """
    services: Services = request.app.state.services
    settings = services.settings
    # All followers write from WeChat's few addresses, so these have no limit of their own.
    if WECHAT in roles and services.wechat.calls_with(request.query_params):
        request.state.principal = WeChatServer()
        return
    token = bearer_token(request)
    if token is not None and _is_service(token, services):
        principal: Principal | None = Service()
    else:
        check(request, "address", address_of(request), settings.address_per_minute)
        principal = await run_in_threadpool(_resolve, services, token) if token else None
        if principal is not None and token is not None:
            client = hashlib.sha256(token.encode()).hexdigest()
            check(request, "client", client, settings.client_per_minute)
    request.state.principal = principal
    if ANYONE in roles:
        return
    if principal is None:
        raise Unauthenticated("登录已过期，请重新登录。" if token else "请先登录。")
    if principal.role not in roles:
        raise Forbidden("您的角色不能进行这项操作。", detail={"role": principal.role})


def bearer_token(request: Request) -> str | None:
    """Return the bearer token of the request, if it carries one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _is_service(token: str, services: Services) -> bool:
    expected = services.settings.service_token.get_secret_value()
    return hmac.compare_digest(token.encode(), expected.encode())


def _resolve(services: Services, token: str) -> Principal | None:
    if token.startswith(STAFF_PREFIX):
        return services.sessions.staff(token)
    if token.startswith(CITIZEN_PREFIX):
        return services.sessions.citizen(token)
    return None


def citizen_of(request: Request) -> Citizen:
    """Dependency: the citizen calling (the table lets nobody else in)."""
    principal = request.state.principal
    if not isinstance(principal, Citizen):
        raise Forbidden("这个接口供市民使用。")
    return principal


def staff_of(request: Request) -> Staff:
    """Dependency: the member of staff calling (the table lets nobody else in)."""
    principal = request.state.principal
    if not isinstance(principal, Staff):
        raise Forbidden("这个接口供工作人员使用。")
    return principal
