"""Notice that one message asks for several things: 路灯坏了，另外问下居住证怎么续."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

PARTS = "parts"
"""Message property: what each part wants, ``[{"kind": "question", "text": "…"}, …]``."""

SEVERAL = "several_things"
_NEXT = re.compile(
    r"[，。；！？,;!?\s]*(?=(?:还有(?!人|效|没有?|\d|[一二两三四五六七八九十半]+[个天年月])|另外|顺便|顺带|对了|同时(?:想|问|请)"
    r"|再(?:问|帮|请问|咨询|查)|还(?:想|要)(?:问|咨询|投诉|反映|举报|预约|查)|也想(?:问|咨询|反映|查)"
    r"|第[二三四](?:件|个|，|、)|其次|最后(?:想|问|再)))"
)
_OPENS = re.compile(
    r"^(?:还有|另外|顺便|顺带|对了|同时|其次|最后|第[一二三四](?:件事?|个)?|[，。；、,\s])+"
)


def parts_of(text: str) -> List[str]:
    """Return the parts of a message as its own linking words divide it; one part as a rule."""
    cuts = [match.end() for match in _NEXT.finditer(text) if match.start() > 0]
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return [piece.strip(" ，。；,;") for piece in pieces if _OPENS.sub("", piece).strip()]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralThings(GraphComponent, IntentClassifier):
    """Turn a message whose parts surely want different kinds of things into ``several_things``.

    The classifier before it reads each part and leaves the rankings in ``part_rankings``.

    Config:
        sure: every kind must reach this chance in its part.
        kinds: name of a kind → the intents that mean it.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Some classifier must stand before it."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Defaults; the kinds stand in ``config.yml``."""
        return {"sure": 0.7, "kinds": {}}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._sure = float(config["sure"])
        self._kinds: Dict[str, List[str]] = config["kinds"]

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SeveralThings":
        """Build from the pipeline's config."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Replace the intent of messages that want several kinds of things."""
        for message in messages:
            parts: List[Dict[str, Any]] = []
            for text, ranking in message.get("part_rankings") or []:
                # An unsure part goes on with what the one before it began.
                kind = self._kind(ranking) or (parts[-1]["kind"] if parts else None)
                parts.append({"kind": kind, "text": _OPENS.sub("", text)})
            kinds = {part["kind"] for part in parts}
            if len(kinds) < 2 or None in kinds:
                continue
            intent = {"name": SEVERAL, "confidence": self._sure}
            message.set(INTENT, intent, add_to_output=True)
            message.set(PARTS, parts, add_to_output=True)
        return messages

    def _kind(self, ranking: List[Dict[str, Any]]) -> Any:
        chances = {item["name"]: item["confidence"] for item in ranking}
        for kind, intents in self._kinds.items():
            if sum(chances.get(intent, 0.0) for intent in intents) >= self._sure:
                return kind
        return None
