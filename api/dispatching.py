"""Find the dispatch suggester of the hotline; the API runs without it until there is one."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from typing import Any

from api.settings import Settings
from api.suggesting import Suggester
from hotline.city import City
from hotline.store import Store

logger = logging.getLogger("suisheng.suggesting")


def suggester(settings: Settings, city: City, store: Store) -> Suggester:
    """Return the suggester over ``hotline.dispatch.Dispatcher``, or one that suggests nothing."""
    if importlib.util.find_spec("hotline.dispatch") is None:
        logger.warning("no dispatcher: every ticket goes to a person")
        return Suggester(None)
    module: Any = importlib.import_module("hotline.dispatch")
    try:
        dispatcher = module.Dispatcher(city, settings.models, store)
    except (OSError, ValueError) as error:
        logger.warning("dispatcher not usable: %s", type(error).__name__)
        return Suggester(None)
    return Suggester(dispatcher.suggest)
