"""The citizens' pages, served as they are: no build step."""

from __future__ import annotations

from pathlib import PurePath

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

LASTING = frozenset({".png", ".jpg", ".jpeg", ".webp", ".svg", ".ico", ".woff2"})


class Pages(StaticFiles):
    """Static files that browsers check for changes each time, pictures and fonts once a day."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file with its caching header."""
        response = await super().get_response(path, scope)
        lasting = PurePath(path).suffix.lower() in LASTING
        response.headers["Cache-Control"] = "public, max-age=86400" if lasting else "no-cache"
        return response
