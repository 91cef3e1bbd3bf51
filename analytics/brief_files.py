"""The brief in every form it is handed out in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from analytics.brief import digest_of
from analytics.brief_docx import docx
from analytics.brief_pdf import pdf
from analytics.brief_phone import phone_text

FORMS: dict[str, tuple[str, Callable[[dict[str, Any]], bytes]]] = {
    "pdf": ("application/pdf", pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
    "txt": ("text/plain; charset=utf-8", lambda content: phone_text(content).encode()),
    "json": (
        "application/json",
        lambda content: json.dumps(
            {**content, "digest": digest_of(content)}, ensure_ascii=False, indent=1
        ).encode(),
    ),
}


def file_name(content: dict[str, Any], form: str) -> str:
    """E.g. `brief-week-2026-03-08.pdf`; a district's has its name in it."""
    where = f"-{content['district']}" if content["district"] else ""
    return f"brief-{content['period']}-{content['last']}{where}.{form}"


def write_form(content: dict[str, Any], form: str) -> bytes:
    """The brief as a file of one of `FORMS`."""
    return FORMS[form][1](content)
