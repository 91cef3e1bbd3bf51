"""The hotline's command line: ``python -m hotline --help``."""

from __future__ import annotations

import sys

from rich.console import Console

from hotline.command import app
from hotline.datafile import CityError
from hotline.errors import HotlineError
from hotline.mapping import MappingError
from hotline.sheet import SheetError


def main() -> None:
    """Run a command; known mistakes end in one sentence and exit code 1."""
    try:
        app()
    except HotlineError as error:
        sys.exit(_say(error.message))
    except (CityError, MappingError, SheetError) as error:
        sys.exit(_say(str(error)))


def _say(message: str) -> int:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False)
    return 1


if __name__ == "__main__":
    main()
