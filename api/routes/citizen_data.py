"""The citizen's right to see and to delete what is kept about them."""

from __future__ import annotations

from api.dependencies import CitizenDep, ServicesDep
from api.guard import guarded_router
from api.schemas.citizen_data import CitizenData, Deletion

router = guarded_router()


@router.get("/v1/citizen/data", tags=["citizen"])
def show_data(citizen: CitizenDep, services: ServicesDep) -> CitizenData:
    """Return everything kept about the citizen calling."""
    return services.citizen_records.show(citizen)


@router.delete("/v1/citizen/data", tags=["citizen"])
async def delete_data(citizen: CitizenDep, services: ServicesDep) -> Deletion:
    """Delete it; tickets still being handled stay until they are finished."""
    return await services.citizen_records.delete(citizen)
