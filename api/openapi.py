"""An OpenAPI description that is true: the one error shape, and who may call what."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.permissions import ANYONE, allowed
from api.schemas.base import ErrorShape

DESCRIPTIONS = {
    400: "请求格式不正确",
    401: "没有登录或登录已过期",
    403: "没有权限",
    404: "没有找到",
    409: "已被他人修改，或现在不能走这一步",
    413: "内容太大",
    422: "内容不符合要求",
    429: "太快了",
    503: "某个部分暂时不可用",
}
ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorShape, "description": text} for status, text in DESCRIPTIONS.items()
}


def install(app: FastAPI) -> None:
    """Make ``app.openapi()`` name the roles of each route and the token it needs."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schema.setdefault("components", {})["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"}
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            roles = allowed(method.upper(), path)
            operation["x-roles"] = sorted(roles)
            _errors_are_json(operation["responses"])
            if ANYONE not in roles:
                operation["security"] = [{"bearer": []}]
    return schema


def _errors_are_json(responses: dict[str, Any]) -> None:
    """Also where a route answers with a picture or a stream, its errors have the one shape."""
    for status, response in responses.items():
        if status.isdigit() and int(status) in DESCRIPTIONS and "content" in response:
            shape = next(iter(response["content"].values()))
            response["content"] = {"application/json": shape}
