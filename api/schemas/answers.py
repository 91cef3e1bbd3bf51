"""A question to the knowledge base."""

from __future__ import annotations

from api.schemas.base import Line, Paragraph, Shape


class Question(Shape):
    """What is asked, for where, for whom."""

    question: Paragraph
    area: Line | None = None
    audience: Line | None = None
