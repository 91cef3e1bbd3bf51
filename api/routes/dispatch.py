"""Reading texts without making tickets, one or many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from fastapi.responses import StreamingResponse

from api.dependencies import ServicesDep
from api.errors import Unavailable
from api.guard import guarded_router
from api.schemas.suggestion import (
    DispatchBatch,
    DispatchLine,
    DispatchQuestion,
    NumberedQuestion,
    Suggestion,
)
from api.services import Services
from hotline.ledger import record
from hotline.reading import Question
from hotline.reception import loose_decision

router = guarded_router()

CHUNK = 50
NO_MODEL = "派单模型暂时不可用，请人工派单。"


class Lines(StreamingResponse):
    """JSON, one object a line, sent as it is made."""

    media_type = "application/x-ndjson"


def _question(asked: DispatchQuestion, services: Services) -> Question:
    key = services.store.vault.citizen_key(asked.phone) if asked.phone else None
    return Question(asked.text, asked.title or "", asked.place or None, asked.received_at, key)


def _note(services: Services, made: Sequence[Suggestion | None]) -> None:
    decisions = [loose_decision(one.model_dump(mode="json")) for one in made if one]
    with services.store.session() as session:
        record(session, decisions, datetime.now(UTC))


@router.post("/v1/dispatch", tags=["dispatch"])
def suggest(question: DispatchQuestion, services: ServicesDep) -> Suggestion:
    """Read a text and suggest a unit; no ticket is made."""
    suggestion = services.suggester.suggest(_question(question, services))
    if suggestion is None:
        raise Unavailable(NO_MODEL, code="suggester_unavailable")
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
    if not services.suggester.ready:
        raise Unavailable(NO_MODEL, code="suggester_unavailable")
    return Lines(_lines(batch.tickets, services))


def _lines(asked: Sequence[NumberedQuestion], services: Services) -> Iterator[str]:
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        made = services.suggester.suggest_many([_question(one, services) for one in chunk])
        _note(services, made)
        for one, suggestion in zip(chunk, made, strict=True):
            error = None if suggestion else NO_MODEL
            line = DispatchLine(id=one.id, suggestion=suggestion, error=error)
            yield line.model_dump_json() + "\n"
