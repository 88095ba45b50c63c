"""Pure rules of the sale: no Flask, no SQLAlchemy."""
