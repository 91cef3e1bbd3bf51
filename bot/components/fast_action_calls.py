"""Check an action server's answer with validators that are compiled once.

Rasa 3.6 calls ``jsonschema.validate`` for every answer. That first checks the whole event schema
against its meta-schema, always with the same result, and then tries every event against all
kinds of event: some 18 ms of CPU per action call and more with many events. Here the schema is
checked once; an event is tried only against the kind it names. Whatever does not pass that is
given to the full check, so what is refused, and with which words, stays Rasa's decision
(docs/decisions/0004). Rasa also opens a connection for every call; here they are kept open.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import lru_cache
from typing import Any, Dict, Optional
from weakref import WeakKeyDictionary

import aiohttp
from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.constants import DOCS_BASE_URL
from rasa.utils.endpoints import EndpointConfig

Schema = Dict[str, Any]
MOST_CONNECTIONS = 100
_connectors: "WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.TCPConnector]" = (
    WeakKeyDictionary()
)


@lru_cache(maxsize=1)
def full_validator() -> Validator:
    """Return the validator of Rasa's own answer schema, checked once."""
    schema = RemoteAction.action_response_format_spec()
    _validator_class().check_schema(schema)
    return _validator_class()(schema)


@lru_cache(maxsize=1)
def event_validators() -> Dict[str, Validator]:
    """Return a validator for each kind of event that exactly one part of the schema describes.

    In ``oneOf`` parts that each demand another value of ``event``, an event fits exactly one part
    when it fits the one of its own name.
    """
    schema = RemoteAction.action_response_format_spec()["properties"]["events"]["items"]
    common = {name: part for name, part in schema.items() if name != "oneOf"}
    kinds = Counter(_kind(part) for part in schema["oneOf"])
    if None in kinds:
        return {}
    return {
        str(_kind(part)): _validator_class()({**common, "allOf": [part]})
        for part in schema["oneOf"]
        if kinds[_kind(part)] == 1
    }


def surely_valid(result: Any) -> bool:
    """Return True when the answer certainly follows the schema; False says nothing."""
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return False
    known = event_validators()
    return all(isinstance(response, dict) for response in responses) and all(
        isinstance(event, dict)
        and isinstance(event.get("event"), str)
        and event["event"] in known
        and known[event["event"]].is_valid(event)
        for event in events
    )


def validate_action_result(_action: RemoteAction, result: Dict[str, Any]) -> bool:
    """Return True for an answer that follows the schema.

    Raises:
        ValidationError: the same one, with the same hint, as Rasa's own check.
    """
    if surely_valid(result):
        return True
    error: Optional[ValidationError] = best_match(full_validator().iter_errors(result))
    if error is None:
        return True
    error.message += (
        ". Failed to validate Action server response from API, "
        "make sure your response from the Action endpoint is valid. "
        f"For more information about the format visit {DOCS_BASE_URL}/custom-actions"
    )
    raise error


def install() -> None:
    """Replace Rasa's check in this process; calling it again changes nothing."""
    RemoteAction._validate_action_result = validate_action_result
    EndpointConfig.session = session_on_kept_connections


def session_on_kept_connections(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    """Return a session as Rasa's own, whose connections stay open for the next action call."""
    loop = asyncio.get_running_loop()
    if loop not in _connectors:
        _connectors[loop] = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
    auth = aiohttp.BasicAuth(**_named(endpoint.basic_auth)) if endpoint.basic_auth else None
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=auth,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=_connectors[loop],
        connector_owner=False,
    )


def _named(basic_auth: Dict[str, str]) -> Dict[str, str]:
    return {"login": basic_auth["username"], "password": basic_auth["password"]}


def _kind(part: Schema) -> Optional[str]:
    return part.get("properties", {}).get("event", {}).get("const")


def _validator_class() -> Any:
    return validator_for(RemoteAction.action_response_format_spec())
