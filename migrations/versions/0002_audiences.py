"""Audiences: find the tiers of somebody's customers without reading the customers."""

from alembic import op

revision = "0002"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_customers_customer_holder_id_tier", "customers_customer", ["holder_id", "tier"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_customers_customer_holder_id_tier", table_name="customers_customer")
