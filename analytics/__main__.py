"""`python -m analytics`: grouping of archives, reading of the live store, reply check."""

from __future__ import annotations

from analytics.command import app

if __name__ == "__main__":
    app()
