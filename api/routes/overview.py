"""The manager's figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.base import Storable
from hotline.tickets import Overview
from hotline.tickets import overview as overview_of

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]


@router.get("/v1/overview", tags=["overview"])
def overview(
    staff: StaffDep,
    services: ServicesDep,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    district: Filter = None,
    category: Filter = None,
) -> Overview:
    """Return the figures of the last ``days`` days and of the days before them."""
    with services.store.session(read_only=True) as session:
        place = staff.scope or district or None
        return overview_of(session, days, place, category=category or None)
