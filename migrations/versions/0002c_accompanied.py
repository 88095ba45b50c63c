"""Accompanied visits and the scores of what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0002c"
down_revision = "0009b"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VISIT, SCORE = "sales_accompanied_visit", "sales_accompanied_score"


def _refers(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        VISIT,
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("opportunity_id", ID, nullable=True),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("coach_id", ID, nullable=False),
        sa.Column("trainee_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.CheckConstraint("coach_id <> trainee_id", name=op.f(f"ck_{VISIT}_two_people")),
        _refers(VISIT, "run_id", "workflow_run"),
        _refers(VISIT, "customer_id", "customers_customer"),
        _refers(VISIT, "opportunity_id", "sales_opportunity"),
        _refers(VISIT, "digest", "workflow_definition", "digest"),
        _refers(VISIT, "coach_id", "people_person"),
        _refers(VISIT, "trainee_id", "people_person"),
        _refers(VISIT, "unit_id", "people_unit"),
        _refers(VISIT, "created_by", "people_person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VISIT}")),
        sa.UniqueConstraint("created_by", "submission", name=op.f(f"uq_{VISIT}_created_by_submission")),
        sa.UniqueConstraint("run_id", name=op.f(f"uq_{VISIT}_run_id")),
    )
    op.create_index(op.f(f"ix_{VISIT}_customer_id"), VISIT, ["customer_id"])
    op.create_index(op.f(f"ix_{VISIT}_opportunity_id"), VISIT, ["opportunity_id"])
    for column in ("trainee_id", "coach_id", "unit_id"):
        op.create_index(f"ix_{VISIT}_{column}_day", VISIT, [column, "day", "id"])
    op.create_table(
        SCORE,
        sa.Column("id", ID, nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("seen", sa.String(length=300), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f(f"ck_{SCORE}_score")),
        _refers(SCORE, "visit_id", VISIT),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SCORE}")),
        sa.UniqueConstraint("visit_id", "skill", name=op.f(f"uq_{SCORE}_visit_id_skill")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table(SCORE)
    op.drop_table(VISIT)
