"""Members of staff: added, signed in and out; passwords kept as Argon2id hashes only."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError, InvalidInput
from hotline.ledger import Decision, record
from hotline.lifecycle import Actor, Role
from hotline.models import StaffSession, StaffUser
from hotline.store import store_of

SESSION_HOURS = 10
MAX_FAILURES = 5
LOCK_MINUTES = 15
MIN_PASSWORD = 10
_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,39}")
STAFF_ROLES = tuple(role for role in Role if role not in {Role.CITIZEN, Role.MACHINE})

_hasher = PasswordHasher()
# Checked when there is no such user, so that the answer takes as long as for a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))


class SignInFailed(HotlineError):  # noqa: N818
    """Wrong name or password, or locked; which of the first two is not said."""

    code = "sign_in_failed"


def add_user(
    session: Session,
    username: str,
    name: str,
    password: str,
    role: Role,
    *,
    unit_code: str | None = None,
    scope: str | None = None,
    demo: bool = False,
    now: datetime | None = None,
) -> StaffUser:
    """Add a member of staff.

    :param scope: the district the person is limited to; ``None`` is the whole city.
    :raises InvalidInput: a name that is taken or malformed, a weak password, a handler without
        unit, an unknown unit or district.
    """
    moment = now or datetime.now(UTC)
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(
            "用户名以小写字母开头，2 到 40 位字母、数字或 . _ -。", {"field": "username"}
        )
    if len(password) < MIN_PASSWORD and not demo:
        raise InvalidInput(f"密码至少 {MIN_PASSWORD} 位。", {"field": "password"})
    if role not in STAFF_ROLES:
        raise InvalidInput(f"角色只能是：{'、'.join(STAFF_ROLES)}。", {"field": "role"})
    store = store_of(session)
    if role is Role.UNIT_HANDLER and not unit_code:
        raise InvalidInput("承办单位人员要写明单位代码（unit）。", {"field": "unit_code"})
    if unit_code:
        store.unit_name(unit_code)
    if scope and scope not in {district.name for district in store.city.districts}:
        raise InvalidInput(f"没有“{scope[:20]}”这个区。", {"field": "scope"})
    if session.scalar(select(StaffUser.id).where(StaffUser.username == username)):
        raise InvalidInput(f"用户名“{username}”已有人用。", {"field": "username"})
    user = StaffUser(
        username=username,
        name=name,
        password_hash=_hasher.hash(password),
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
    record(session, [Decision("user_added", "admin", None, facts, {})], moment)
    return user


def sign_in(
    session: Session, username: str, password: str, now: datetime | None = None
) -> tuple[str, StaffUser] | None:
    """Check a password; returns a token and the user, ``None`` when it is wrong.

    The caller must let the session end normally also on ``None``: the failure is counted in it.

    :raises SignInFailed: too many failures; locked for a while.
    """
    moment = now or datetime.now(UTC)
    user = session.scalar(
        select(StaffUser).where(StaffUser.username == username, StaffUser.active).with_for_update()
    )
    if user is not None and user.locked_until and user.locked_until > moment:
        raise SignInFailed(f"登录失败次数过多，请 {LOCK_MINUTES} 分钟后再试。")
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        if user is not None:
            user.failures += 1
            if user.failures >= MAX_FAILURES:
                user.failures, user.locked_until = 0, moment + timedelta(minutes=LOCK_MINUTES)
        return None
    if user is None:
        return None
    user.failures, user.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=moment,
            expires_at=moment + timedelta(hours=SESSION_HOURS),
        )
    )
    return token, user


def user_of(session: Session, token: str, now: datetime | None = None) -> StaffUser | None:
    """The member of staff a token belongs to, ``None`` when it is unknown or has run out."""
    return session.scalar(
        select(StaffUser)
        .join(StaffSession, StaffSession.user_id == StaffUser.id)
        .where(
            StaffSession.token_hash == token_hash(token),
            StaffSession.expires_at > (now or datetime.now(UTC)),
            StaffUser.active,
        )
    )


def sign_out(session: Session, token: str) -> None:
    """End a sign-in."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def deactivate(session: Session, username: str, now: datetime | None = None) -> None:
    """Close an account and end its sign-ins; its history stays.

    :raises InvalidInput: there is no such user.
    """
    user = session.scalar(select(StaffUser).where(StaffUser.username == username))
    if user is None:
        raise InvalidInput(f"没有用户“{username[:40]}”。", {"field": "username"})
    user.active = False
    session.execute(delete(StaffSession).where(StaffSession.user_id == user.id))
    facts = {"username": username}
    record(session, [Decision("user_closed", "admin", None, facts, {})], now or datetime.now(UTC))


def actor_of(user: StaffUser) -> Actor:
    """The actor a member of staff is in the hotline's steps."""
    return Actor(user.username, Role(user.role), user.unit_code, user.scope)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
