"""The managers' part of the API, with the rights of whoever is signed in."""

from __future__ import annotations

from urllib.parse import quote

from dashboard.sign_in import desk_client
from dashboard.steering_shapes import (
    Alarm,
    AlarmPage,
    DialWatch,
    DrillPage,
    DueEntries,
    EntryCounts,
    GapPage,
    GroupDetail,
    GroupPage,
    Performance,
    Situation,
)


def situation(district: str | None) -> Situation:
    """Return today against usual, deadlines at risk, hot groups and open alarms."""
    return desk_client().read(Situation, "/v1/situation", district=district)


def behind(filters: dict[str, str], after: str | None, size: int) -> DrillPage:
    """Return the tickets behind a figure, newest first."""
    found = {**filters, "after": after, "size": size}
    return desk_client().read(DrillPage, "/v1/situation/tickets", **found)


def groups(**filters: str | int | None) -> GroupPage:
    """Return a page of recurring groups."""
    return desk_client().read(GroupPage, "/v1/groups", **filters)


def group(name: str) -> GroupDetail:
    """Return a group with its tickets and history."""
    return desk_client().read(GroupDetail, f"/v1/groups/{quote(name, safe='')}")


def change_group(name: str, step: str, **values: object) -> GroupDetail:
    """Merge, split, rename or follow a group."""
    return desk_client().act(GroupDetail, f"/v1/groups/{quote(name, safe='')}/{step}", **values)


def alarms(state: str | None, page: int, size: int) -> AlarmPage:
    """Return a page of warnings; without a state those not closed."""
    return desk_client().read(AlarmPage, "/v1/alarms", state=state, page=page, size=size)


def move_alarm(number: int, step: str, **values: object) -> Alarm:
    """Acknowledge, assign, act on or close a warning."""
    return desk_client().act(Alarm, f"/v1/alarms/{number}/{step}", **values)


def performance(days: int, district: str | None) -> Performance:
    """Return units, what is in the air, and returns with the clauses in dispute."""
    return desk_client().read(Performance, "/v1/performance", days=days, district=district)


def dispatch_model() -> DialWatch:
    """Return coverage, promise, drift and who fares worse."""
    return desk_client().read(DialWatch, "/v1/dispatch-model")


def knowledge() -> tuple[EntryCounts, DueEntries, GapPage]:
    """Return how many entries there are, which need their owner, and what is not answered."""
    client = desk_client()
    return (
        client.read(EntryCounts, "/v1/knowledge/entries", size=1),
        client.read(DueEntries, "/v1/knowledge/due"),
        client.read(GapPage, "/v1/knowledge/gaps", size=50),
    )
