"""Meetings: what for, who was there, what was decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007b"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of meetings."""
    op.create_table(
        "work_meeting_series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "weekdays",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("made_until", sa.Date(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("every BETWEEN 1 AND 8", name=op.f("ck_work_meeting_series_every")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_meeting_series_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting_series")),
    )
    with op.batch_alter_table("work_meeting_series", schema=None) as batch_op:
        batch_op.create_index("ix_work_meeting_series_stopped_at", ["stopped_at", "made_until"], unique=False)

    op.create_table(
        "work_meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("chair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "rule",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("series_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("series_on", sa.Date(), nullable=True),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('morning', 'evening', 'weekly', 'managers', 'market', 'other')", name=op.f("ck_work_meeting_kind")
        ),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_work_meeting_purpose")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 600", name=op.f("ck_work_meeting_minutes")),
        sa.ForeignKeyConstraint(["chair_id"], ["people_person.id"], name=op.f("fk_work_meeting_chair_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people_person.id"], name=op.f("fk_work_meeting_confirmed_by")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_meeting_created_by")),
        sa.ForeignKeyConstraint(["line_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_line_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_previous_id")),
        sa.ForeignKeyConstraint(["run_id"], ["workflow_run.id"], name=op.f("fk_work_meeting_run_id")),
        sa.ForeignKeyConstraint(["series_id"], ["work_meeting_series.id"], name=op.f("fk_work_meeting_series_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["people_person.id"], name=op.f("fk_work_meeting_taker_id")),
        sa.ForeignKeyConstraint(["team_id"], ["people_team.id"], name=op.f("fk_work_meeting_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_meeting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting")),
        sa.UniqueConstraint("created_by", "submission", name=op.f("uq_work_meeting_created_by_submission")),
        sa.UniqueConstraint("run_id", name=op.f("uq_work_meeting_run_id")),
        sa.UniqueConstraint("series_id", "series_on", name=op.f("uq_work_meeting_series_id_series_on")),
    )
    with op.batch_alter_table("work_meeting", schema=None) as batch_op:
        batch_op.create_index("ix_work_meeting_chair_id", ["chair_id", "id"], unique=False)
        batch_op.create_index("ix_work_meeting_line_id", ["line_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_meeting_previous_id"), ["previous_id"], unique=False)
        batch_op.create_index("ix_work_meeting_starts_at", ["starts_at", "id"], unique=False)
        batch_op.create_index("ix_work_meeting_taker_id", ["taker_id", "id"], unique=False)
        batch_op.create_index("ix_work_meeting_team_id", ["team_id", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_work_meeting_unit_id", ["unit_id", "starts_at", "id"], unique=False)

    op.create_table(
        "work_meeting_attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=True),
        sa.Column("marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state <> 'excused' OR reason <> ''", name=op.f("ck_work_meeting_attendance_reason")),
        sa.CheckConstraint(
            "state IN ('invited', 'present', 'late', 'excused', 'absent')",
            name=op.f("ck_work_meeting_attendance_state"),
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["people_person.id"], name=op.f("fk_work_meeting_attendance_marked_by")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_attendance_meeting_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_meeting_attendance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting_attendance")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_work_meeting_attendance_meeting_id_person_id")),
    )
    with op.batch_alter_table("work_meeting_attendance", schema=None) as batch_op:
        batch_op.create_index("ix_work_meeting_attendance_person_id", ["person_id", "meeting_id"], unique=False)

    op.create_table(
        "work_meeting_correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_correction_meeting_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_meeting_correction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting_correction")),
        sa.UniqueConstraint("meeting_id", "submission", name=op.f("uq_work_meeting_correction_meeting_id_submission")),
    )
    op.create_table(
        "work_meeting_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_work_meeting_decision_text")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["work_assignment.id"], name=op.f("fk_work_meeting_decision_assignment_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_work_meeting_decision_created_by")),
        sa.ForeignKeyConstraint(["meeting_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_decision_meeting_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people_person.id"], name=op.f("fk_work_meeting_decision_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting_decision")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_work_meeting_decision_assignment_id")),
        sa.UniqueConstraint("meeting_id", "submission", name=op.f("uq_work_meeting_decision_meeting_id_submission")),
    )
    with op.batch_alter_table("work_meeting_decision", schema=None) as batch_op:
        batch_op.create_index("ix_work_meeting_decision_owner_id", ["owner_id", "id"], unique=False)

    op.create_table(
        "work_meeting_point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["work_meeting.id"], name=op.f("fk_work_meeting_point_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_meeting_point")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_work_meeting_point_meeting_id_position")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("work_meeting_point")
    with op.batch_alter_table("work_meeting_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_work_meeting_decision_owner_id")

    op.drop_table("work_meeting_decision")
    op.drop_table("work_meeting_correction")
    with op.batch_alter_table("work_meeting_attendance", schema=None) as batch_op:
        batch_op.drop_index("ix_work_meeting_attendance_person_id")

    op.drop_table("work_meeting_attendance")
    with op.batch_alter_table("work_meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_work_meeting_unit_id")
        batch_op.drop_index("ix_work_meeting_team_id")
        batch_op.drop_index("ix_work_meeting_taker_id")
        batch_op.drop_index("ix_work_meeting_starts_at")
        batch_op.drop_index(batch_op.f("ix_work_meeting_previous_id"))
        batch_op.drop_index("ix_work_meeting_line_id")
        batch_op.drop_index("ix_work_meeting_chair_id")

    op.drop_table("work_meeting")
    with op.batch_alter_table("work_meeting_series", schema=None) as batch_op:
        batch_op.drop_index("ix_work_meeting_series_stopped_at")

    op.drop_table("work_meeting_series")
