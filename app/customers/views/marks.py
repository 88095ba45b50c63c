"""The mark of a form: sent twice, the same record comes of it."""

import secrets


def new_mark() -> str:
    """A mark that no other form has."""
    return secrets.token_urlsafe(16)
