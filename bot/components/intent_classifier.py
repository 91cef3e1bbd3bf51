"""The intent model as a component of Rasa's pipeline."""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.intent_model import Document, IntentModel
from bot.components.several_things import SEVERAL, parts_of

logger = logging.getLogger(__name__)
RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Classify with :class:`IntentModel`: trained in seconds, read in well under a millisecond.

    Config:
        strength: inverse regularisation of the regression.
        largest_gram: longest character n-gram.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """A tokenizer must stand before it."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[str]:
        """Packages Rasa checks before loading."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Defaults of ``config.yml``."""
        return {"strength": 5.0, "largest_gram": 3}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Build an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Read the trained component; a missing file is an error, never a silent empty model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled examples and store the model.

        That a message wants several things is read from its parts, never from examples.
        """
        examples = [
            e
            for e in training_data.intent_examples
            if e.get(INTENT) and e.get(INTENT) != SEVERAL and e.get(TEXT)
        ]
        model = IntentModel(self._config["strength"], self._config["largest_gram"])
        self._model = model.fit([_document(e) for e in examples], [e.get(INTENT) for e in examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set ``intent`` and ``intent_ranking`` of each message."""
        for message in messages:
            if self._model is None or not message.get(TEXT):
                message.set("intent", {"name": None, "confidence": 0.0}, add_to_output=True)
                message.set("intent_ranking", [], add_to_output=True)
                continue
            documents = [_document(message), *_parts(message)]
            chances = self._model.predict_proba(documents)
            rankings = [_ranking(row, self._model.labels) for row in chances]
            message.set("intent", rankings[0][0], add_to_output=True)
            message.set("intent_ranking", rankings[0], add_to_output=True)
            if len(rankings) > 1:
                texts = [text for text, _ in documents[1:]]
                message.set("part_rankings", list(zip(texts, rankings[1:], strict=True)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component trains on its output."""
        return training_data


def _ranking(chances: Any, labels: List[str]) -> List[Dict[str, Any]]:
    return [
        {"name": labels[number], "confidence": float(chances[number])}
        for number in chances.argsort()[::-1][:RANKED]
    ]


def _parts(message: Message) -> List[Document]:
    """Return the parts of a message that has several, each with its words."""
    text, words = _document(message)
    found = parts_of(text)
    if len(found) < 2:
        return []
    return [(part, [word for word in words if word in part]) for part in found]


def _document(message: Message) -> Document:
    return message.get(TEXT), [token.text for token in message.get(TOKENS_NAMES[TEXT]) or []]
