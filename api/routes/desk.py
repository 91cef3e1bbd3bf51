"""The dispatch desk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from api.dependencies import ServicesDep, StaffDep
from api.drafting import draft_for
from api.grouping import group_of
from api.guard import guarded_router
from api.principal import Staff
from api.schemas.base import Storable
from api.schemas.desk import (
    CallbackStep,
    CloseStep,
    Contact,
    ContributeStep,
    DeskTicket,
    DispatchStep,
    Draft,
    ExtendStep,
    LinkStep,
    RedispatchStep,
    RepeatStep,
    ReplyCheck,
    ReplyToCheck,
    ReturnStep,
    ReviewStep,
    SplitStep,
    Step,
    SuperviseStep,
    TicketPage,
    Unmask,
    VoidStep,
)
from api.services import Services
from hotline.queue import ticket_row
from hotline.reading import Question
from hotline.tickets import (
    Filters,
    TicketRow,
    find_ticket,
    queue,
    rows,
    take_step,
    ticket_detail,
    unmask,
)

router = guarded_router()

Filter = Annotated[str | None, StringConstraints(max_length=120), Storable]


@router.get("/v1/desk/tickets", tags=["desk"])
def list_tickets(
    staff: StaffDep,
    services: ServicesDep,
    status: Filter = None,
    category: Filter = None,
    district: Filter = None,
    unit: Filter = None,
    urgency: Filter = None,
    dial: Filter = None,
    channel: Filter = None,
    overdue: bool | None = None,
    final_review: bool | None = None,
    helping: bool | None = None,
    q: Filter = None,
    order: Filter = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TicketPage:
    """Return a page of the queue within the caller's scope."""
    filters = Filters(
        status=status,
        category=category,
        district=district,
        unit=unit,
        urgency=urgency,
        dial=dial,
        channel=channel,
        overdue=overdue,
        final_review=final_review,
        helping=helping,
        q=q,
    )
    with services.store.session(read_only=True) as session:
        found = queue(session, staff.actor, filters, order=order or "due", page=page, size=size)
        return TicketPage(
            items=rows(session, found),
            total=found.total,
            page=found.page,
            size=found.size,
            counts=found.counts,
        )


@router.get("/v1/desk/tickets/{number}", tags=["desk"])
def show_ticket(number: str, staff: StaffDep, services: ServicesDep) -> DeskTicket:
    """Return everything the caller may see of one ticket."""
    with services.store.session(read_only=True) as session:
        detail = ticket_detail(session, number, staff.actor)
        return DeskTicket(**detail.model_dump(), group=group_of(session, detail.number, staff))


@router.get("/v1/desk/tickets/{number}/draft", tags=["desk"])
def draft(number: str, staff: StaffDep, services: ServicesDep) -> Draft:
    """Return a reply to start from, with its source, and how similar tickets were answered."""
    with services.store.session(read_only=True) as session:
        return draft_for(session, number, staff.actor, services.answerer)


@router.post("/v1/desk/tickets/{number}/check-reply", tags=["desk"])
def check_reply(
    number: str, wish: ReplyToCheck, staff: StaffDep, services: ServicesDep
) -> ReplyCheck:
    """Look a reply over before it goes out; nothing is kept."""
    with services.store.session(read_only=True) as session:
        ticket = find_ticket(session, number, staff.actor)
    return services.reply_checker.check(ticket, wish.reply, services.city)


def _take(
    services: Services, staff: Staff, number: str, name: str, step: Step, **more: object
) -> TicketRow:
    """Take a step and return the row as it now is, even where the caller lost sight of it."""
    data = {**step.model_dump(exclude={"version"}, exclude_none=True), **more}
    now = datetime.now(UTC)
    with services.store.session() as session:
        ticket = take_step(session, name, number, staff.actor, step.version, data, now)
        if name == "return":
            ticket = services.suggester.think_again(session, ticket, now)
        return ticket_row(ticket, services.store, services.store.clocks, now)


@router.post("/v1/desk/tickets/{number}/dispatch", tags=["desk"])
def dispatch(number: str, step: DispatchStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Give the ticket to a unit."""
    return _take(services, staff, number, "dispatch", step)


@router.post("/v1/desk/tickets/{number}/sign", tags=["desk"])
def sign(number: str, step: Step, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """The unit takes it."""
    return _take(services, staff, number, "sign", step)


@router.post("/v1/desk/tickets/{number}/start", tags=["desk"])
def start(number: str, step: Step, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """The unit begins."""
    return _take(services, staff, number, "start", step)


@router.post("/v1/desk/tickets/{number}/close", tags=["desk"])
def close(number: str, step: CloseStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """The unit closes it with a reply."""
    return _take(services, staff, number, "close", step)


@router.post("/v1/desk/tickets/{number}/return", tags=["desk"])
def send_back(number: str, step: ReturnStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """The unit sends it back with a reason."""
    return _take(services, staff, number, "return", step)


@router.post("/v1/desk/tickets/{number}/redispatch", tags=["desk"])
def redispatch(
    number: str, step: RedispatchStep, staff: StaffDep, services: ServicesDep
) -> TicketRow:
    """Give it to another unit."""
    return _take(services, staff, number, "redispatch", step)


@router.post("/v1/desk/tickets/{number}/void", tags=["desk"])
def void(number: str, step: VoidStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Void it with a reason."""
    return _take(services, staff, number, "void", step)


@router.post("/v1/desk/tickets/{number}/callback", tags=["desk"])
def call_back(number: str, step: CallbackStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Note what the citizen said when called."""
    return _take(services, staff, number, "callback", step)


@router.post("/v1/desk/tickets/{number}/extend", tags=["desk"])
def extend(number: str, step: ExtendStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Give it more working days, once."""
    return _take(services, staff, number, "extend", step)


@router.post("/v1/desk/tickets/{number}/supervise", tags=["desk"])
def supervise(
    number: str, step: SuperviseStep, staff: StaffDep, services: ServicesDep
) -> TicketRow:
    """Press for it."""
    return _take(services, staff, number, "supervise", step)


@router.post("/v1/desk/tickets/{number}/contribute", tags=["desk"])
def contribute(
    number: str, step: ContributeStep, staff: StaffDep, services: ServicesDep
) -> TicketRow:
    """A co-unit says what it found and did."""
    return _take(services, staff, number, "contribute", step)


@router.post("/v1/desk/tickets/{number}/review", tags=["desk"])
def send_to_review(
    number: str, step: ReviewStep, staff: StaffDep, services: ServicesDep
) -> TicketRow:
    """Send it to final review."""
    return _take(services, staff, number, "review", step)


@router.post("/v1/desk/tickets/{number}/split", tags=["desk"])
def split(number: str, step: SplitStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Make further matters tickets of their own, each read by the dispatcher."""
    with services.store.session(read_only=True) as session:
        origin = find_ticket(session, number, staff.actor)
    read = services.suggester.suggest_many(
        [
            Question(part.text, place=origin.place, district=origin.district, street=origin.street)
            for part in step.parts
        ]
    )
    parts = [
        {**part.model_dump(), "suggestion": one.model_dump(mode="json") if one else None}
        for part, one in zip(step.parts, read, strict=True)
    ]
    return _take(services, staff, number, "split", step, parts=parts)


@router.post("/v1/desk/tickets/{number}/repeat", tags=["desk"])
def mark_repeat(number: str, step: RepeatStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Note that it repeats another ticket."""
    return _take(services, staff, number, "repeat", step)


@router.post("/v1/desk/tickets/{number}/link", tags=["desk"])
def link(number: str, step: LinkStep, staff: StaffDep, services: ServicesDep) -> TicketRow:
    """Note that it belongs together with another ticket."""
    return _take(services, staff, number, "link", step)


@router.post("/v1/desk/tickets/{number}/unmask", tags=["desk"])
def show_contact(number: str, wish: Unmask, staff: StaffDep, services: ServicesDep) -> Contact:
    """Show whom to call; who looked and why is recorded."""
    with services.store.session() as session:
        data = unmask(session, number, staff.actor, wish.reason)
    return Contact(phone=data.phone, name=data.name)
