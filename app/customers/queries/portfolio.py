"""Who has served a customer, and since when."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import session
from app.customers.models import Portfolio


def portfolio_of(customer_id: int) -> Sequence[Portfolio]:
    """The holders of a customer as known today, latest first, those of days to come included."""
    stmt = select(Portfolio).where(Portfolio.customer_id == customer_id, Portfolio.superseded_at.is_(None))
    return session.scalars(stmt.order_by(Portfolio.valid_from.desc()).limit(100)).all()
