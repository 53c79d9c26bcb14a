"""Who was given which record to code, and questions about rules with their answers."""

import sqlalchemy as sa
from alembic import op

from dynapolis.store.migrations import append_only

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables and the triggers that refuse changes."""
    op.create_table(
        "assignment",
        sa.Column("assignment_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("plan", sa.String, nullable=False),
        sa.Column("record_id", sa.String(16), nullable=False, index=True),
        sa.Column("coder_id", sa.String, nullable=False),
        sa.Column("overlap", sa.Boolean, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.CheckConstraint("coder_id <> ''", name="assignment_coder"),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name="assignment_probability"),
    )
    op.create_table(
        "ticket",
        sa.Column("ticket_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket_id", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.CheckConstraint("ticket_id <> ''", name="ticket_id_there"),
        sa.CheckConstraint("made_by <> ''", name="ticket_by"),
    )
    append_only("assignment")
    append_only("ticket")
