"""The first ledger: snapshots, coders, codings, judgements, editions, all append only."""

import sqlalchemy as sa
from alembic import op

from dynapolis.store.migrations import append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables and the triggers that refuse changes."""
    op.create_table(
        "snapshot",
        sa.Column("snapshot_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("snapshot_id", sa.String(64), nullable=False),
        sa.Column("register", sa.String, nullable=False),
        sa.Column("file_role", sa.String, nullable=False),
        sa.Column("file_name", sa.String, nullable=False),
        sa.Column("n_bytes", sa.BigInteger, nullable=False),
        sa.Column("licence", sa.String, nullable=False),
        sa.Column("imported_at", sa.String, nullable=False),
    )
    op.create_table(
        "coder",
        sa.Column("coder_id", sa.String, primary_key=True),
        sa.Column("version", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("name_ko", sa.String, nullable=False),
        sa.Column("sees", sa.String, nullable=False),
        sa.Column("threshold", sa.Float, nullable=True),
        sa.CheckConstraint("kind IN ('person', 'rule', 'model')", name="coder_kind"),
    )
    op.create_table(
        "coding",
        sa.Column("coding_id", sa.String(16), primary_key=True),
        sa.Column("record_id", sa.String(16), nullable=False),
        sa.Column("scheme", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("coder_id", sa.String, nullable=False),
        sa.Column("coder_version", sa.String, nullable=False),
        sa.Column("codebook_version", sa.String, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("unsure", sa.Boolean, nullable=False),
        sa.Column("probability", sa.Float),
        sa.Column("quote", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("note", sa.String),
        sa.Column("snapshot_id", sa.String(64), nullable=False),
        sa.Column("description_id", sa.String(64), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
    )
    op.create_index("ix_coding_record_id", "coding", ["record_id"])
    op.create_table(
        "judgement",
        sa.Column("judgement_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("left_id", sa.String(16), nullable=False),
        sa.Column("right_id", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("judge", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.CheckConstraint("verdict IN ('same', 'different', 'unsure')", name="judgement_verdict"),
        sa.CheckConstraint("left_id < right_id", name="judgement_order"),
    )
    op.create_table(
        "edition",
        sa.Column("edition_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("edition_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("inputs", sa.String, nullable=False),
        sa.Column("frozen_at", sa.String, nullable=False),
    )
    for table in ("snapshot", "coder", "coding", "judgement", "edition"):
        append_only(table)
