"""Days typed into addresses."""

from datetime import date

from app.core.errors import Invalid
from app.core.texts import _


def day_of(raw: str | None) -> date | None:
    """A day of an address (2026-11-21); None when empty. Raises ``Invalid``."""
    if not raw:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError as error:
        raise Invalid("day", "invalid", _("Write the day as 2026-11-21.")) from error
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1):
        raise Invalid("day", "out_of_range", _("This is not a time that can be meant."))
    return day
