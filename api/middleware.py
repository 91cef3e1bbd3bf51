"""What happens to every request before routing: id, host, size, security headers, last resort."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import error_body, unexpected
from api.limits import Allowance

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors {ancestors}",
    )
)
PERMISSIONS_POLICY = "geolocation=(self), camera=(self), microphone=(self), payment=()"
TOO_LARGE = 413
HOST_PORT = re.compile(r":\d+$")


class RequestFrame:
    """Gives each request an id and each response its headers; turns bugs into a clean 500."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        allowed_hosts: tuple[str, ...],
        frame_ancestors: tuple[str, ...] = (),
        largest_body: int,
    ) -> None:
        self.app = app
        self.allowed_hosts = frozenset(host.lower() for host in allowed_hosts)
        self.largest_body = largest_body
        ancestors = " ".join(("'self'", *frame_ancestors))
        self.policy = CONTENT_SECURITY_POLICY.format(ancestors=ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # Never taken from the caller: it goes to logs, and anything could be written in it.
        request_id = uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        request = Request(scope)
        started = replaced = False

        async def framed(message: Message) -> None:
            nonlocal started, replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                started = True
                plain = Headers(raw=message["headers"]).get("content-type", "")
                if message["status"] == TOO_LARGE and plain.startswith("text/plain"):
                    # The framework's own limiter answers in plain text, past all handlers.
                    await self._too_large(request)(scope, receive, framed)
                    replaced = True
                    return
                self._add_headers(scope, MutableHeaders(scope=message), request_id)
            await send(message)

        refusal = self._refusal(request, headers)
        if refusal is not None:
            await refusal(scope, receive, framed)
            return
        try:
            await self.app(scope, receive, framed)
        except Exception as error:
            if started:
                raise
            await unexpected(request, error)(scope, receive, framed)

    def _refusal(self, request: Request, headers: Headers) -> JSONResponse | None:
        host = HOST_PORT.sub("", headers.get("host", "")).strip("[]").lower()
        if host not in self.allowed_hosts:
            return JSONResponse(
                error_body(request, "host_not_allowed", "这个网址不在允许的范围内。"), 400
            )
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self.largest_body:
            return self._too_large(request)
        return None

    @staticmethod
    def _too_large(request: Request) -> JSONResponse:
        body = error_body(request, "too_large", "内容太大，请精简文字或缩小照片后再试。")
        return JSONResponse(body, TOO_LARGE)

    def _add_headers(self, scope: Scope, headers: MutableHeaders, request_id: str) -> None:
        headers["X-Request-ID"] = request_id
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = PERMISSIONS_POLICY
        headers["Content-Security-Policy"] = self.policy
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if scope["path"].startswith("/v1/"):
            headers["Cache-Control"] = "no-store"
        allowance: Allowance | None = scope["state"].get("allowance")
        if allowance is not None:
            for name, value in allowance.headers().items():
                headers[name] = value
