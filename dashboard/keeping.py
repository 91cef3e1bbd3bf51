"""Keeps a sign-in across page reloads in an HttpOnly cookie.

A Streamlit script cannot set cookies, and a token must be in neither the address nor reach of
scripts in the page. So the script leaves the token here under a single-use nonce; the page posts
the nonce to ``/desk/keep``, and this answers with the cookie. Streamlit's session start then
carries it back (``st.context.cookies``).
"""

from __future__ import annotations

import secrets
import time
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.settings import behind_https

COOKIE = "suisheng_desk"
KEEP, FORGET = "/desk/keep", "/desk/forget"
NONCE_SECONDS = 60.0
COOKIE_SECONDS = 12 * 3600


class Handovers:
    """Tokens waiting to be fetched, each once, for a minute; thread-safe."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def leave(self, token: str) -> str:
        """Leave a token; return the nonce that fetches it."""
        nonce = secrets.token_urlsafe(32)
        with self._lock:
            now = time.monotonic()
            self._waiting = {key: item for key, item in self._waiting.items() if item[1] > now}
            self._waiting[nonce] = (token, now + NONCE_SECONDS)
        return nonce

    def fetch(self, nonce: str) -> str | None:
        """Return the token left under ``nonce`` and forget it; ``None`` when there is none."""
        with self._lock:
            token, until = self._waiting.pop(nonce, ("", 0.0))
        return token if until > time.monotonic() else None


handovers = Handovers()


async def keep(request: Request) -> Response:
    """Answer a nonce with the cookie; anything else with 403."""
    token = handovers.fetch(request.headers.get("x-nonce", ""))
    if token is None:
        return Response(status_code=403)
    response = Response(status_code=204)
    keep_token(response, token)
    return response


def keep_token(response: Response, token: str) -> None:
    """Put the session's cookie into a response."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=behind_https(),
    )


async def forget(request: Request) -> Response:
    """Take the cookie back; a custom header keeps other sites from signing people out."""
    if request.headers.get("x-nonce") is None:
        return Response(status_code=403)
    response = Response(status_code=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=behind_https())
    return response


ROUTES = (Route(KEEP, keep, methods=["POST"]), Route(FORGET, forget, methods=["POST"]))
