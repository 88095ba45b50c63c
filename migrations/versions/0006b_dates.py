"""dates

Revision: 0006b, after 0002b, 2026-11-21 23:18:00.381456+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0006b"
down_revision = "0002b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Days of customers, feeds of calendars, and what is unclear about a message."""
    op.create_table(
        "work_calendar_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_work_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_work_calendar_feed_digest")),
    )
    with op.batch_alter_table("work_calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_calendar_feed_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_work_calendar_feed_live",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "customers_date",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('maturity', 'check', 'other')", name=op.f("ck_customers_date_kind")),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_customers_date_amount")),
        sa.ForeignKeyConstraint(["created_by"], ["people_person.id"], name=op.f("fk_customers_date_created_by")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers_customer.id"], name=op.f("fk_customers_date_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers_date")),
    )
    with op.batch_alter_table("customers_date", schema=None) as batch_op:
        batch_op.create_index("ix_customers_date_customer_id", ["customer_id", "day", "id"], unique=False)
        batch_op.create_index("ix_customers_date_day", ["day", "customer_id"], unique=False)
        batch_op.create_index("uq_customers_date_submission", ["created_by", "submission"], unique=True)

    with op.batch_alter_table("core_outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sending_since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("unclear_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("core_outbox", schema=None) as batch_op:
        batch_op.drop_column("unclear_at")
        batch_op.drop_column("sending_since")

    with op.batch_alter_table("customers_date", schema=None) as batch_op:
        batch_op.drop_index("uq_customers_date_submission")
        batch_op.drop_index("ix_customers_date_day")
        batch_op.drop_index("ix_customers_date_customer_id")

    op.drop_table("customers_date")
    with op.batch_alter_table("work_calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_work_calendar_feed_live",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_work_calendar_feed_person_id"))

    op.drop_table("work_calendar_feed")
