"""The application: everything put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware

from api import errors, openapi
from api.demo import prepare_accounts
from api.limits import Limiter
from api.middleware import RequestFrame
from api.pages import Pages
from api.routes import (
    admin,
    alarms,
    answers,
    attachments,
    bot,
    briefs,
    chat,
    chats,
    citizen_data,
    city,
    desk,
    dispatch,
    dispatch_model,
    forecast,
    gaps,
    groups,
    health,
    improvements,
    indicators,
    knowledge,
    knowledge_tables,
    overview,
    performance,
    progress_events,
    reference,
    replies,
    session,
    situation,
    tickets,
    units,
    wechat,
)
from api.services import Services
from api.settings import Settings
from knowledge_base.base import KnowledgeBase

ROUTERS = (
    admin,
    city,
    session,
    chat,
    bot,
    tickets,
    progress_events,
    attachments,
    answers,
    desk,
    dispatch,
    reference,
    chats,
    citizen_data,
    overview,
    situation,
    performance,
    dispatch_model,
    groups,
    alarms,
    forecast,
    indicators,
    knowledge,
    knowledge_tables,
    gaps,
    units,
    replies,
    briefs,
    improvements,
    wechat,
    health,
)
FORM_OVERHEAD = 65_536


def create_app(settings: Settings | None = None, base: KnowledgeBase | None = None) -> FastAPI:
    """Return the application.

    Args:
        settings: read from the environment when not given.
        base: an already opened knowledge base to share; the city's entries are read otherwise.

    Raises:
        StoreError: the database cannot be opened.
        CityError: the city's data is wrong.
    """
    settings = settings or Settings()
    services = Services.open(settings, base)
    prepare_accounts(services.store, services.city, settings.demo, settings.demo_unit)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services.wechat.running():
            yield
        await services.close()

    app = FastAPI(
        title="穗声 Suisheng",
        version="1",
        description="12345 热线智能层的接口。错误只有一种形状，权限见每个接口的 x-roles。",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses=openapi.ERROR_RESPONSES,
    )
    app.state.services = services
    app.state.limiter = Limiter()
    errors.install(app)
    openapi.install(app)
    for module in ROUTERS:
        app.include_router(module.router)
    if settings.web.is_dir():
        app.mount("/", Pages(directory=settings.web, html=True), name="web")
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"],
        )
    # Inside the frame, so that its refusal gets the one error shape.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=settings.body_limit)
    app.add_middleware(
        RequestFrame,
        allowed_hosts=settings.allowed_hosts,
        frame_ancestors=settings.embed_origins,
        largest_body=max(settings.body_limit, settings.attachment_limit + FORM_OVERHEAD),
    )
    return app
