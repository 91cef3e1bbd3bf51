"""Reading texts without making tickets, and the switches of automatic dispatch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from api.dependencies import ServicesDep, StaffDep
from api.errors import Unavailable
from api.guard import guarded_router
from api.schemas.suggestion import (
    AutoTurn,
    CategoryPromise,
    DecidingModel,
    DispatchBatch,
    DispatchLine,
    DispatchQuestion,
    DispatchState,
    NumberedQuestion,
    Suggestion,
)
from api.services import Services
from hotline.errors import InvalidInput
from hotline.ledger import record
from hotline.model_shelf import latest_switch
from hotline.promise import audit
from hotline.reading import Question
from hotline.reception import loose_decision
from hotline.switches import load_switches, turn
from hotline.thresholds import PROMISE
from nlu.safety import detect

router = guarded_router()

CHUNK = 50
NO_MODEL = "派单模型暂时不可用，请人工派单。"


class Lines(StreamingResponse):
    """JSON, one object a line, sent as it is made."""

    media_type = "application/x-ndjson"


def _question(asked: DispatchQuestion, services: Services) -> Question:
    key = services.store.vault.citizen_key(asked.phone) if asked.phone else None
    return Question(asked.text, asked.title or "", asked.place or None, asked.received_at, key)


def _without_model(text: str) -> str:
    """What is said when no model can read; danger never waits for one."""
    danger = detect(text)
    return f"{danger.phone}：{danger.advice}{NO_MODEL}" if danger else NO_MODEL


def _note(services: Services, made: Sequence[Suggestion | None]) -> None:
    decisions = [loose_decision(one.model_dump(mode="json")) for one in made if one]
    with services.store.session() as session:
        record(session, decisions, datetime.now(UTC))


@router.post("/v1/dispatch", tags=["dispatch"])
def suggest(question: DispatchQuestion, services: ServicesDep) -> Suggestion:
    """Read a text and suggest a unit; no ticket is made."""
    suggestion = services.suggester.suggest(_question(question, services))
    if suggestion is None:
        raise Unavailable(_without_model(question.text), code="suggester_unavailable")
    _note(services, [suggestion])
    return suggestion


@router.post(
    "/v1/dispatch/batch",
    tags=["dispatch"],
    response_model=None,
    responses={
        200: {
            "description": "每行一个 JSON：`id`、`suggestion`、`error`，次序同请求，读完一批发一批",
            "content": {Lines.media_type: {"schema": {"type": "string"}}},
        }
    },
)
def suggest_batch(batch: DispatchBatch, services: ServicesDep) -> Lines:
    """Read many texts; the lines come as they are made, in the order asked."""
    return Lines(_lines(batch.tickets, services))


def _lines(asked: Sequence[NumberedQuestion], services: Services) -> Iterator[str]:
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        made = services.suggester.suggest_many([_question(one, services) for one in chunk])
        _note(services, made)
        for one, suggestion in zip(chunk, made, strict=True):
            error = None if suggestion else _without_model(one.text)
            line = DispatchLine(id=one.id, suggestion=suggestion, error=error)
            yield line.model_dump_json() + "\n"


@router.get("/v1/dispatch/state", tags=["dispatch"])
def dispatch_state(services: ServicesDep) -> DispatchState:
    """Whether the machine dispatches by itself, how its promise holds, which model decides."""
    with services.store.session(read_only=True) as session:
        return _state(session, datetime.now(UTC))


@router.post("/v1/dispatch/auto", tags=["dispatch"])
def turn_auto(wish: AutoTurn, staff: StaffDep, services: ServicesDep) -> DispatchState:
    """Turn automatic dispatch, or one category of it, off or on; it stands in the ledger."""
    if wish.category and wish.category not in services.city.categories:
        raise InvalidInput("没有这个事项分类。", {"field": "category"})
    now = datetime.now(UTC)
    with services.store.session() as session:
        turn(
            session,
            off=wish.off,
            reason=wish.reason,
            actor=staff.username,
            now=now,
            category=wish.category or None,
        )
        return _state(session, now)


def _state(session: Session, now: datetime) -> DispatchState:
    switches, model = load_switches(session), latest_switch(session)
    audits = {one.category: one for one in audit(session, now)}
    names = sorted(set(audits) | set(switches.closed))
    return DispatchState(
        on=switches.on,
        why=switches.why,
        promise=PROMISE,
        categories=[
            CategoryPromise(
                category=name,
                decided=audits[name].decided if name in audits else 0,
                right=audits[name].right if name in audits else 0,
                accuracy=audits[name].accuracy if name in audits else 1.0,
                closed=name in switches.closed,
                why=switches.closed.get(name, ""),
            )
            for name in names
        ],
        model=DecidingModel(
            digest=model.after, since=model.at, actor=model.actor, reason=model.reason
        )
        if model
        else None,
    )
