"""The city's names the desk chooses from: units, categories, districts."""

from __future__ import annotations

from api.dependencies import ServicesDep
from api.guard import guarded_router
from api.schemas.reference import CategoryChoice, Reference, UnitChoice

router = guarded_router()


@router.get("/v1/desk/reference", tags=["desk"])
def reference(services: ServicesDep) -> Reference:
    """Return units that can be given a ticket, categories with their definitions, districts."""
    city = services.city
    return Reference(
        city=city.name,
        units=[
            UnitChoice(code=unit.code, name=unit.name, line=unit.line, area=unit.area)
            for unit in city.units
            if not unit.supervises_only
        ],
        categories=[
            CategoryChoice(name=name, definition=category.definition)
            for name, category in city.categories.items()
        ],
        districts=[district.name for district in city.districts],
        reasons={kind: list(reasons) for kind, reasons in city.reasons.items()},
        bounces_to_review=city.clocks.bounces_to_review,
        extension_workdays=city.clocks.extension_workdays,
    )
