"""daily routines and work logs

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the tables; find what somebody did by its time."""
    op.create_table(
        "work_routine_template",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("sections", JSON, nullable=True),
        sa.Column("shipped", sa.String(length=64), nullable=True),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_routine_template_created_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_routine_template_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_routine_template")),
        sa.UniqueConstraint("unit_id", "post", "number", name=op.f("uq_work_routine_template_unit_id_post_number")),
    )
    op.create_table(
        "work_routine_mark",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("template_id", ID, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state = 'done' OR reason <> ''", name=op.f("ck_work_routine_mark_reason")),
        sa.CheckConstraint("state IN ('done', 'skipped')", name=op.f("ck_work_routine_mark_state")),
        sa.ForeignKeyConstraint(["by_id"], ["people_person.id"], name=op.f("fk_work_routine_mark_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_routine_mark_person_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["work_routine_template.id"], name=op.f("fk_work_routine_mark_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_routine_mark")),
        sa.UniqueConstraint("person_id", "day", "item", name=op.f("uq_work_routine_mark_person_id_day_item")),
    )
    with op.batch_alter_table("work_routine_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_routine_mark_template_id"), ["template_id"], unique=False)
    op.create_table(
        "work_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("period", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("period IN ('daily', 'weekly')", name=op.f("ck_work_log_period")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_work_log_score")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_log_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_work_log_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_log")),
        sa.UniqueConstraint("person_id", "period", "day", name=op.f("uq_work_log_person_id_period_day")),
        sa.UniqueConstraint("run_id", name=op.f("uq_work_log_run_id")),
    )
    with op.batch_alter_table("work_log", schema=None) as batch_op:
        batch_op.create_index("ix_work_log_last_day", ["last_day", "id"], unique=False)
        batch_op.create_index("ix_work_log_person_id_last_day", ["person_id", "last_day"], unique=False)
    op.drop_index("ix_workflow_turn_acted_by_id", table_name="workflow_turn")
    op.create_index("ix_workflow_turn_acted_by_id", "workflow_turn", ["acted_by_id", "closed_at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_workflow_turn_acted_by_id", table_name="workflow_turn")
    op.create_index("ix_workflow_turn_acted_by_id", "workflow_turn", ["acted_by_id"])
    op.drop_table("work_log")
    op.drop_table("work_routine_mark")
    op.drop_table("work_routine_template")
