"""What citizens are answered, unless a person has turned automatic answers off."""

from __future__ import annotations

from hotline.store import Store
from hotline.switches import ANSWERS, why_off
from knowledge_base.answer import Answerer
from knowledge_base.outcome import Answer, Outcome

OFF = "自动答复暂停使用。您可以转人工，或者把问题登记成工单，由工作人员答复您。"
ALWAYS = frozenset({Outcome.EMERGENCY, Outcome.REFUSED})


class PublicAnswers:
    """The knowledge base as citizens meet it, on every channel; danger is always answered."""

    def __init__(self, store: Store, answerer: Answerer) -> None:
        self._store = store
        self._answerer = answerer

    def answer(
        self, question: str, *, area: str | None = None, audience: str | None = None
    ) -> Answer:
        """Answer, or hand over while answers are off."""
        found = self._answerer.answer(question, area=area, audience=audience)
        if found.outcome in ALWAYS:
            return found
        with self._store.session(read_only=True) as session:
            off = why_off(session, ANSWERS) is not None
        if not off:
            return found
        return Answer(outcome=Outcome.HANDED_OVER, question=found.question, text=OFF)
