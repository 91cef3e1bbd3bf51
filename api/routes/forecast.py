"""How many tickets the next days will bring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import StringConstraints

from analytics.forecast import coming_days
from api.dependencies import ServicesDep, StaffDep
from api.guard import guarded_router
from api.schemas.base import Storable
from api.schemas.forecast import DayReceived, Forecast, ForecastDay

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]
DEFINITION = (
    "预计件数＝近期水平×星期和节假日系数×逐日减弱的趋势；区间按承诺的覆盖率给出，"
    "宽度用更早的几周定，再用最近四周检验，检验结果即实际覆盖率。"
)


@router.get("/v1/forecast", tags=["overview"])
def show_forecast(
    staff: StaffDep, services: ServicesDep, category: Filter = None, district: Filter = None
) -> Forecast:
    """Return the next seven days from today on, within the caller's scope.

    `category` may be a first level alone.
    """
    area = staff.scope or district or None
    today = services.store.clocks.local_day(datetime.now(UTC))
    with services.store.session(read_only=True) as session:
        found = coming_days(session, today, category or None, area)
    return Forecast(
        days=[
            ForecastDay(day=one.day, expected=one.expected, low=one.low, high=one.high)
            for one in found.days
        ],
        history=[DayReceived(day=day, received=count) for day, count in found.history],
        promise=found.promise,
        coverage=found.coverage,
        checked=found.checked,
        category=category or "",
        district=area or "",
        definition=DEFINITION,
    )
