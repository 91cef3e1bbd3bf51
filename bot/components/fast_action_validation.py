"""Check an action server's answer with validators that are compiled once.

Rasa 3.6 calls ``jsonschema.validate`` for every answer. That first checks the whole event schema
against its meta-schema, always with the same result, and then tries every event against all
kinds of event: some 18 ms of CPU per action call and more with many events. Here the schema is
checked once; an event is tried only against the kind it names. Whatever does not pass that is
given to the full check, so what is refused, and with which words, stays Rasa's decision
(docs/decisions/0004).
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any, Dict, Optional

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL

Schema = Dict[str, Any]


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


def _kind(part: Schema) -> Optional[str]:
    return part.get("properties", {}).get("event", {}).get("const")


def _validator_class() -> Any:
    return validator_for(RemoteAction.action_response_format_spec())
