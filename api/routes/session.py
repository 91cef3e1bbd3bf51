"""Sign-in of staff, sessions of citizens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import ServicesDep
from api.guard import bearer_token, guarded_router, staff_of
from api.limits import address_of, check
from api.principal import Staff
from api.schemas.session import (
    CitizenSession,
    Done,
    Login,
    NewCitizenSession,
    PasswordChange,
    Provider,
    ProviderAnswer,
    ProviderAttempt,
    StaffSession,
    StaffUser,
)
from api.services import Services
from hotline.staff import set_password

router = guarded_router()


@router.post("/v1/session", tags=["session"])
def sign_in(login: Login, request: Request, services: ServicesDep) -> StaffSession:
    """Open a staff session."""
    check(request, "guess", address_of(request), services.settings.guesses_per_minute)
    token, staff = services.sessions.sign_in(login.username, login.password)
    return StaffSession(token=token, user=_user(staff, services))


@router.get("/v1/session/provider", tags=["session"])
def provider(services: ServicesDep) -> Provider:
    """Return whether staff can sign in through an identity provider."""
    settings = services.settings
    return Provider(enabled=bool(settings.oidc_issuer), name=settings.oidc_name)


@router.post("/v1/session/provider", tags=["session"])
async def begin_at_provider(services: ServicesDep) -> ProviderAttempt:
    """Return where to send the browser to sign in."""
    url, attempt = await services.identity.begin()
    return ProviderAttempt(url=url, attempt=attempt)


@router.post("/v1/session/provider/answer", tags=["session"])
async def sign_in_by_provider(
    answer: ProviderAnswer, request: Request, services: ServicesDep
) -> StaffSession:
    """Open a staff session for whom the identity provider vouches."""
    check(request, "guess", address_of(request), services.settings.guesses_per_minute)
    username = await services.identity.finish(answer.code, answer.state, answer.attempt)
    token, staff = await run_in_threadpool(services.sessions.sign_in_as, username)
    return StaffSession(token=token, user=_user(staff, services))


@router.get("/v1/session", tags=["session"])
def who_am_i(staff: Annotated[Staff, Depends(staff_of)], services: ServicesDep) -> StaffUser:
    """Return who is signed in."""
    return _user(staff, services)


@router.post("/v1/session/password", tags=["session"])
def change_own_password(
    wish: PasswordChange,
    request: Request,
    staff: Annotated[Staff, Depends(staff_of)],
    services: ServicesDep,
) -> Done:
    """Change one's own password; every sign-in of the account ends, also this one."""
    check(request, "guess", address_of(request), services.settings.guesses_per_minute)
    services.sessions.verify(staff.username, wish.old)
    with services.store.session() as session:
        set_password(session, staff.username, wish.new, actor=staff.username, now=datetime.now(UTC))
    return Done()


@router.delete("/v1/session", tags=["session"])
def sign_out(request: Request, services: ServicesDep) -> Done:
    """End this staff session."""
    services.sessions.sign_out(bearer_token(request) or "")
    return Done()


@router.post("/v1/citizen/session", tags=["session"])
def open_citizen_session(new: NewCitizenSession, services: ServicesDep) -> CitizenSession:
    """Open a session for a citizen's device; nothing about the person is asked."""
    token, citizen_id, expires_at = services.sessions.open_citizen(new.channel)
    return CitizenSession(token=token, citizen_id=citizen_id, expires_at=expires_at)


def _user(staff: Staff, services: Services) -> StaffUser:
    unit = services.city.unit(staff.unit_code) if staff.unit_code else None
    return StaffUser(
        username=staff.username,
        name=staff.name,
        role=staff.role,
        unit_code=staff.unit_code,
        unit_name=unit.name if unit else None,
        scope=staff.scope or "全市",
    )
