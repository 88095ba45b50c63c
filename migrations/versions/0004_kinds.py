"""Kinds of work item: what the institution decided about each, and what was raised to units.

Revision: 0004, after 0003, 2026-11-21 23:10:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "work_kind",
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("receivers", sa.String(length=20), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("retired_by", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "receivers in ('heads', 'people') or receivers like 'role%'", name=op.f("ck_work_kind_receivers")
        ),
        sa.ForeignKeyConstraint(["retired_by"], ["people_person.id"], name=op.f("fk_work_kind_retired_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_kind_unit_id")),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_work_kind")),
    )
    op.create_table(
        "work_raised",
        sa.Column("item_id", ID, nullable=False, autoincrement=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("receivers", sa.String(length=20), nullable=False),
        sa.Column("lead_unit_id", ID, nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("shared_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("shared_at is null or digest <> ''", name=op.f("ck_work_raised_shared")),
        sa.ForeignKeyConstraint(["item_id"], ["work_item.id"], name=op.f("fk_work_raised_item_id")),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["people_unit.id"], name=op.f("fk_work_raised_lead_unit_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["people_unit.id"], name=op.f("fk_work_raised_unit_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_work_raised")),
    )
    with op.batch_alter_table("work_raised", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_raised_shared_at",
            ["shared_at", "item_id"],
            unique=False,
            sqlite_where=sa.text("shared_at is not null"),
            postgresql_where=sa.text("shared_at is not null"),
        )
        batch_op.create_index("ix_work_raised_unit_id", ["unit_id", "item_id"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("work_raised")
    op.drop_table("work_kind")
