"""Check an action server's answer with a validator that is compiled once.

Rasa 3.6 calls ``jsonschema.validate`` for every answer, which first checks the whole event
schema against its meta-schema: some 18 ms of CPU per action call, always with the same result.
Here the schema is checked and compiled on first use and kept. What is accepted and what is
refused stays the same, and so does the error (see docs/decisions/0010).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Optional

from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL


@lru_cache(maxsize=1)
def compiled_validator() -> Validator:
    """Return the validator of Rasa's own answer schema, checked once."""
    schema = RemoteAction.action_response_format_spec()
    validator_class = validator_for(schema)
    validator_class.check_schema(schema)
    return validator_class(schema)


def validate_action_result(_action: RemoteAction, result: Dict[str, Any]) -> bool:
    """Return True for an answer that follows the schema.

    Raises:
        ValidationError: the same one, with the same hint, as Rasa's own check.
    """
    error: Optional[ValidationError] = best_match(compiled_validator().iter_errors(result))
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
