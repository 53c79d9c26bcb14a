"""Snapshots say whether their register holds initiatives, which are counted, or leads, which are not."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Everything imported so far held initiatives."""
    op.add_column("snapshot", sa.Column("holds", sa.String, nullable=False, server_default="initiatives"))
