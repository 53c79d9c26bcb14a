"""What persons decided about towns as typed: which city each is, or that it is none."""

import sqlalchemy as sa
from alembic import op

from dynapolis.store.migrations import append_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table and the triggers that refuse changes."""
    op.create_table(
        "place_decision",
        sa.Column("decision_no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("town", sa.String, nullable=False),
        sa.Column("country", sa.String, nullable=False),
        sa.Column("geonameid", sa.Integer, nullable=True),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
        sa.CheckConstraint("town <> ''", name="place_decision_town"),
        sa.CheckConstraint("decided_by <> ''", name="place_decision_by"),
        sa.CheckConstraint("why <> ''", name="place_decision_why"),
        sa.CheckConstraint("geonameid > 0", name="place_decision_city"),
    )
    append_only("place_decision")
