"""Where the city's own data lies."""

from __future__ import annotations

import os
from pathlib import Path

_SHIPPED = Path(__file__).resolve().parent.parent / "city"


class CityDataError(ValueError):
    """A file of the city folder is missing or wrong; the message names file, line and remedy."""


def city_file(name: str) -> Path:
    """Return the path of a file in the city folder (`SUISHENG_CITY` overrides the shipped one)."""
    folder = os.environ.get("SUISHENG_CITY")
    return (Path(folder) if folder else _SHIPPED) / name
