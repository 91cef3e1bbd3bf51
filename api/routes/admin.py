"""Administration: accounts, off-switches and the ledger."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from api.dependencies import ServicesDep, StaffDep
from api.errors import NotFound
from api.guard import guarded_router
from api.schemas.admin import (
    Account,
    AccountChange,
    AccountPage,
    AccountSecret,
    LedgerLine,
    LedgerPage,
    LedgerProof,
    NewAccount,
    SwitchList,
    SwitchState,
    SwitchTurn,
)
from api.schemas.base import Storable
from hotline.audit import Sought, kinds, search
from hotline.ledger import verify
from hotline.staff import add_user, change_user, list_users, set_password
from hotline.store import StaffUser, Switch, clocks_of, store_of
from hotline.switches import ALARMS, ANSWERS, set_switch

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]
SWITCHES = (ANSWERS, ALARMS)
PASSWORD_BYTES = 12


@router.get("/v1/admin/users", tags=["admin"])
def accounts(
    services: ServicesDep,
    q: Filter = None,
    role: Filter = None,
    active: bool | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AccountPage:
    """Return a page of accounts."""
    with services.store.session(read_only=True) as session:
        found, total = list_users(
            session, words=q or "", role=role or None, active=active, page=page, size=size
        )
        items = [_account(session, user) for user in found]
    return AccountPage(items=items, total=total, page=page, size=size)


@router.post("/v1/admin/users", tags=["admin"])
def add_account(new: NewAccount, staff: StaffDep, services: ServicesDep) -> AccountSecret:
    """Add an account; its first password is made here and told once."""
    password = _new_password() if new.with_password else None
    with services.store.session() as session:
        user = add_user(
            session,
            new.username,
            new.name,
            password,
            new.role,
            unit_code=new.unit_code or None,
            scope=new.scope or None,
            actor=staff.username,
        )
        return AccountSecret(account=_account(session, user), password=password)


@router.post("/v1/admin/users/{username}/change", tags=["admin"])
def change_account(
    username: str, wish: AccountChange, staff: StaffDep, services: ServicesDep
) -> Account:
    """Change name, role, unit, scope; close or open; open sign-ins end."""
    with services.store.session() as session:
        user = change_user(
            session,
            username,
            name=wish.name,
            role=wish.role,
            unit_code=wish.unit_code or None,
            scope=wish.scope or None,
            active=wish.active,
            actor=staff.username,
            now=datetime.now(UTC),
        )
        return _account(session, user)


@router.post("/v1/admin/users/{username}/password", tags=["admin"])
def reset_password(username: str, staff: StaffDep, services: ServicesDep) -> AccountSecret:
    """Give a new password, told once; open sign-ins end and a lock is lifted."""
    password = _new_password()
    with services.store.session() as session:
        user = set_password(
            session, username, password, actor=staff.username, now=datetime.now(UTC)
        )
        return AccountSecret(account=_account(session, user), password=password)


@router.get("/v1/admin/switches", tags=["admin"])
def switches(services: ServicesDep) -> SwitchList:
    """Return what has been turned off, by whom, and why."""
    with services.store.session(read_only=True) as session:
        return SwitchList(items=[_switch(session, name) for name in SWITCHES])


@router.post("/v1/admin/switches/{name}", tags=["admin"])
def turn_switch(name: str, wish: SwitchTurn, staff: StaffDep, services: ServicesDep) -> SwitchState:
    """Turn answers to citizens or alarms off or on; automatic dispatch has its own switch."""
    if name not in SWITCHES:
        raise NotFound("没有这个开关。", code="switch_not_found")
    with services.store.session() as session:
        now = datetime.now(UTC)
        set_switch(session, name, off=wish.off, reason=wish.reason, actor=staff.username, now=now)
        return _switch(session, name)


@router.get("/v1/admin/ledger", tags=["admin"])
def ledger(
    services: ServicesDep,
    kind: Filter = None,
    actor: Filter = None,
    ticket: Filter = None,
    q: Filter = None,
    first: date | None = None,
    last: date | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LedgerPage:
    """Search the decision ledger, newest first; days are the city's."""
    zone = services.store.clocks.rules.timezone
    sought = Sought(
        kind=kind,
        actor=actor,
        ticket=ticket,
        words=q,
        first=datetime.combine(first, time.min, zone) if first else None,
        until=datetime.combine(last, time.min, zone) + timedelta(days=1) if last else None,
    )
    with services.store.session(read_only=True) as session:
        found, following = search(session, sought, before, size)
        local = clocks_of(session).local
        items = [
            LedgerLine(
                seq=one.seq,
                at=local(one.at),
                kind=one.kind,
                actor=one.actor,
                ticket=one.ticket,
                facts=one.facts,
                digests=one.digests,
                digest=one.digest,
            )
            for one in found
        ]
        return LedgerPage(items=items, following=following, kinds=kinds(session))


@router.get("/v1/admin/ledger/proof", tags=["admin"])
def prove(services: ServicesDep) -> LedgerProof:
    """Recompute the whole chain; takes about a second per hundred thousand entries."""
    with services.store.session(read_only=True) as session:
        found = verify(session)
    return LedgerProof(
        ok=found.ok,
        entries=found.entries,
        head=found.head,
        broken_at=found.broken_at,
        reason=found.reason,
    )


def _new_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def _account(session: Session, user: StaffUser) -> Account:
    unit = store_of(session).city.register.by_code.get(user.unit_code or "")
    return Account(
        username=user.username,
        name=user.name,
        role=user.role,
        unit_code=user.unit_code,
        unit_name=unit.name if unit else user.unit_code,
        scope=user.scope,
        active=user.active,
        locked=bool(user.locked_until and user.locked_until > datetime.now(UTC)),
        password=bool(user.password_hash),
        demo=user.demo,
        created_at=clocks_of(session).local(user.created_at),
    )


def _switch(session: Session, name: str) -> SwitchState:
    row = session.get(Switch, name)
    if row is None:
        return SwitchState(name=name, off=False, reason="", actor="", at=None)
    at = clocks_of(session).local(row.at)
    return SwitchState(name=name, off=row.off, reason=row.reason, actor=row.actor, at=at)
