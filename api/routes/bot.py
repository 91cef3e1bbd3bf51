"""What the dialogue actions may ask for, always on behalf of one conversation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from api import idempotency
from api.chat.conversations import Talk
from api.dependencies import ServicesDep
from api.errors import NotFound
from api.filing import NewMatter
from api.guard import guarded_router
from api.limits import check
from api.schemas.answers import Question
from api.schemas.bot import (
    AppointmentChoices,
    Bookings,
    BotAddition,
    BotLookup,
    BotRating,
    BotReopening,
    BotTicket,
    Cancellation,
    Handover,
    NewAppointment,
    QueuePosition,
)
from api.services import Services
from hotline.appointments import Booking, book, booked, businesses, cancel, free_slots
from hotline.errors import TicketNotFound
from hotline.progress import Progress
from knowledge_base.outcome import Answer

router = guarded_router()


def talk_of(
    services: ServicesDep, x_conversation: Annotated[str, Header(min_length=1, max_length=120)]
) -> Talk:
    """Dependency: the conversation named in the ``X-Conversation`` header."""
    talk = services.conversations.find(x_conversation)
    if talk is None:
        raise NotFound("没有这个会话。", code="conversation_not_found")
    return talk


TalkDep = Annotated[Talk, Depends(talk_of)]


@router.post("/v1/bot/answer", tags=["bot"])
def answer(question: Question, talk: TalkDep, services: ServicesDep) -> Answer:  # noqa: ARG001
    """Answer from the knowledge base."""
    return services.public_answers.answer(
        question.question, area=question.area or None, audience=question.audience or None
    )


@router.post("/v1/bot/tickets", tags=["bot"])
def file_ticket(
    new: BotTicket,
    talk: TalkDep,
    services: ServicesDep,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=100)] = None,
) -> Progress:
    """File the ticket the citizen confirmed; the same again on the same day makes no second."""
    matter = NewMatter(
        text=new.text,
        channel=talk.channel,
        citizen_id=talk.citizen_id,
        contact=services.conversations.contact_of(talk.id),
        place=new.place or None,
        occurred=new.occurred or None,
        appeal_type=new.appeal_type,
        special=new.special,
    )
    today = services.store.clocks.local_day(datetime.now(UTC)).isoformat()
    digest = idempotency.digest_of(new.model_dump_json(), today)
    kept = idempotency.once(
        services.store,
        f"bot:{talk.id}",
        idempotency_key or digest,
        digest,
        lambda: services.filing.file(matter).model_dump(mode="json"),
    )
    filed = Progress.model_validate(kept)
    services.conversations.remember(talk.id, {"ticket_number": filed.number})
    return filed


@router.post("/v1/bot/progress", tags=["bot"])
def progress(wanted: BotLookup, talk: TalkDep, request: Request, services: ServicesDep) -> Progress:
    """Return a ticket's progress; without a number, the citizen's newest."""
    last4 = _last4(wanted, talk, request, services)
    return services.citizen_tickets.show(wanted.number, talk.citizen_id, last4)


@router.post("/v1/bot/rating", tags=["bot"])
def rate(new: BotRating, talk: TalkDep, request: Request, services: ServicesDep) -> Progress:
    """Rate a finished ticket."""
    last4 = _last4(new, talk, request, services)
    return services.citizen_tickets.rate(
        _number(new, talk), talk.citizen_id, last4, new.score, new.text or ""
    )


@router.post("/v1/bot/reopen", tags=["bot"])
def reopen(new: BotReopening, talk: TalkDep, request: Request, services: ServicesDep) -> Progress:
    """Ask for a finished ticket to be handled again; returns the new ticket."""
    last4 = _last4(new, talk, request, services)
    return services.citizen_tickets.reopen(_number(new, talk), talk.citizen_id, last4, new.reason)


@router.post("/v1/bot/additions", tags=["bot"])
def add(new: BotAddition, talk: TalkDep, request: Request, services: ServicesDep) -> Progress:
    """Add facts to an open ticket."""
    last4 = _last4(new, talk, request, services)
    return services.citizen_tickets.add(_number(new, talk), talk.citizen_id, last4, new.text, [])


@router.post("/v1/bot/handover", tags=["bot"])
def hand_over(wish: Handover, talk: TalkDep, services: ServicesDep) -> QueuePosition:
    """Put the conversation into the queue for a person."""
    position = services.conversations.ask_for_person(talk.id, wish.reason)
    return QueuePosition(queue_position=position)


@router.get("/v1/bot/appointments", tags=["bot"])
def appointment_choices(
    talk: TalkDep,  # noqa: ARG001
    services: ServicesDep,
    business: Annotated[str | None, Query(max_length=60)] = None,
    hall: Annotated[str | None, Query(max_length=60)] = None,
) -> AppointmentChoices:
    """Return the free half hours of the next open days."""
    with services.store.session(read_only=True) as session:
        slots = free_slots(session, datetime.now(UTC), business=business, hall=hall)
    return AppointmentChoices(items=slots, businesses=businesses(services.store))


@router.post("/v1/bot/appointments", tags=["bot"])
def book_appointment(new: NewAppointment, talk: TalkDep, services: ServicesDep) -> Booking:
    """Book one half hour; nobody gets a seat that is taken."""
    with services.store.session() as session:
        return book(
            session,
            business=new.business,
            hall=new.hall,
            day=new.date,
            start=new.start,
            citizen_id=talk.citizen_id,
            conversation_id=talk.id,
            now=datetime.now(UTC),
        )


@router.get("/v1/bot/bookings", tags=["bot"])
def bookings(talk: TalkDep, services: ServicesDep) -> Bookings:
    """Return the citizen's bookings from today on."""
    with services.store.session(read_only=True) as session:
        return Bookings(items=booked(session, talk.citizen_id, datetime.now(UTC)))


@router.post("/v1/bot/cancellations", tags=["bot"])
def cancel_booking(which: Cancellation, talk: TalkDep, services: ServicesDep) -> Booking:
    """Give a booked seat back."""
    with services.store.session() as session:
        return cancel(session, which.code, talk.citizen_id)


def _number(wanted: BotLookup, talk: Talk) -> str:
    number = wanted.number or talk.facts.get("ticket_number")
    if not number:
        raise TicketNotFound("还不知道是哪张工单，请提供工单编号。")
    return str(number)


def _last4(wanted: BotLookup, talk: Talk, request: Request, services: Services) -> str | None:
    """Return the proof at hand; offering one counts as a guess of this conversation."""
    last4 = wanted.phone_last4 or talk.facts.get("phone_last4")
    if last4:
        check(request, "guess", talk.id, services.settings.guesses_per_minute)
    return last4
