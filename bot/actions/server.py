"""The action server on loopback: `python -m bot.actions.server`."""

from __future__ import annotations

import os

from rasa_sdk.endpoint import create_app


def main() -> None:
    """Serve the actions of this package until ended."""
    # An empty list: no browser has any business here.
    app = create_app("bot.actions", cors_origins=[])
    app.run("127.0.0.1", int(os.environ.get("SUISHENG_ACTIONS_PORT", "5055")), access_log=False)


if __name__ == "__main__":
    main()
