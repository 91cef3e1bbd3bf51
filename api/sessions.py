"""Sign-ins of staff and devices of citizens: opaque tokens, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import TooManyRequests, Unauthenticated
from api.principal import Citizen, Staff
from api.settings import Settings
from hotline.store import CitizenSession, StaffSession, StaffUser, Store

STAFF_PREFIX = "s-"
CITIZEN_PREFIX = "c-"
MOST_FAILURES = 8
LOCK = timedelta(minutes=15)
WRONG = "账号或密码不正确。"
NO_ACCOUNT = "身份已核实，但这里还没有您的账号。请联系系统管理员开通。"

_hasher = PasswordHasher()
# Verified when the account does not exist, so that both cases take the same time.
_decoy = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


class Sessions:
    """Opens, finds and ends sessions in the store."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._staff_life = timedelta(hours=settings.staff_session_hours)
        self._citizen_life = timedelta(days=settings.citizen_session_days)

    def sign_in(self, username: str, password: str) -> tuple[str, Staff]:
        """Check name and password and return a new token with its owner.

        Raises:
            Unauthenticated: wrong name or password (which of them is not said).
            TooManyRequests: the account is locked after repeated failures.
        """
        now = datetime.now(UTC)
        return self._open(self.verify(username, password).user_id, now)

    def verify(self, username: str, password: str) -> Staff:
        """Return whose name and password these are.

        Raises:
            Unauthenticated: wrong name or password (which of them is not said).
            TooManyRequests: the account is locked after repeated failures.
        """
        now = datetime.now(UTC)
        with self._store.session(read_only=True) as session:
            user = session.scalar(select(StaffUser).where(StaffUser.username == username))
        # Hashing takes tens of milliseconds: never inside a transaction that holds a lock.
        right = _verify(user.password_hash if user else _decoy, password)
        if user is None or not user.active:
            raise Unauthenticated(WRONG)
        if user.locked_until is not None and user.locked_until > now:
            raise TooManyRequests(
                "密码多次输错，账号已暂时锁定，请 15 分钟后再试。",
                code="account_locked",
                headers={"Retry-After": str(int(LOCK.total_seconds()))},
            )
        if not right:
            self._note_failure(user.id, now)
            raise Unauthenticated(WRONG)
        return _staff(user)

    def sign_in_as(self, username: str) -> tuple[str, Staff]:
        """Open a session for somebody the identity provider has vouched for.

        Raises:
            Unauthenticated: the administrator has opened no account of that name, or closed it.
        """
        with self._store.session(read_only=True) as session:
            user = session.scalar(select(StaffUser).where(StaffUser.username == username))
        if user is None or not user.active or user.demo:
            raise Unauthenticated(NO_ACCOUNT)
        return self._open(user.id, datetime.now(UTC))

    def _open(self, user_id: int, now: datetime) -> tuple[str, Staff]:
        token = STAFF_PREFIX + secrets.token_urlsafe(32)
        with self._store.session() as session:
            stored = session.get_one(StaffUser, user_id)
            stored.failures, stored.locked_until = 0, None
            session.execute(delete(StaffSession).where(StaffSession.expires_at < now))
            session.add(
                StaffSession(
                    token_hash=hash_token(token),
                    user_id=user_id,
                    created_at=now,
                    expires_at=now + self._staff_life,
                )
            )
            return token, _staff(stored)

    def _note_failure(self, user_id: int, now: datetime) -> None:
        with self._store.session() as session:
            user = session.get_one(StaffUser, user_id)
            user.failures += 1
            if user.failures >= MOST_FAILURES:
                user.failures, user.locked_until = 0, now + LOCK

    def staff(self, token: str) -> Staff | None:
        """Return whose staff token this is, or ``None``."""
        with self._store.session(read_only=True) as session:
            row = session.execute(
                select(StaffUser)
                .join(StaffSession, StaffSession.user_id == StaffUser.id)
                .where(
                    StaffSession.token_hash == hash_token(token),
                    StaffSession.expires_at > datetime.now(UTC),
                    StaffUser.active,
                )
            ).scalar_one_or_none()
            return _staff(row) if row is not None else None

    def sign_out(self, token: str) -> None:
        """End a staff session."""
        with self._store.session() as session:
            session.execute(
                delete(StaffSession).where(StaffSession.token_hash == hash_token(token))
            )

    def open_citizen(
        self, channel: str, citizen_id: str | None = None
    ) -> tuple[str, str, datetime]:
        """Open a citizen session; return token, citizen id and the moment it ends.

        Args:
            channel: where the citizen comes from.
            citizen_id: of a citizen known from before; a new one is made when not given.
        """
        now = datetime.now(UTC)
        token = CITIZEN_PREFIX + secrets.token_urlsafe(32)
        citizen_id = citizen_id or "citizen-" + secrets.token_hex(12)
        expires = now + self._citizen_life
        with self._store.session() as session:
            session.add(
                CitizenSession(
                    token_hash=hash_token(token),
                    citizen_id=citizen_id,
                    channel=channel,
                    created_at=now,
                    expires_at=expires,
                )
            )
        return token, citizen_id, expires

    def citizen(self, token: str) -> Citizen | None:
        """Return whose citizen token this is, or ``None``."""
        with self._store.session(read_only=True) as session:
            row = session.get(CitizenSession, hash_token(token))
            if row is None or row.expires_at <= datetime.now(UTC):
                return None
            return Citizen(row.citizen_id, row.channel)


def channel_of(session: Session, citizen_id: str) -> str | None:
    """Return the channel a citizen came by."""
    statement = select(CitizenSession.channel).where(CitizenSession.citizen_id == citizen_id)
    return session.scalar(statement.limit(1))


def hash_token(token: str) -> str:
    """Return the digest under which a token is kept; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _staff(user: StaffUser) -> Staff:
    return Staff(user.id, user.username, user.name, user.role, user.unit_code, user.scope)
