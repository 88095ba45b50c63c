"""the desk counts what was nudged today from the index of turns too

Revision: 0009c, after 0002c, 2026-11-22 00:38:00.000000+00:00
"""

from alembic import op

revision = "0009c"
down_revision = "0002c"
branch_labels = None
depends_on = None

NAME = "ix_workflow_turn_assignee_id_state_due_at"
COLUMNS = ["assignee_id", "state", "due_at", "blocked_at", "anonymous", "run_id", "due_within"]


def upgrade() -> None:
    """With the column that says when a turn's holder was nudged."""
    op.drop_index(NAME, table_name="workflow_turn")
    op.create_index(NAME, "workflow_turn", [*COLUMNS, "nudged_at"], unique=False)


def downgrade() -> None:
    """Without it."""
    op.drop_index(NAME, table_name="workflow_turn")
    op.create_index(NAME, "workflow_turn", COLUMNS, unique=False)
