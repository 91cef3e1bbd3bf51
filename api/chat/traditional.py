"""Answer in the script the citizen uses."""

from __future__ import annotations

from typing import Any

from nlu.normalise import to_traditional

# Values that programs read: changing them would break links, look-ups and buttons.
FOR_PROGRAMS = frozenset(
    {"id", "url", "code", "number", "digest", "outcome", "payload", "kind", "status", "version"}
)


def script_of(text: str, script: str, before: str) -> str:
    """Return which script to answer in.

    Args:
        text: what the citizen wrote.
        script: the script found in it.
        before: the conversation's script so far; kept when the text could be either.
    """
    if script == "traditional":
        return "traditional"
    return "simplified" if to_traditional(text) != text else before


def converted(value: Any, key: str | None = None) -> Any:
    """Return JSON-like data with every text for people in Traditional script."""
    if isinstance(value, str):
        return value if key in FOR_PROGRAMS else to_traditional(value)
    if isinstance(value, list):
        return [converted(item, key) for item in value]
    if isinstance(value, dict):
        return {name: converted(item, name) for name, item in value.items()}
    return value
