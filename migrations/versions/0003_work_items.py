"""Work items: assignments, their members, files and series, and what each person has to do; how weighty a run is.

Revision: 0003, after 0002, 2026-11-21 22:58:56.506578+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "work_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rrule", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=4), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("failure", sa.String(length=300), nullable=True),
        sa.CheckConstraint("shift in ('keep', 'skip', 'next')", name=op.f("ck_work_series_shift")),
        sa.ForeignKeyConstraint(["sender_id"], ["people_person.id"], name=op.f("fk_work_series_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_series")),
    )
    with op.batch_alter_table("work_series", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_series_next_on",
            ["next_on"],
            unique=False,
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.create_index(batch_op.f("ix_work_series_sender_id"), ["sender_id"], unique=False)

    op.create_table(
        "work_assignment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("mode", sa.String(length=6), nullable=False),
        sa.Column(
            "rule",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series_on", sa.Date(), nullable=True),
        sa.Column("origin_kind", sa.String(length=40), nullable=True),
        sa.Column("origin_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("mode in ('each', 'shared')", name=op.f("ck_work_assignment_mode")),
        sa.CheckConstraint("state in ('draft', 'open', 'closed')", name=op.f("ck_work_assignment_state")),
        sa.CheckConstraint("priority between 0 and 2", name=op.f("ck_work_assignment_priority")),
        sa.ForeignKeyConstraint(["batch_id"], ["workflow_batch.id"], name=op.f("fk_work_assignment_batch_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["people_person.id"], name=op.f("fk_work_assignment_sender_id")),
        sa.ForeignKeyConstraint(["series_id"], ["work_series.id"], name=op.f("fk_work_assignment_series_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_assignment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_assignment")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_work_assignment_batch_id")),
        sa.UniqueConstraint("sender_id", "submission", name=op.f("uq_work_assignment_sender_id_submission")),
        sa.UniqueConstraint("series_id", "series_on", name=op.f("uq_work_assignment_series_id_series_on")),
    )
    with op.batch_alter_table("work_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_work_assignment_origin", ["origin_kind", "origin_id"], unique=False)
        batch_op.create_index("ix_work_assignment_sender_id_state", ["sender_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ix_work_assignment_standing",
            ["id"],
            unique=False,
            sqlite_where=sa.text("standing and state = 'open'"),
            postgresql_where=sa.text("standing and state = 'open'"),
        )
        batch_op.create_index("ix_work_assignment_unit_id_state", ["unit_id", "state", "id"], unique=False)

    op.create_table(
        "work_assignment_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["people_person.id"], name=op.f("fk_work_assignment_file_added_by")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["work_assignment.id"], name=op.f("fk_work_assignment_file_assignment_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=op.f("fk_work_assignment_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_assignment_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_work_assignment_file_file_id")),
    )
    with op.batch_alter_table("work_assignment_file", schema=None) as batch_op:
        batch_op.create_index("ix_work_assignment_file_assignment_id", ["assignment_id", "id"], unique=False)

    op.create_table(
        "work_assignment_member",
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "why",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["work_assignment.id"], name=op.f("fk_work_assignment_member_assignment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_assignment_member_person_id")),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name=op.f("pk_work_assignment_member")),
    )
    with op.batch_alter_table("work_assignment_member", schema=None) as batch_op:
        batch_op.create_index("ix_work_assignment_member_person_id", ["person_id", "assignment_id"], unique=False)

    op.create_table(
        "work_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("for_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["work_assignment.id"], name=op.f("fk_work_item_assignment_id")),
        sa.ForeignKeyConstraint(["for_id"], ["people_person.id"], name=op.f("fk_work_item_for_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_item_person_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_work_item_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sa.UniqueConstraint("assignment_id", "for_id", name=op.f("uq_work_item_assignment_id_for_id")),
        sa.UniqueConstraint("run_id", name=op.f("uq_work_item_run_id")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_person_id_done_at", ["person_id", "done_at", "id"], unique=False)

    for table in ("workflow_batch", "workflow_run"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="0"))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "priority", server_default=None, existing_type=sa.SmallInteger(), existing_nullable=False
            )
    with op.batch_alter_table("workflow_run", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_workflow_run_priority"), "priority between 0 and 2")


def downgrade() -> None:
    """Drop them again."""
    with op.batch_alter_table("workflow_run", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_workflow_run_priority"), type_="check")
    with op.batch_alter_table("workflow_run", schema=None) as batch_op:
        batch_op.drop_column("priority")

    with op.batch_alter_table("workflow_batch", schema=None) as batch_op:
        batch_op.drop_column("priority")

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_person_id_done_at")

    op.drop_table("work_item")
    with op.batch_alter_table("work_assignment_member", schema=None) as batch_op:
        batch_op.drop_index("ix_work_assignment_member_person_id")

    op.drop_table("work_assignment_member")
    with op.batch_alter_table("work_assignment_file", schema=None) as batch_op:
        batch_op.drop_index("ix_work_assignment_file_assignment_id")

    op.drop_table("work_assignment_file")
    with op.batch_alter_table("work_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_work_assignment_unit_id_state")
        batch_op.drop_index(
            "ix_work_assignment_standing",
            sqlite_where=sa.text("standing and state = 'open'"),
            postgresql_where=sa.text("standing and state = 'open'"),
        )
        batch_op.drop_index("ix_work_assignment_sender_id_state")
        batch_op.drop_index("ix_work_assignment_origin")

    op.drop_table("work_assignment")
    with op.batch_alter_table("work_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_series_sender_id"))
        batch_op.drop_index(
            "ix_work_series_next_on",
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )

    op.drop_table("work_series")
