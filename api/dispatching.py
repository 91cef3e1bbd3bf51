"""Find the dispatch suggester of the hotline; without trained models the API runs without it."""

from __future__ import annotations

import logging
from functools import partial

from api.settings import Settings
from api.suggesting import Suggester
from hotline.auto_dispatch import think_again
from hotline.city import City
from hotline.dispatch import Dispatcher, ModelsUnusable
from hotline.model_shelf import ModelShelf
from hotline.store import Store

logger = logging.getLogger("suisheng.suggesting")


def suggester(settings: Settings, city: City, store: Store) -> Suggester:
    """Return the suggester over ``hotline.dispatch.Dispatcher``, or one that suggests nothing."""
    try:
        shelf = ModelShelf(settings.var / "models")
        dispatcher = Dispatcher(city, settings.models, store, shelf=shelf)
    except ModelsUnusable as error:
        logger.warning("dispatcher not usable: %s", error)
        return Suggester(None)
    again = partial(think_again, dispatcher=dispatcher)
    return Suggester(dispatcher.suggest_many, again, lambda: dispatcher.models.thresholds)
