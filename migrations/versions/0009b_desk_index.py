"""the desk counts still cases from the index of turns too

Revision: 0009b, after 0007b, 2026-11-21 23:43:00.000000+00:00
"""

from alembic import op

revision = "0009b"
down_revision = "0007b"
branch_labels = None
depends_on = None

NAME = "ix_workflow_turn_assignee_id_state_due_at"
COLUMNS = ["assignee_id", "state", "due_at", "blocked_at", "anonymous", "run_id"]


def upgrade() -> None:
    """With the column that says whether a turn's day was set for itself."""
    op.drop_index(NAME, table_name="workflow_turn")
    op.create_index(NAME, "workflow_turn", [*COLUMNS, "due_within"], unique=False)


def downgrade() -> None:
    """Without it."""
    op.drop_index(NAME, table_name="workflow_turn")
    op.create_index(NAME, "workflow_turn", COLUMNS, unique=False)
