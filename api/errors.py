"""One exception and one shape for everything that goes wrong over HTTP.

ApiError
├── Unauthenticated   401  who are you?
├── Forbidden         403  you may not
├── NotFound          404
├── Conflict          409  version_conflict, illegal_step, idempotency_conflict
├── TooLarge          413
├── Unprocessable     422  understood but impossible
├── TooManyRequests   429  with Retry-After
└── Unavailable       503  a part is down; nothing was lost
"""

# ruff: noqa: N818 - errors are named after what happened
from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.exceptions import HTTPException

from analytics.alarm_desk import AlarmNotFound
from analytics.brief_shelf import BriefNotFound
from analytics.groups import GroupNotFound
from analytics.improvements import ImprovementNotFound
from api.expectations import describe
from hotline.city import CityError, UnknownName
from hotline.city_editing import FileNotEditable
from hotline.errors import (
    HotlineError,
    IllegalStep,
    InvalidInput,
    NotAllowed,
    StoreError,
    TicketNotFound,
    VersionConflict,
)
from hotline.staff import UserNotFound
from nlu.personal import mask

logger = logging.getLogger("suisheng.api")


class ApiError(Exception):
    """An error a client can act on: a code for programs, one Chinese sentence for people."""

    status = 500
    code = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        detail: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.detail = dict(detail) if detail else None
        self.headers = dict(headers) if headers else {}


class Unauthenticated(ApiError):
    """No valid token came with the request."""

    status = 401
    code = "unauthenticated"

    def __init__(self, message: str = "请先登录。") -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(ApiError):
    """The caller is known but may not do this."""

    status = 403
    code = "forbidden"


class NotFound(ApiError):
    """There is no such thing, or not for this caller."""

    status = 404
    code = "not_found"


class Conflict(ApiError):
    """The thing has changed, or cannot take this step now."""

    status = 409
    code = "conflict"


class TooLarge(ApiError):
    """The body or file is larger than allowed."""

    status = 413
    code = "too_large"


class Unprocessable(ApiError):
    """The request is well-formed but cannot be carried out."""

    status = 422
    code = "invalid"


class TooManyRequests(ApiError):
    """The caller is too fast."""

    status = 429
    code = "too_many_requests"


class Unavailable(ApiError):
    """A part of the service is down for now."""

    status = 503
    code = "unavailable"


HOTLINE_STATUS: dict[type[HotlineError], int] = {
    TicketNotFound: 404,
    GroupNotFound: 404,
    AlarmNotFound: 404,
    BriefNotFound: 404,
    ImprovementNotFound: 404,
    UserNotFound: 404,
    FileNotEditable: 404,
    NotAllowed: 403,
    IllegalStep: 409,
    VersionConflict: 409,
    InvalidInput: 422,
    StoreError: 503,
}

HTTP_ERRORS: dict[int, tuple[str, str]] = {
    400: ("bad_request", "请求格式不正确。"),
    401: ("unauthenticated", "请先登录。"),
    403: ("forbidden", "您没有权限进行这项操作。"),
    404: ("not_found", "没有这个地址，请检查网址。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    413: ("too_large", "内容太大，请精简后再试。"),
    415: ("unsupported_media_type", "内容类型不支持。"),
}


def error_body(
    request: Request, code: str, message: str, detail: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the error shape of the contract, with the id of this request."""
    request_id = getattr(request.state, "request_id", "")
    return {
        "error": {
            "code": code,
            "message": message,
            "detail": dict(detail) if detail else None,
            "request_id": request_id,
        }
    }


async def _api_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("ApiError", error)
    body = error_body(request, error.code, error.message, error.detail)
    return JSONResponse(body, error.status, headers=error.headers)


async def _hotline_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("HotlineError", error)
    kinds = (status for kind, status in HOTLINE_STATUS.items() if isinstance(error, kind))
    # A caller may have typed a phone number where a ticket number belongs.
    detail = {
        name: mask(value).text if isinstance(value, str) else value
        for name, value in (error.detail or {}).items()
    }
    body = error_body(request, error.code, mask(error.message).text, detail)
    return JSONResponse(body, next(kinds, 500))


async def _unknown_name(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse(error_body(request, "unknown_name", mask(str(error.args[0])).text), 422)


async def _city_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("CityError", error)
    problems = [
        {"file": one.file, "line": one.line, "what": one.what, "remedy": one.remedy}
        for one in error.problems
    ]
    message = f"没有保存：有 {len(problems)} 处要改，第一处：{error.problems[0]}。"
    return JSONResponse(error_body(request, "city_wrong", message, {"problems": problems}), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("HTTPException", error)
    code, message = HTTP_ERRORS.get(error.status_code, ("http_error", "请求没有成功。"))
    body = error_body(request, code, message)
    return JSONResponse(body, error.status_code, headers=error.headers)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    error = cast("RequestValidationError", error)
    fields = [describe(item) for item in error.errors()]
    message = "；".join(f"{field.name}{field.problem}" for field in fields[:3]) + "。"
    detail = {"fields": [field.as_detail() for field in fields]}
    return JSONResponse(error_body(request, "invalid", message, detail), 422)


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    # str(error) of SQLAlchemy carries statement parameters, which may hold personal data.
    logger.error("database unavailable: %s request=%s", type(error).__name__, _id(request))
    body = error_body(request, "database_unavailable", "数据库暂时繁忙，请稍后再试，内容未丢失。")
    return JSONResponse(body, 503, headers={"Retry-After": "2"})


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer for a bug of ours: logs where it happened, never the values involved."""
    where = "".join(traceback.format_tb(error.__traceback__)[-6:])
    logger.error("unexpected %s request=%s\n%s", type(error).__name__, _id(request), where)
    body = error_body(request, "internal", "系统出了点问题，我们已记录，请稍后再试。")
    return JSONResponse(body, 500)


def _id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def install(app: FastAPI) -> None:
    """Give every error of ``app`` the one shape."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(HotlineError, _hotline_error)
    app.add_exception_handler(CityError, _city_error)
    app.add_exception_handler(UnknownName, _unknown_name)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(OperationalError, _database_error)
    app.add_exception_handler(InterfaceError, _database_error)
