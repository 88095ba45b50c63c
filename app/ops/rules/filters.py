"""What an auditor may narrow the audit to: read from the text of an address, every fault named at its field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.core.errors import FieldError, Invalid
from app.core.texts import _l

MAX_ID = 2**63 - 1
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty text and None mean "all". ``actor``: part of a name, a user name, or ``system``; days are the institution's."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    target: int | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""

    def as_args(self) -> dict[str, str]:
        """Back to an address, without what is left open."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in named.items() if value not in ("", None)}


def parse(raw: Mapping[str, str], actions: Collection[str]) -> Filters:
    """The filters that ``raw`` holds; raises ``Invalid`` with every field that cannot be taken."""
    errors: list[FieldError] = []
    found: dict[str, Any] = {}
    for name in ("actor", "action", "kind", "address"):
        value = (raw.get(name) or "").strip()
        if len(value) > LONGEST or any(ord(c) < 32 for c in value):
            errors.append(FieldError(name, "too_long", _l("Search for at most %(n)s characters.", n=LONGEST)))
        else:
            found[name] = value
    if found.get("action") and not any(name.startswith(found["action"]) for name in actions):
        errors.append(FieldError("action", "unknown", _l("There is no such action.")))
    if target := (raw.get("target") or "").strip():
        if target.isascii() and target.isdigit() and len(target) < 20 and int(target) <= MAX_ID:
            found["target"] = int(target)
        else:
            errors.append(FieldError("target", "number", _l("The number of a record is a whole number.")))
    for name in ("since", "until"):
        if value := (raw.get(name) or "").strip():
            try:
                found[name] = date.fromisoformat(value)
            except ValueError:
                errors.append(FieldError(name, "date", _l("Enter a date such as 2026-11-21.")))
            else:
                if not 2000 <= found[name].year <= 2200:
                    errors.append(FieldError(name, "date", _l("Enter a date such as 2026-11-21.")))
    if errors:
        raise Invalid.many(errors)
    return Filters(**found)
