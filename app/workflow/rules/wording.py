"""Reasons and remarks that a command carries: clean, not empty, not endless."""

from app.core.errors import Invalid
from app.core.texts import _l
from app.workflow.rules.fields import BadValue, text

LENGTH = 4000


def words(raw: str, field: str = "reason", required: bool = True) -> str:
    """The clean text; Invalid at `field` when it is empty though required, too long or unstorable."""
    if not isinstance(raw, str):
        raise Invalid(field, "type", _l("Enter text."))
    try:
        clean = text(raw)
    except BadValue as bad:
        raise Invalid(field, bad.code, bad.message) from None
    if required and not clean:
        raise Invalid(field, "required", _l("Say why.") if field == "reason" else _l("Fill this in."))
    if len(clean) > LENGTH:
        raise Invalid(field, "too_long", _l("At most %(count)d characters.", count=LENGTH))
    return clean
