"""The knowledge base, for anyone."""

from __future__ import annotations

from fastapi import Request

from api.dependencies import ServicesDep
from api.guard import guarded_router
from api.principal import Staff
from api.schemas.answers import Question
from api.schemas.knowledge import AnswerRating, RatingKept
from knowledge_base.gaps import BADLY_RATED
from knowledge_base.outcome import Answer
from nlu.personal import mask

router = guarded_router()


@router.post("/v1/answers", tags=["answers"])
def answer(question: Question, request: Request, services: ServicesDep) -> Answer:
    """Answer a question with its source, or say honestly that there is no answer.

    Staff are answered also while automatic answers to citizens are off.
    """
    staff = isinstance(request.state.principal, Staff)
    answers = services.answerer if staff else services.public_answers
    return answers.answer(
        question.question, area=question.area or None, audience=question.audience or None
    )


@router.post("/v1/answers/rating", tags=["answers"])
def rate(rating: AnswerRating, services: ServicesDep) -> RatingKept:
    """Say whether an answer helped; a question it did not help with becomes a gap."""
    desk = services.knowledge
    entry = desk.entry(rating.entry)
    if not rating.helpful:
        desk.gaps.record(mask(rating.question).text, BADLY_RATED, entry.id)
    return RatingKept()
