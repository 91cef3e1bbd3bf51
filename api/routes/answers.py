"""The knowledge base, for anyone."""

from __future__ import annotations

from api.dependencies import ServicesDep
from api.guard import guarded_router
from api.schemas.answers import Question
from knowledge_base.outcome import Answer

router = guarded_router()


@router.post("/v1/answers", tags=["answers"])
def answer(question: Question, services: ServicesDep) -> Answer:
    """Answer a question with its source, or say honestly that there is no answer."""
    return services.answerer.answer(
        question.question, area=question.area or None, audience=question.audience or None
    )
