"""The knowledge entry: one thing a citizen asks about, with its basis, dates and owner."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

BLOCK_NAMES = (
    "办理条件",
    "所需材料",
    "办理步骤",
    "办理时限",
    "收费",
    "办理地点",
    "网上办理",
    "咨询电话",
    "广州特别说明",
)
CLAUSE_BLOCK = "条款原文"


class Kind(StrEnum):
    """What sort of knowledge an entry holds."""

    SERVICE = "服务事项"
    QUESTION = "问答"
    CLAUSE = "政策条款"
    PACKAGE = "一件事"


class Status(StrEnum):
    """Editing state; only published entries are shown to citizens."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    EXPIRED = "expired"


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Basis(_Strict):
    """Law, regulation or document an entry rests on."""

    title: Text
    article: str = ""
    url: str | None = None

    def cite(self) -> str:
        """Return the citation as printed: 《title》article."""
        title = self.title if self.title.startswith(("《", "〈")) else f"《{self.title}》"
        return title + self.article


class Block(_Strict):
    """One named part of an answer: running text, a list of items, or both."""

    name: str
    text: str | None = None
    items: list[Text] = Field(default_factory=list)


class Option(_Strict):
    """One choice offered when a question has several answers."""

    title: Text
    entry: Text


class Clarify(_Strict):
    """Wordings that are ambiguous, the question to ask back, and where each choice leads."""

    question: Text
    wordings: list[Text] = Field(min_length=1)
    options: list[Option] = Field(min_length=2)


class Step(_Strict):
    """One matter of a “一件事”: which entry, when its turn is, what to mind."""

    entry: Text
    when: str = ""
    note: str = ""


class Entry(_Strict):
    """One unit of knowledge; see `city/knowledge/README.md` for what each field means."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=120)]
    kind: Kind
    title: Text
    summary: Text
    questions: list[Text] = Field(default_factory=list)
    keywords: list[Text] = Field(default_factory=list)
    area: Text = "广州市"
    audience: list[Text] = Field(default_factory=list)
    unit: Text
    phone: str = "12345"
    blocks: list[Block] = Field(default_factory=list)
    basis: list[Basis] = Field(default_factory=list)
    effective_date: dt.date | None = None
    expiry_date: dt.date | None = None
    reviewed_date: dt.date | None = None
    owner: str = ""
    reviewer: str = ""
    version: int = Field(default=1, ge=1)
    status: Status = Status.DRAFT
    source: str = ""
    follow_ups: list[Text] = Field(default_factory=list)
    clarify: Clarify | None = None
    steps: list[Step] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _short_blocks(cls, data: Any) -> Any:
        """Accept the short form officials write: `blocks: {所需材料: [..], 收费: 免费}`."""
        if isinstance(data, dict) and isinstance(data.get("blocks"), dict):
            data = dict(data)
            data["blocks"] = [_block(name, body) for name, body in data["blocks"].items()]
        return data

    @model_validator(mode="after")
    def _sound(self) -> Entry:
        allowed = {CLAUSE_BLOCK} if self.kind is Kind.CLAUSE else set(BLOCK_NAMES)
        for block in self.blocks:
            if block.name not in allowed:
                raise ValueError(
                    f"未知的内容块“{block.name}”，只能用：{'、'.join(sorted(allowed))}"
                )
        order = (*BLOCK_NAMES, CLAUSE_BLOCK)
        self.blocks.sort(key=lambda block: order.index(block.name))
        if len({b.name for b in self.blocks}) != len(self.blocks):
            raise ValueError("同一个内容块写了两次，请合并")
        if self.expiry_date and self.effective_date and self.expiry_date < self.effective_date:
            raise ValueError("expiry_date 早于 effective_date，请核对日期")
        if (self.kind is Kind.PACKAGE) != (len(self.steps) >= 2):
            raise ValueError("“一件事”要写至少两步 steps，其他条目不写 steps")
        if self.clarify and len({option.entry for option in self.clarify.options}) < 2:
            raise ValueError("clarify 的各选项通向同一条，答案没有不同就不用反问")
        if self.status is Status.PUBLISHED and self.kind is not Kind.CLAUSE and not self.reviewer:
            raise ValueError("已发布的条目必须写 reviewer（审核人）")
        return self

    def valid_on(self, day: dt.date) -> bool:
        """Tell whether the entry may be quoted on `day`."""
        if self.status is not Status.PUBLISHED:
            return False
        started = self.effective_date is None or self.effective_date <= day
        return started and (self.expiry_date is None or day <= self.expiry_date)

    def body_text(self) -> str:
        """Return title, summary and all blocks as one text for searching."""
        parts = [self.title, self.summary]
        for block in self.blocks:
            parts.append(block.name)
            if block.text:
                parts.append(block.text)
            parts.extend(block.items)
        return "\n".join(parts)

    def wordings(self) -> list[str]:
        """Return every way the question is put, the title first."""
        return [self.title, *self.questions]

    def digest(self) -> str:
        """Return a short SHA-256 over the content, the same on every machine."""
        data = self.model_dump(mode="json", exclude={"version", "status", "reviewed_date"})
        raw = json.dumps(data, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(raw.encode()).hexdigest()[:16]


def _block(name: str, body: object) -> dict[str, object]:
    if isinstance(body, dict):
        return {"name": name, **body}
    if isinstance(body, list):
        return {"name": name, "items": body}
    return {"name": name, "text": None if body is None else str(body)}
