"""The tables of analytics; kept apart from the hotline's, made when first used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from hotline.models.base import Id, JsonList, JsonObject, LongText, Moment, RowId, Word


class AnalyticsTables(DeclarativeBase):
    """Base of these tables."""

    metadata = MetaData()


class GroupRow(AnalyticsTables):
    """A recurring group. `title` is the machine's, `human_title` a person's and goes before it.

    `state` is one of `lineage.STATES`; `summary` holds the description (see `description`).
    """

    __tablename__ = "analytics_group"

    id: Mapped[Word] = mapped_column(primary_key=True)
    title: Mapped[LongText] = mapped_column(default="")
    human_title: Mapped[LongText | None]
    state: Mapped[Word]
    district: Mapped[Word] = mapped_column(default="")
    category: Mapped[Word] = mapped_column(default="")
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]
    tickets: Mapped[int]
    people: Mapped[int]
    heat: Mapped[float]
    recurred: Mapped[int] = mapped_column(default=0)
    followers: Mapped[JsonList] = mapped_column(default=list)
    merged_into: Mapped[Word | None]
    summary: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (Index("ix_analytics_group_state_heat", "state", "heat"),)


class MemberRow(AnalyticsTables):
    """Where a ticket belongs; `group_id` is `None` for one that stands alone."""

    __tablename__ = "analytics_member"

    ticket_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    group_id: Mapped[Word | None]
    joined_at: Mapped[Moment]

    __table_args__ = (Index("ix_analytics_member_group_id", "group_id"),)


class LineageRow(AnalyticsTables):
    """Something that happened to a group; rows are only added."""

    __tablename__ = "analytics_lineage"

    id: Mapped[Id]
    at: Mapped[Moment]
    group_id: Mapped[Word]
    event: Mapped[Word]
    other_id: Mapped[Word | None]
    actor: Mapped[Word]
    text: Mapped[LongText] = mapped_column(default="")

    __table_args__ = (Index("ix_analytics_lineage_group_id", "group_id"),)


class ConstraintRow(AnalyticsTables):
    """What a person decided about tickets: `kind` together or apart.

    together: `tickets` belong in one group. apart: `tickets` do not belong with `others`.
    """

    __tablename__ = "analytics_constraint"

    id: Mapped[Id]
    at: Mapped[Moment]
    actor: Mapped[Word]
    kind: Mapped[Word]
    tickets: Mapped[JsonList]
    others: Mapped[JsonList] = mapped_column(default=list)


class AlarmRow(AnalyticsTables):
    """A warning. `cause` names what it is about, so that one cause warns once.

    `state` is one of `alarms.STATES`; `facts` holds counts, examples and the group.
    """

    __tablename__ = "analytics_alarm"

    id: Mapped[Id]
    cause: Mapped[Word]
    kind: Mapped[Word]
    day: Mapped[Word]
    category: Mapped[Word] = mapped_column(default="")
    district: Mapped[Word] = mapped_column(default="")
    street: Mapped[Word] = mapped_column(default="")
    sentence: Mapped[LongText]
    observed: Mapped[int]
    expected: Mapped[float]
    improbability: Mapped[float]
    unit_code: Mapped[Word | None]
    state: Mapped[Word]
    assigned_to: Mapped[Word | None]
    note: Mapped[LongText] = mapped_column(default="")
    raised_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    facts: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_analytics_alarm_state_raised_at", "state", "raised_at"),
        Index("ix_analytics_alarm_cause", "cause"),
    )


class ReplyCheckRow(AnalyticsTables):
    """What the check of a closed ticket's reply found; made anew when it is closed again.

    `unsolved` counts what speaks against the matter being solved, `signs` says it in words.
    """

    __tablename__ = "analytics_reply_check"

    ticket_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    closed_at: Mapped[Moment]
    explains: Mapped[float]
    on_topic: Mapped[float | None]
    off_topic: Mapped[bool] = mapped_column(default=False)
    unsolved: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[JsonList] = mapped_column(default=list)
    signs: Mapped[JsonList] = mapped_column(default=list)

    __table_args__ = (
        Index("ix_analytics_reply_check_off_topic_closed_at", "off_topic", "closed_at"),
        Index("ix_analytics_reply_check_unsolved_closed_at", "unsolved", "closed_at"),
    )


class ImprovementRow(AnalyticsTables):
    """Something to do better, of one unit in one category; `state` is one of `improvements.STATES`.

    `tickets` are the numbers of those rated low, `events` the steps taken.
    """

    __tablename__ = "analytics_improvement"

    id: Mapped[Id]
    unit_code: Mapped[Word]
    category: Mapped[Word] = mapped_column(default="")
    district: Mapped[Word] = mapped_column(default="")
    state: Mapped[Word]
    tickets: Mapped[JsonList] = mapped_column(default=list)
    measure: Mapped[LongText] = mapped_column(default="")
    events: Mapped[JsonList] = mapped_column(default=list)
    opened_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    done_at: Mapped[Moment | None]

    __table_args__ = (
        Index("ix_analytics_improvement_unit_code_category", "unit_code", "category"),
        Index("ix_analytics_improvement_state", "state"),
    )


class BriefRow(AnalyticsTables):
    """A brief as it was made: `content` never changes, `digest` is its SHA-256."""

    __tablename__ = "analytics_brief"

    id: Mapped[Id]
    period: Mapped[Word]
    first_day: Mapped[Word]
    last_day: Mapped[Word]
    district: Mapped[Word | None]
    made_at: Mapped[Moment]
    made_by: Mapped[Word]
    digest: Mapped[Word]
    content: Mapped[JsonObject] = mapped_column(default=dict)

    __table_args__ = (Index("ix_analytics_brief_last_day", "last_day"),)


class RunRow(AnalyticsTables):
    """When a piece of standing work (`worker`) was last done, with what outcome."""

    __tablename__ = "analytics_run"

    name: Mapped[Word] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    facts: Mapped[JsonObject] = mapped_column(default=dict)


def last_run(session: Session, name: str) -> RunRow | None:
    """Return when a piece of work was last done; nothing when never."""
    return session.get(RunRow, name)


def note_run(session: Session, name: str, at: datetime, facts: Mapping[str, Any]) -> None:
    """Remember that a piece of work is done."""
    session.merge(RunRow(name=name, at=at, facts=dict(facts)))


def make_tables(engine: Engine) -> None:
    """Make the tables that are missing; safe to call again."""
    AnalyticsTables.metadata.create_all(engine)
