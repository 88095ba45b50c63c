"""Notes written after the answer stands; see :mod:`app.web.transaction`."""

from app.web.transaction import afterwards

__all__ = ["afterwards"]
