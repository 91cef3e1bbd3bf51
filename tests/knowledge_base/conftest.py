"""Invented entries for the tests of the knowledge base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.entry import Entry


def make_entry(name: str = "library-card", **changes: Any) -> Entry:
    """Return a published entry about an invented matter."""
    data: dict[str, Any] = {
        "id": name,
        "kind": "服务事项",
        "title": "图书馆读者证办理",
        "summary": "带身份证到总服务台办理，免费，当场领取。",
        "questions": [
            "怎么办借书证",
            "读者证去哪里办",
            "借书证要押金吗",
            "點樣攞借書證",
            "办证要带什么",
        ],
        "unit": "市图书馆",
        "blocks": {"收费": "免费", "办理时限": "3个工作日", "所需材料": ["身份证"]},
        "basis": [{"title": "图书馆管理规定", "article": "第五条"}],
        "effective_date": dt.date(2024, 1, 1),
        "owner": "市图书馆",
        "reviewer": "审核员甲",
        "status": "published",
    }
    return Entry.model_validate(data | changes)


@pytest.fixture
def entry() -> Callable[..., Entry]:
    return make_entry


@pytest.fixture(scope="session")
def city_base() -> KnowledgeBase:
    return KnowledgeBase.from_folder()


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'kb.db'}"
