"""Resets of administrators' accounts that need two people."""

import sqlalchemy as sa
from alembic import op

revision = "0002b"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "people_reset",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=True),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'withdrawn')", name=op.f("ck_people_reset_state")),
        sa.CheckConstraint("asked_by <> person_id", name=op.f("ck_people_reset_not_ones_own")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (decided_by <> asked_by AND decided_by <> person_id)",
            name=op.f("ck_people_reset_two_people"),
        ),
        sa.CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name=op.f("ck_people_reset_decided")),
        sa.CheckConstraint("(state = 'asked') = (part IS NOT NULL)", name=op.f("ck_people_reset_part")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_people_reset_person_id_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people_person.id"], name=op.f("fk_people_reset_asked_by_people_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people_person.id"], name=op.f("fk_people_reset_decided_by_people_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_reset")),
    )
    op.create_index(op.f("ix_people_reset_person_id"), "people_reset", ["person_id"])
    op.create_index(
        "uq_people_reset_asked",
        "people_reset",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("people_reset")
