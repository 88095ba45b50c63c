"""Ids typed into addresses."""

from app.core.errors import Invalid
from app.core.texts import _
from app.customers.forms import number_or_none


def id_of(raw: str | None) -> int | None:
    """An id of an address; None when empty. Raises ``Invalid`` for what cannot be one."""
    found = number_or_none((raw or "").strip())
    if found == -1:
        raise Invalid("id", "unknown", _("Choose one of the list."))
    return found
