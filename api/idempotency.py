"""The same request twice is done once: claim a key, do the work, keep the answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.errors import Conflict
from hotline.store import IdempotencyKey, Store

STALE = timedelta(seconds=60)
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Claim:
    """Either ``mine`` to carry out, or the ``response`` kept from before (``None``: under way)."""

    mine: bool
    response: dict[str, Any] | None


MINE = Claim(True, None)
UNDER_WAY = Claim(False, None)


def digest_of(*parts: str | None) -> str:
    """Return the digest of what was asked, to notice a key used for something else."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()


def claim(store: Store, scope: str, key: str, digest: str) -> Claim:
    """Claim ``key`` within ``scope``.

    A claim that its holder never finished (a crash) can be taken over after 60 s.

    Raises:
        Conflict: the key was used before for a different request.
    """
    try:
        with store.session() as session:
            return claim_in(session, scope, key, digest)
    except IntegrityError:
        # Another process claimed it between our look and our insert.
        return UNDER_WAY


def claim_in(session: Session, scope: str, key: str, digest: str) -> Claim:
    """Claim a key within a transaction that does more; see :func:`claim`."""
    now = datetime.now(UTC)
    kept = session.get(IdempotencyKey, (scope, key))
    if kept is None:
        session.add(
            IdempotencyKey(
                scope=scope, key=key, request_digest=digest, response=None, created_at=now
            )
        )
        return MINE
    if kept.request_digest != digest:
        raise Conflict("同一个编号已经用于另一项内容，请换一个编号。", code="idempotency_conflict")
    if kept.response is None and now - kept.created_at > STALE:
        kept.created_at = now
        return MINE
    return Claim(False, kept.response)


def keep(store: Store, scope: str, key: str, response: dict[str, Any]) -> None:
    """Keep the answer for whoever asks again."""
    with store.session() as session:
        session.get_one(IdempotencyKey, (scope, key)).response = response


def release(store: Store, scope: str, key: str) -> None:
    """Give an unfinished claim back, so that the same request can be tried again."""
    with store.session() as session:
        kept = session.get(IdempotencyKey, (scope, key))
        if kept is not None and kept.response is None:
            session.delete(kept)


def once(
    store: Store,
    scope: str,
    key: str,
    digest: str,
    work: Callable[[], dict[str, Any]],
    *,
    wait: float = 10.0,
) -> dict[str, Any]:
    """Return ``work()``, done at most once per key; a concurrent twin waits for the answer.

    Raises:
        Conflict: the key belongs to another request, or the first one takes longer than ``wait``.
    """
    claimed = claim(store, scope, key, digest)
    deadline = time.monotonic() + wait
    while not claimed.mine and claimed.response is None:
        if time.monotonic() > deadline:
            raise Conflict("同样的请求正在处理，请稍后查看结果。", code="in_progress")
        time.sleep(POLL_SECONDS)
        claimed = claim(store, scope, key, digest)
    if claimed.response is not None:
        return claimed.response
    try:
        response = work()
    except BaseException:
        release(store, scope, key)
        raise
    keep(store, scope, key, response)
    return response
