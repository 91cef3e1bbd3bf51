"""The browser's way to the city's identity provider and back.

``/desk/oidc/start`` sends it there with the sealed attempt in a cookie; ``/desk/oidc/back`` takes
the answer to the API and keeps the session as after a sign-in by password.
"""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard import texts
from dashboard.client import DeskError, client_for
from dashboard.keeping import keep_token
from dashboard.settings import behind_https

START, BACK = "/desk/oidc/start", "/desk/oidc/back"
ATTEMPT = "suisheng_attempt"
ATTEMPT_SECONDS = 600


async def start(_: Request) -> Response:
    """Send the browser to the provider."""
    try:
        attempt = await run_in_threadpool(client_for(None).begin_at_provider)
    except DeskError as error:
        return _page(error.message)
    response = RedirectResponse(attempt.url, status_code=302)
    response.set_cookie(
        ATTEMPT,
        attempt.attempt,
        max_age=ATTEMPT_SECONDS,
        path="/desk/oidc",
        httponly=True,
        samesite="lax",  # the provider's site sends the browser back here
        secure=behind_https(),
    )
    return response


async def back(request: Request) -> Response:
    """Take the provider's answer to the API; on success the desk opens, signed in."""
    code, state = request.query_params.get("code", ""), request.query_params.get("state", "")
    attempt = request.cookies.get(ATTEMPT, "")
    if not (code and state and attempt):
        return _page(texts.PROVIDER_FAILED)
    try:
        opened = await run_in_threadpool(client_for(None).finish_at_provider, code, state, attempt)
    except DeskError as error:
        return _page(error.message)
    # Not a redirect: the session's cookie is only sent by a page of this very site.
    response = HTMLResponse('<!doctype html><meta http-equiv="refresh" content="0; url=/">')
    keep_token(response, opened.token)
    response.delete_cookie(ATTEMPT, path="/desk/oidc")
    return response


def _page(message: str) -> Response:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{texts.SIGN_IN}</title>'
        f'<body style="font-family:sans-serif;max-width:28rem;margin:18vh auto;line-height:1.8">'
        f'<p>{escape(message)}</p><p><a href="/">{texts.PROVIDER_AGAIN}</a></p></body></html>',
        status_code=401,
    )


ROUTES = (Route(START, start, methods=["GET"]), Route(BACK, back, methods=["GET"]))
