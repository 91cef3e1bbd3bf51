"""Cut Chinese text into words with jieba and the city's own dictionary."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def load_jieba(dictionary: Path | None) -> Any:
    """Return a private jieba tokenizer that knows the words of ``dictionary``.

    jieba's default cache lies in a folder anyone may write to and is read with ``marshal``;
    this one lies under ``var/cache`` (or ``SUISHENG_VAR``) with access for the owner only.
    """
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cache = Path(os.environ.get("SUISHENG_VAR", "var")) / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    cache.chmod(0o700)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(cache.resolve())
    tokenizer.cache_file = "jieba-bot.cache"
    tokenizer.initialize()
    if dictionary is not None and dictionary.exists():
        with dictionary.open(encoding="utf-8") as words:
            tokenizer.load_userdict(words)
    elif dictionary is not None:
        logger.warning("no dictionary at %s: place names may be cut apart", dictionary)
    return tokenizer


def cut(tokenizer: Any, text: str) -> List[Token]:
    """Return the words of ``text`` with their places; blanks are no words."""
    return [Token(word, start) for word, start, _ in tokenizer.tokenize(text) if word.strip()]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CityTokenizer(Tokenizer):
    """jieba with the city's dictionary, without the blank tokens of Rasa's own component.

    Config:
        dictionary: path of a jieba user dictionary, from the project's root.
            ``SUISHENG_CITY`` moves the folder ``city``.
    """

    @staticmethod
    def supported_languages() -> List[str]:
        """Chinese only."""
        return ["zh"]

    @staticmethod
    def required_packages() -> List[str]:
        """Packages Rasa checks before loading."""
        return ["jieba"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Defaults; the last four are what Rasa's base class reads."""
        return {
            "dictionary": "city/dictionary.txt",
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__(config)
        path = config["dictionary"]
        city = os.environ.get("SUISHENG_CITY")
        if path and city and Path(path).parts[0] == "city":
            path = Path(city, *Path(path).parts[1:])
        self._jieba = load_jieba(Path(path) if path else None)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CityTokenizer:
        """Build from the pipeline's config."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Return the tokens of one attribute of a message."""
        return cut(self._jieba, message.get(attribute))
