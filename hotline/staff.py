"""Accounts of staff: added, changed, closed; passwords kept as Argon2id hashes only."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from argon2 import PasswordHasher
from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Role
from hotline.models import StaffSession, StaffUser
from hotline.store import store_of

MIN_PASSWORD = 10
ADMIN = "admin"
_USERNAME = re.compile(r"[a-z][a-z0-9_.@-]{1,63}")
STAFF_ROLES = tuple(role for role in Role if role not in {Role.CITIZEN, Role.MACHINE})

_hasher = PasswordHasher()


class UserNotFound(HotlineError):  # noqa: N818
    """There is no account of that name."""

    code = "user_not_found"


def add_user(
    session: Session,
    username: str,
    name: str,
    password: str | None,
    role: Role,
    *,
    unit_code: str | None = None,
    scope: str | None = None,
    demo: bool = False,
    actor: str = ADMIN,
    now: datetime | None = None,
) -> StaffUser:
    """Add a member of staff.

    :param password: ``None`` for somebody who signs in through the city's identity provider only.
    :param scope: the district the person is limited to; ``None`` is the whole city.
    :raises InvalidInput: a name that is taken or malformed, a weak password, a handler without
        unit, an unknown unit or district.
    """
    moment = now or datetime.now(UTC)
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(
            "用户名以小写字母开头，2 到 64 位小写字母、数字或 . _ @ -。", {"field": "username"}
        )
    if password is not None and not demo:
        check_password(password)
    _check_place(session, role, unit_code, scope)
    if session.scalar(select(StaffUser.id).where(StaffUser.username == username)):
        raise InvalidInput(f"用户名“{username}”已有人用。", {"field": "username"})
    user = StaffUser(
        username=username,
        name=name,
        password_hash=_hasher.hash(password) if password is not None else "",
        role=role,
        unit_code=unit_code,
        scope=scope,
        active=True,
        demo=demo,
        failures=0,
        created_at=moment,
    )
    session.add(user)
    session.flush()
    facts = {"username": username, "role": role, "unit": unit_code, "scope": scope}
    record(session, [Decision("user_added", actor, None, facts, {})], moment)
    return user


def find_user(session: Session, username: str) -> StaffUser:
    """The account of that name.

    :raises UserNotFound: there is none.
    """
    user = session.scalar(select(StaffUser).where(StaffUser.username == username).with_for_update())
    if user is None:
        raise UserNotFound(f"没有用户“{username[:40]}”。")
    return user


def change_user(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role,
    unit_code: str | None,
    scope: str | None,
    active: bool,
    actor: str,
    now: datetime,
) -> StaffUser:
    """Change what a member of staff is and may see; open sessions end, so that it holds at once.

    :raises InvalidInput: see ``add_user``; one's own account, or the last administrator.
    """
    user = find_user(session, username)
    _check_place(session, role, unit_code, scope)
    if username == actor and (role != user.role or not active):
        raise InvalidInput("不能停用自己或改自己的角色，请另一位管理员来办。", {"field": "role"})
    leaving = user.role == Role.ADMIN and user.active and (role is not Role.ADMIN or not active)
    if leaving and _admins(session) <= 1:
        raise InvalidInput("这是最后一位管理员，不能停用或改角色。", {"field": "role"})
    before = _facts(user)
    user.name, user.role, user.unit_code, user.scope = name, role, unit_code, scope
    user.active = active
    if active:
        user.failures, user.locked_until = 0, None
    end_sessions(session, user)
    facts = {"username": username, "before": before, "after": _facts(user)}
    record(session, [Decision("user_changed", actor, None, facts, {})], now)
    return user


def set_password(
    session: Session, username: str, password: str, *, actor: str, now: datetime
) -> StaffUser:
    """Give an account a new password; open sessions end and a lock is lifted.

    :raises InvalidInput: no such user, or a weak password.
    """
    check_password(password)
    user = find_user(session, username)
    user.password_hash = _hasher.hash(password)
    user.failures, user.locked_until = 0, None
    end_sessions(session, user)
    record(session, [Decision("password_set", actor, None, {"username": username}, {})], now)
    return user


def deactivate(session: Session, username: str, now: datetime | None = None) -> None:
    """Close an account and end its sign-ins; its history stays.

    :raises UserNotFound: there is no such user.
    """
    user = find_user(session, username)
    user.active = False
    end_sessions(session, user)
    facts = {"username": username}
    record(session, [Decision("user_closed", ADMIN, None, facts, {})], now or datetime.now(UTC))


def list_users(
    session: Session,
    *,
    words: str = "",
    role: str | None = None,
    active: bool | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[StaffUser], int]:
    """A page of the accounts by user name, and how many there are in all."""
    conditions = [
        or_(
            StaffUser.username.contains(word, autoescape=True),
            StaffUser.name.contains(word, autoescape=True),
        )
        for word in words.split()[:4]
    ]
    if role:
        conditions.append(StaffUser.role == role)
    if active is not None:
        conditions.append(StaffUser.active == active)
    total = session.scalar(select(func.count()).select_from(StaffUser).where(*conditions)) or 0
    found = select(StaffUser).where(*conditions).order_by(StaffUser.username)
    return list(session.scalars(found.offset((page - 1) * size).limit(size))), total


def check_password(password: str) -> None:
    """Refuse a password that is too short.

    :raises InvalidInput: it is.
    """
    if len(password) < MIN_PASSWORD:
        raise InvalidInput(f"密码至少 {MIN_PASSWORD} 位。", {"field": "password"})


def end_sessions(session: Session, user: StaffUser) -> None:
    """End every sign-in of an account."""
    session.execute(delete(StaffSession).where(StaffSession.user_id == user.id))


def _check_place(session: Session, role: Role, unit_code: str | None, scope: str | None) -> None:
    if role not in STAFF_ROLES:
        raise InvalidInput(f"角色只能是：{'、'.join(STAFF_ROLES)}。", {"field": "role"})
    store = store_of(session)
    if role is Role.UNIT_HANDLER and not unit_code:
        raise InvalidInput("承办单位人员要写明单位代码（unit）。", {"field": "unit_code"})
    if unit_code:
        store.unit_name(unit_code)
    if scope and scope not in {district.name for district in store.city.districts}:
        raise InvalidInput(f"没有“{scope[:20]}”这个区。", {"field": "scope"})


def _admins(session: Session) -> int:
    found = select(func.count()).where(StaffUser.role == Role.ADMIN, StaffUser.active)
    return session.scalar(found) or 0


def _facts(user: StaffUser) -> dict[str, object]:
    return {
        "role": user.role, "unit": user.unit_code, "scope": user.scope, "active": user.active,
    }  # fmt: skip
