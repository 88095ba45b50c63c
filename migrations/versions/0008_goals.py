"""Goals, the branch manager's figures, contests.

Revision: 0008, after 0006b, 2026-11-21 23:10:57.846916+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0006b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_contest",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "audience",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_work_contest_closed")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_work_contest_days")),
        sa.ForeignKeyConstraint(["closed_by"], ["people_person.id"], name=op.f("fk_work_contest_closed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_contest_created_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_contest_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_contest")),
        sa.UniqueConstraint("created_by", "submission", name=op.f("uq_work_contest_created_by_submission")),
    )
    with op.batch_alter_table("work_contest", schema=None) as batch_op:
        batch_op.create_index("ix_work_contest_closed_at", ["closed_at"], unique=False)
        batch_op.create_index("ix_work_contest_unit_id_ends_on", ["unit_id", "ends_on"], unique=False)

    op.create_table(
        "work_cost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_work_cost_amount")),
        sa.ForeignKeyConstraint(["changed_by"], ["people_person.id"], name=op.f("fk_work_cost_changed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_cost_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_cost")),
        sa.UniqueConstraint("unit_id", "month", name=op.f("uq_work_cost_unit_id_month")),
    )
    op.create_table(
        "work_figure_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=30), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("target >= 0", name=op.f("ck_work_figure_plan_target")),
        sa.ForeignKeyConstraint(["changed_by"], ["people_person.id"], name=op.f("fk_work_figure_plan_changed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_figure_plan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_figure_plan")),
        sa.UniqueConstraint("unit_id", "metric", "period", name=op.f("uq_work_figure_plan_unit_id_metric_period")),
    )
    op.create_table(
        "work_competitor",
        sa.Column("contest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["work_contest.id"], name=op.f("fk_work_competitor_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_competitor_person_id")),
        sa.PrimaryKeyConstraint("contest_id", "person_id", name=op.f("pk_work_competitor")),
    )
    with op.batch_alter_table("work_competitor", schema=None) as batch_op:
        batch_op.create_index("ix_work_competitor_person_id", ["person_id"], unique=False)

    op.create_table(
        "work_contest_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("figure", sa.BigInteger(), nullable=False),
        sa.Column("prize", sa.String(length=120), nullable=False),
        sa.Column("citation", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("edition = 1 OR reason <> ''", name=op.f("ck_work_contest_result_reason")),
        sa.CheckConstraint("place >= 1", name=op.f("ck_work_contest_result_place")),
        sa.ForeignKeyConstraint(["contest_id"], ["work_contest.id"], name=op.f("fk_work_contest_result_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_contest_result_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people_person.id"], name=op.f("fk_work_contest_result_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_contest_result")),
        sa.UniqueConstraint(
            "contest_id", "person_id", "edition", name=op.f("uq_work_contest_result_contest_id_person_id_edition")
        ),
    )
    op.create_table(
        "work_goal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("counts", sa.String(length=500), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=True),
        sa.Column("counted_in", sa.String(length=40), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("proposed", sa.BigInteger(), nullable=True),
        sa.Column("final", sa.BigInteger(), nullable=True),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("benefit", sa.Text(), nullable=False),
        sa.Column("next_target", sa.BigInteger(), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(level = 'person') = (person_id IS NOT NULL)", name=op.f("ck_work_goal_person")),
        sa.CheckConstraint("level <> 'team' OR team_id IS NOT NULL", name=op.f("ck_work_goal_team")),
        sa.CheckConstraint("level IN ('unit', 'team', 'person')", name=op.f("ck_work_goal_level")),
        sa.CheckConstraint("period IN ('month', 'quarter', 'half', 'year', 'free')", name=op.f("ck_work_goal_period")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_work_goal_days")),
        sa.CheckConstraint("target > 0", name=op.f("ck_work_goal_target")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_goal_created_by")),
        sa.ForeignKeyConstraint(["parent_id"], ["work_goal.id"], name=op.f("fk_work_goal_parent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_goal_person_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["work_goal.id"], name=op.f("fk_work_goal_previous_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_work_goal_run_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_work_goal_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_goal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_goal")),
        sa.UniqueConstraint("created_by", "submission", name=op.f("uq_work_goal_created_by_submission")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_work_goal_previous_id")),
        sa.UniqueConstraint("run_id", name=op.f("uq_work_goal_run_id")),
    )
    with op.batch_alter_table("work_goal", schema=None) as batch_op:
        batch_op.create_index("ix_work_goal_ends_on", ["ends_on"], unique=False)
        batch_op.create_index("ix_work_goal_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_work_goal_person_id_ends_on", ["person_id", "ends_on"], unique=False)
        batch_op.create_index("ix_work_goal_team_id_ends_on", ["team_id", "ends_on"], unique=False)
        batch_op.create_index("ix_work_goal_unit_id_ends_on", ["unit_id", "ends_on"], unique=False)

    op.create_table(
        "work_goal_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_work_goal_entry_amount")),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_work_goal_entry_file_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["work_goal.id"], name=op.f("fk_work_goal_entry_goal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_goal_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_goal_entry")),
        sa.UniqueConstraint("file_id", name=op.f("uq_work_goal_entry_file_id")),
        sa.UniqueConstraint("person_id", "submission", name=op.f("uq_work_goal_entry_person_id_submission")),
    )
    with op.batch_alter_table("work_goal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_work_goal_entry_goal_id", ["goal_id", "day", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("work_goal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_work_goal_entry_goal_id")

    op.drop_table("work_goal_entry")
    with op.batch_alter_table("work_goal", schema=None) as batch_op:
        batch_op.drop_index("ix_work_goal_unit_id_ends_on")
        batch_op.drop_index("ix_work_goal_team_id_ends_on")
        batch_op.drop_index("ix_work_goal_person_id_ends_on")
        batch_op.drop_index("ix_work_goal_parent_id")
        batch_op.drop_index("ix_work_goal_ends_on")

    op.drop_table("work_goal")
    op.drop_table("work_contest_result")
    with op.batch_alter_table("work_competitor", schema=None) as batch_op:
        batch_op.drop_index("ix_work_competitor_person_id")

    op.drop_table("work_competitor")
    op.drop_table("work_figure_plan")
    op.drop_table("work_cost")
    with op.batch_alter_table("work_contest", schema=None) as batch_op:
        batch_op.drop_index("ix_work_contest_unit_id_ends_on")
        batch_op.drop_index("ix_work_contest_closed_at")

    op.drop_table("work_contest")
