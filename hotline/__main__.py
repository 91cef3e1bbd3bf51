"""The hotline's command line: ``python -m hotline --help``."""

from __future__ import annotations

import sys

from rich.console import Console
from sqlalchemy.exc import OperationalError

from hotline.city import CityError
from hotline.classifiers import ModelsUnusable
from hotline.command import app
from hotline.errors import HotlineError
from hotline.mapping import MappingError
from hotline.sheet import SheetError


def main() -> None:
    """Run a command; known mistakes end in one sentence and exit code 1."""
    try:
        app()
    except HotlineError as error:
        sys.exit(_say(error.message))
    except (CityError, MappingError, ModelsUnusable, SheetError) as error:
        sys.exit(_say(str(error)))
    except OperationalError:
        sys.exit(_say("数据库正忙或已断开：请稍后再试，已写入的不会丢。"))


def _say(message: str) -> int:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    main()
