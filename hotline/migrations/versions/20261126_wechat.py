"""Citizens' WeChat accounts, consents, and messages in and out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "wechat"
down_revision = "desk_decisions"
branch_labels = None
depends_on = None

WORD = sa.String(length=120)
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "wechat_identity",
        sa.Column("key", WORD, nullable=False),
        sa.Column("citizen_id", WORD, nullable=False),
        sa.Column("app", WORD, nullable=False),
        sa.Column("person_key", WORD, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("offered", JSON, nullable=False),
        sa.Column("last_heard_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wechat_identity")),
    )
    op.create_index("ix_wechat_identity_citizen_id", "wechat_identity", ["citizen_id"])
    op.create_index("ix_wechat_identity_person_key", "wechat_identity", ["person_key"])
    op.create_table(
        "wechat_consent",
        sa.Column("citizen_id", WORD, nullable=False),
        sa.Column("subscription", WORD, nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "subscription", name=op.f("pk_wechat_consent")),
    )
    op.create_table(
        "wechat_incoming",
        sa.Column("key", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wechat_incoming")),
    )
    op.create_index(
        "ix_wechat_incoming_state_lease_until", "wechat_incoming", ["state", "lease_until"]
    )
    op.create_index("ix_wechat_incoming_received_at", "wechat_incoming", ["received_at"])
    op.create_table(
        "wechat_outgoing",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("source", WORD, nullable=False),
        sa.Column("identity_key", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("subscription", WORD, nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_outgoing")),
        sa.UniqueConstraint("source", name=op.f("uq_wechat_outgoing_source")),
    )
    op.create_index("ix_wechat_outgoing_state_due_at", "wechat_outgoing", ["state", "due_at"])
    op.create_index("ix_wechat_outgoing_identity_key", "wechat_outgoing", ["identity_key"])
    op.create_table(
        "wechat_cursor",
        sa.Column("name", WORD, nullable=False),
        sa.Column("last", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_wechat_cursor")),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("cursor", "outgoing", "incoming", "consent", "identity"):
        op.drop_table(f"wechat_{table}")
