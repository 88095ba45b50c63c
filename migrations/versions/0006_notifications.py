"""notifications

Revision: 0006, after 0001, 2026-11-21 22:48:54.023487+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What people are told, and how they want to be told."""
    op.create_table(
        "work_mail_choice",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("mail", sa.String(length=8), nullable=False),
        sa.CheckConstraint("mail IN ('none', 'now', 'digest')", name=op.f("ck_work_mail_choice_mail")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_mail_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", "group_key", name=op.f("pk_work_mail_choice")),
    )
    op.create_table(
        "work_mail_hours",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("digest_at", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439 AND digest_at BETWEEN 0 AND 1439",
            name=op.f("ck_work_mail_hours_minutes"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_mail_hours_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_work_mail_hours")),
    )
    op.create_table(
        "work_notification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("behalf_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column(
            "args",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("once", sa.String(length=160), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("mail", sa.String(length=8), nullable=False),
        sa.Column("mail_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "mail IN ('none', 'now', 'digest', 'sent', 'dropped')", name=op.f("ck_work_notification_mail")
        ),
        sa.CheckConstraint("mail_at IS NULL OR mail IN ('now', 'digest')", name=op.f("ck_work_notification_mail_at")),
        sa.ForeignKeyConstraint(["behalf_id"], ["people_person.id"], name=op.f("fk_work_notification_behalf_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_notification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_notification")),
        sa.UniqueConstraint("person_id", "once", name=op.f("uq_work_notification_person_id_once")),
    )
    with op.batch_alter_table("work_notification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_notification_mail_at",
            ["mail_at", "person_id"],
            unique=False,
            sqlite_where=sa.text("mail_at IS NOT NULL"),
            postgresql_where=sa.text("mail_at IS NOT NULL"),
        )
        batch_op.create_index("ix_work_notification_person_id_at", ["person_id", "at", "id"], unique=False)
        batch_op.create_index(
            "ix_work_notification_unread",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("work_notification", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_work_notification_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index("ix_work_notification_person_id_at")
        batch_op.drop_index(
            "ix_work_notification_mail_at",
            sqlite_where=sa.text("mail_at IS NOT NULL"),
            postgresql_where=sa.text("mail_at IS NOT NULL"),
        )

    op.drop_table("work_notification")
    op.drop_table("work_mail_hours")
    op.drop_table("work_mail_choice")
