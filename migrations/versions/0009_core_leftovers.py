"""nudges, names of what is missing, erasures by law, indexes of the desk

Revision: 0009, after 0004, 2026-11-21 23:05:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WIDER = (
    # table, index, columns before, columns after
    (
        "workflow_run",
        "ix_workflow_run_team_id_state",
        ("team_id", "state"),
        ("assignee_id", "waiting_count", "paused_at"),
    ),
    (
        "workflow_run",
        "ix_workflow_run_unit_id_state",
        ("unit_id", "state"),
        ("assignee_id", "waiting_count", "paused_at"),
    ),
    (
        "workflow_turn",
        "ix_workflow_turn_assignee_id_state_due_at",
        ("assignee_id", "state", "due_at"),
        ("blocked_at", "anonymous", "run_id"),
    ),
    ("workflow_turn", "ix_workflow_turn_completed_by_id", ("completed_by_id",), ("closed_at",)),
)
"""Indexes from which the desk counts without opening a row."""


def upgrade() -> None:
    """Marks of turns, erasures with a second person, indexes."""
    op.add_column("workflow_turn", sa.Column("nudged_at", sa.DateTime(), nullable=True))
    op.add_column("workflow_turn", sa.Column("missing_first", JSON, nullable=True))
    for table, name, before, more in WIDER:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [*before, *more], unique=False)
    op.create_index("ix_workflow_run_state_moved_at", "workflow_run", ["state", "moved_at"], unique=False)
    paused = sa.text("paused_at is not null")
    op.create_index(
        "ix_workflow_run_paused", "workflow_run", ["paused_at"], sqlite_where=paused, postgresql_where=paused
    )
    op.create_table(
        "workflow_erasure",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('asked', 'done', 'refused')", name=op.f("ck_workflow_erasure_state")),
        sa.CheckConstraint("ground in ('request', 'retention', 'mistake')", name=op.f("ck_workflow_erasure_ground")),
        sa.CheckConstraint(
            "decided_by_id is null or decided_by_id <> asked_by_id", name=op.f("ck_workflow_erasure_second_person")
        ),
        sa.CheckConstraint("(state = 'asked') = (decided_at is null)", name=op.f("ck_workflow_erasure_decided")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people_person.id"], name=op.f("fk_workflow_erasure_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people_person.id"], name=op.f("fk_workflow_erasure_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_workflow_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_erasure")),
    )
    asked = sa.text("state = 'asked'")
    op.create_index("ix_workflow_erasure_asked", "workflow_erasure", ["id"], sqlite_where=asked, postgresql_where=asked)
    op.create_table(
        "workflow_erasure_run",
        sa.Column("erasure_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["workflow_erasure.id"], name=op.f("fk_workflow_erasure_run_erasure_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_workflow_erasure_run_run_id")),
        sa.PrimaryKeyConstraint("erasure_id", "run_id", name=op.f("pk_workflow_erasure_run")),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("workflow_erasure_run")
    op.drop_table("workflow_erasure")
    op.drop_index("ix_workflow_run_paused", table_name="workflow_run")
    op.drop_index("ix_workflow_run_state_moved_at", table_name="workflow_run")
    for table, name, before, _more in reversed(WIDER):
        op.drop_index(name, table_name=table)
        op.create_index(name, table, list(before), unique=False)
    with op.batch_alter_table("workflow_turn") as batch_op:
        batch_op.drop_column("missing_first")
        batch_op.drop_column("nudged_at")
