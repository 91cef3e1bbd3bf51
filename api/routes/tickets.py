"""Citizens and their tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Header, Request

from api import idempotency
from api.dependencies import CitizenDep, ServicesDep
from api.filing import NewMatter
from api.guard import guarded_router
from api.limits import address_of, check
from api.schemas.tickets import (
    Lookup,
    NewAddition,
    NewRating,
    NewReopening,
    NewTicket,
    ProgressList,
)
from api.services import Services
from hotline.progress import Progress
from hotline.vault import ContactData

router = guarded_router()

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        description="同一个编号的同一请求只做一次；重发得到第一次的回答",
    ),
]


@router.get("/v1/tickets", tags=["tickets"])
def mine(citizen: CitizenDep, services: ServicesDep) -> ProgressList:
    """Return the citizen's tickets, newest first."""
    return ProgressList(items=services.citizen_tickets.mine(citizen.citizen_id))


@router.post("/v1/tickets", tags=["tickets"])
def file_ticket(
    new: NewTicket,
    citizen: CitizenDep,
    services: ServicesDep,
    idempotency_key: Key = None,
) -> Progress:
    """File a ticket; with an ``Idempotency-Key`` the same request twice makes one ticket."""
    matter = NewMatter(
        text=new.text,
        channel=citizen.channel,
        citizen_id=citizen.citizen_id,
        contact=ContactData(phone=new.phone, name=new.name),
        title=new.title or "",
        place=new.place or None,
        occurred=new.occurred or None,
        attachments=new.attachments,
    )
    return _once(
        services,
        citizen.citizen_id,
        idempotency_key,
        new.model_dump_json(),
        lambda: services.filing.file(matter),
    )


@router.post("/v1/tickets/lookup", tags=["tickets"])
def look_up(wanted: Lookup, request: Request, services: ServicesDep) -> Progress:
    """Return a ticket to whoever knows its number and the last four digits of its phone."""
    _slow_down_guessing(request, services.settings.guesses_per_minute)
    return services.citizen_tickets.look_up(wanted.number, wanted.phone_last4)


@router.post("/v1/tickets/{number}/rating", tags=["tickets"])
def rate(
    number: str,
    new: NewRating,
    citizen: CitizenDep,
    request: Request,
    services: ServicesDep,
    idempotency_key: Key = None,
) -> Progress:
    """Rate a finished ticket, once."""
    if new.phone_last4:
        _slow_down_guessing(request, services.settings.guesses_per_minute)
    return _once(
        services,
        citizen.citizen_id,
        idempotency_key,
        number + new.model_dump_json(),
        lambda: services.citizen_tickets.rate(
            number, citizen.citizen_id, new.phone_last4, new.score, new.text or ""
        ),
    )


@router.post("/v1/tickets/{number}/reopen", tags=["tickets"])
def reopen(
    number: str,
    new: NewReopening,
    citizen: CitizenDep,
    request: Request,
    services: ServicesDep,
    idempotency_key: Key = None,
) -> Progress:
    """Ask for a finished ticket to be handled again; returns the new ticket."""
    if new.phone_last4:
        _slow_down_guessing(request, services.settings.guesses_per_minute)
    return _once(
        services,
        citizen.citizen_id,
        idempotency_key,
        number + new.model_dump_json(),
        lambda: services.citizen_tickets.reopen(
            number, citizen.citizen_id, new.phone_last4, new.reason
        ),
    )


@router.post("/v1/tickets/{number}/additions", tags=["tickets"])
def add(
    number: str,
    new: NewAddition,
    citizen: CitizenDep,
    services: ServicesDep,
    idempotency_key: Key = None,
) -> Progress:
    """Add facts or photos to one's own open ticket."""
    return _once(
        services,
        citizen.citizen_id,
        idempotency_key,
        number + new.model_dump_json(),
        lambda: services.citizen_tickets.add(
            number, citizen.citizen_id, None, new.text, new.attachments
        ),
    )


def _once(
    services: Services, citizen_id: str, key: str | None, asked: str, work: Callable[[], Progress]
) -> Progress:
    """Do the work; with a key, the same request again gets the first answer."""
    if key is None:
        return work()
    response = idempotency.once(
        services.store,
        f"ticket:{citizen_id}",
        key,
        idempotency.digest_of(asked),
        lambda: work().model_dump(mode="json"),
    )
    return Progress.model_validate(response)


def _slow_down_guessing(request: Request, limit: int) -> None:
    check(request, "guess", address_of(request), limit)
