"""Rate limits: one token bucket per citizen, client or address, in this process.

A bucket holds ``limit`` tokens and refills evenly over 60 s (token bucket as in RFC 2697, one
rate). Several API processes each keep their own buckets.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from starlette.requests import Request

from api.errors import TooManyRequests

WINDOW = 60.0
MOST_BUCKETS = 50_000


@dataclass(frozen=True)
class Allowance:
    """What one bucket says: limit per minute, tokens left, seconds until one more / until full."""

    limit: int
    remaining: int
    retry_after: float
    reset: float

    @property
    def refused(self) -> bool:
        """True when the caller has to wait."""
        return self.retry_after > 0

    def headers(self) -> dict[str, str]:
        """RateLimit headers (IETF draft-ietf-httpapi-ratelimit-headers, version 3 names)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(math.ceil(self.reset)),
        }


class Limiter:
    """Token buckets by key; thread-safe; forgets the buckets unused for longest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, limit: int) -> Allowance:
        """Take one token from ``key``'s bucket of ``limit`` per minute (``limit`` ≥ 1)."""
        rate = limit / WINDOW
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(key, (float(limit), now))
            tokens = min(float(limit), tokens + (now - then) * rate)
            granted = tokens >= 1
            if granted:
                tokens -= 1
            self._buckets[key] = (tokens, now)
            while len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        retry = 0.0 if granted else (1 - tokens) / rate
        return Allowance(limit, int(tokens), retry, (limit - tokens) / rate)


def check(request: Request, kind: str, key: str, limit: int) -> None:
    """Take one token for this request; raise 429 when there is none.

    Args:
        request: the request; the tightest allowance is kept on it for the response headers.
        kind: which bucket family, e.g. ``"chat"``.
        key: whose bucket, e.g. a citizen id or an address.
        limit: tokens per minute; 0 switches the limit off.
    """
    if limit == 0:
        return
    limiter: Limiter = request.app.state.limiter
    allowance = limiter.take(f"{kind}:{key}", limit)
    tightest: Allowance | None = getattr(request.state, "allowance", None)
    if tightest is None or allowance.remaining <= tightest.remaining:
        request.state.allowance = allowance
    if allowance.refused:
        seconds = math.ceil(allowance.retry_after)
        raise TooManyRequests(
            f"操作太快了，请 {seconds} 秒后再试。",
            detail={"limit_per_minute": limit, "retry_after": seconds},
            headers={"Retry-After": str(seconds)},
        )


def address_of(request: Request) -> str:
    """Return the caller's network address (already resolved by uvicorn behind a gateway)."""
    return request.client.host if request.client else "unknown"
