"""Words for what audit rows name by keys: kinds of records, channels."""

from collections.abc import Mapping
from typing import Any

from app.core.texts import _, _l

KINDS: Mapping[str, Any] = {
    "absence": _l("Absence"),
    "customer": _l("Customer"),
    "definition": _l("Process"),
    "file": _l("File"),
    "grant": _l("Grant"),
    "opportunity": _l("Opportunity"),
    "person": _l("Person"),
    "process": _l("Process"),
    "product": _l("Product"),
    "run": _l("Workflow"),
    "setting": _l("Setting"),
    "team": _l("Customer team"),
    "tier": _l("Tier"),
    "turn": _l("Step"),
    "unit": _l("Unit"),
}
CHANNELS: Mapping[str, Any] = {
    "page": _l("Page"),
    "api": _l("API"),
    "job": _l("Job"),
    "command": _l("Command line"),
}


def who(person_id: int | None, names: Mapping[int, str]) -> str:
    """A person's name; the product's own for what it does itself."""
    if person_id is None:
        return ""
    if person_id in names:
        return names[person_id]
    word: str = _("The system") if person_id == 0 else _("Person %(number)s", number=person_id)
    return word


def target(kind: str, number: int | None, names: Mapping[int, str]) -> str:
    """What a row is about: a person by name, anything else by its kind and number (its content is not the auditor's)."""
    if not kind:
        return ""
    if kind == "person" and number is not None:
        return who(number, names)
    word = str(KINDS.get(kind, kind))
    return word if number is None else _("%(kind)s %(number)s", kind=word, number=number)


def channel(key: str) -> str:
    """Through which door."""
    return str(CHANNELS.get(key, key))


def value(plain: Any) -> str:
    """Old or new as text; nothing for what was not there."""
    if plain is None or plain == "":
        return ""
    if isinstance(plain, bool):
        return str(_("yes") if plain else _("no"))
    if isinstance(plain, list):
        return ", ".join(value(item) for item in plain)
    if isinstance(plain, dict):
        return ", ".join(f"{key}: {value(item)}" for key, item in plain.items())
    return str(plain)
