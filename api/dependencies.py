"""What routes ask for by type."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.guard import citizen_of, staff_of
from api.principal import Citizen, Staff
from api.services import Services


def services_of(request: Request) -> Services:
    """Return the services of the running application."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
CitizenDep = Annotated[Citizen, Depends(citizen_of)]
StaffDep = Annotated[Staff, Depends(staff_of)]
