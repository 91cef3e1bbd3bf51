"""``python -m api``: start the API with the settings of the environment."""

from __future__ import annotations

import os
import sys

# Requests run side by side as it is; numeric libraries that each start a thread per core would
# only wait for one another (a third of the processor time of a chat message).
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import uvicorn  # noqa: E402
from pydantic import ValidationError  # noqa: E402

from api.app import create_app  # noqa: E402
from api.settings import Settings  # noqa: E402


def main() -> int:
    """Start the server; return a non-zero code with one sentence per unusable setting."""
    try:
        settings = Settings()
    except ValidationError as error:
        for item in error.errors():
            name = ".".join(str(part) for part in item["loc"])
            sys.stderr.write(f"设置有误 {name}: {item['msg'].removeprefix('Value error, ')}\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.api_port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Streams of progress stay open; whoever follows one comes back by itself.
        timeout_graceful_shutdown=3,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
