"""Decide whether an intent is sure enough to act on."""

from __future__ import annotations

from typing import Any, Dict, List, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TwoBandFallback(GraphComponent, IntentClassifier):
    """Turn an unsure intent into ``nlu_fallback``.

    Intents that lead to the same place are one family: a message that is 投诉 with 0.4 and
    求助 with 0.4 is surely a matter to register. The family's sum is what must be sure.
    Behind ``nlu_fallback`` the ranking keeps the other meanings only from ``fairly`` on: then the
    fallback action asks “您是想…？”; with nothing to offer it goes on to a person or a ticket.

    Config:
        sure: from this family sum on the intent stands.
        careful: intents that need a higher sum of their own.
        fairly: from this family sum on a meaning is worth offering.
        families: lists of intents that lead to the same place.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Some classifier must stand before it."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Defaults of ``config.yml``."""
        return {"sure": 0.5, "fairly": 0.25, "careful": {}, "families": []}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._sure = float(config["sure"])
        self._fairly = float(config["fairly"])
        self._careful: Dict[str, float] = config.get("careful", {})
        self._family = {
            intent: number for number, family in enumerate(config["families"]) for intent in family
        }

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TwoBandFallback:
        """Build from the pipeline's config."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Keep or replace the intent of each message."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            best, chance = self._best(ranking)
            if chance >= self._careful.get(best["name"], self._sure):
                message.set(INTENT, best, add_to_output=True)
                continue
            fallback = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1 - chance}
            message.set(INTENT, fallback, add_to_output=True)
            offered = ranking if chance >= self._fairly else []
            message.set(INTENT_RANKING_KEY, [fallback, *offered], add_to_output=True)
        return messages

    def _best(self, ranking: List[Dict[str, Any]]) -> Any:
        """Return the likeliest intent of the likeliest family, and the family's sum."""
        sums: Dict[Any, float] = {}
        for item in ranking:
            family = self._family.get(item["name"], item["name"])
            sums[family] = sums.get(family, 0.0) + item["confidence"]
        if not sums:
            return {"name": None, "confidence": 0.0}, 0.0
        family = max(sums, key=lambda name: sums[name])
        best = next(i for i in ranking if self._family.get(i["name"], i["name"]) == family)
        return best, sums[family]
