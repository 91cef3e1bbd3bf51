"""Whether every part works."""

from __future__ import annotations

from api.dependencies import ServicesDep
from api.guard import guarded_router
from api.health import examine
from api.schemas.health import Health

router = guarded_router()


@router.get("/v1/health", tags=["health"])
async def health(services: ServicesDep) -> Health:
    """Return the state of each part, looked at now."""
    return await examine(services)
