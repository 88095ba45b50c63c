"""What comes with a request, without what no database stores: the one home of this rule for addresses and plain forms.

A form of :mod:`app.web.forms` refuses such texts at their field; it reads every value itself, by ``getlist``.
"""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

LARGEST = 2**63 - 1


class Typed(ImmutableMultiDict[str, Any]):
    """Values by name: instead of a NUL a text has the sign of what cannot be read, and what is asked for as a number and is too large for one is none."""

    def __getitem__(self, key: str) -> Any:
        """The first value of that name."""
        value = super().__getitem__(key)
        return value.replace("\x00", "\ufffd") if isinstance(value, str) and "\x00" in value else value

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """The first value, or ``default``; with ``type`` what it makes of it."""
        value = super().get(key, default, type) if type is not None else super().get(key, default)
        return default if type is int and isinstance(value, int) and abs(value) > LARGEST else value


class TypedRequest(Request):
    """A request whose address and form are read through :class:`Typed`."""

    parameter_storage_class = Typed
