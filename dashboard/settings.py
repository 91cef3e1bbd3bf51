"""What the desk needs to know from outside: where the API is, and whether it is behind HTTPS."""

from __future__ import annotations

import os


def api_url() -> str:
    """Address of the API: ``SUISHENG_API_URL``, else loopback at ``SUISHENG_API_PORT`` (8000)."""
    port = os.environ.get("SUISHENG_API_PORT", "8000")
    return os.environ.get("SUISHENG_API_URL", f"http://127.0.0.1:{port}").rstrip("/")


def api_timeout() -> float:
    """Seconds to wait for the API: ``SUISHENG_DESK_TIMEOUT`` (15)."""
    return float(os.environ.get("SUISHENG_DESK_TIMEOUT", "15"))


def behind_https() -> bool:
    """Whether the cookie must be marked Secure: ``SUISHENG_DESK_HTTPS`` set to 1."""
    return os.environ.get("SUISHENG_DESK_HTTPS", "") == "1"
