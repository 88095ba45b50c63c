"""Words for what audit rows name by keys: kinds of records, channels."""

from collections.abc import Mapping
from typing import Any

from app.core import settings
from app.core.errors import Invalid
from app.core.texts import _, _l
from app.ops.queries.audit import SETTING, AuditLine
from app.people import queries as people
from app.people.views.parts import titles
from app.people.views.settings import in_words

KINDS: Mapping[str, Any] = {
    "absence": _l("Absence"),
    "accompanied_visit": _l("Accompanied visit"),
    "contest": _l("Contest"),
    "customer": _l("Customer"),
    "definition": _l("Version of a process"),
    "definition_draft": _l("Next version of a process"),
    "erasure": _l("Erasure"),
    "file": _l("File"),
    "goal": _l("Goal"),
    "grant": _l("Grant"),
    "meeting": _l("Meeting"),
    "notice": _l("Notice"),
    "opportunity": _l("Opportunity"),
    "person": _l("Person"),
    "product": _l("Product"),
    "run": _l("Workflow"),
    "setting": _l("Setting"),
    "team": _l("Customer team"),
    "tier": _l("Tier"),
    "turn": _l("Step"),
    "unit": _l("Unit"),
    "work_assignment": _l("Assignment"),
    "work_item": _l("Work item"),
}
CHANNELS: Mapping[str, Any] = {
    "page": _l("Page"),
    "api": _l("API"),
    "job": _l("Job"),
    "command": _l("Command line"),
}


EVENTS: Mapping[str, Any] = {
    "started": _l("Started"),
    "claimed": _l("Claimed a step"),
    "given_back": _l("Gave a step back"),
    "reassigned": _l("Handed a step to another"),
    "completed": _l("Completed a step"),
    "returned": _l("Returned to an earlier step"),
    "voided": _l("A decision became void"),
    "ended": _l("Ended"),
    "member_added": _l("Added a member"),
    "member_removed": _l("Removed a member"),
    "closed_early": _l("Closed a step early"),
    "paused": _l("Paused"),
    "resumed": _l("Resumed"),
    "due_changed": _l("Changed a deadline"),
    "time_asked": _l("Asked for more time"),
    "blocked": _l("Reported blocked"),
    "commented": _l("Commented"),
    "nudged": _l("Nudged"),
    "rung_fired": _l("A deadline was passed up"),
    "owner_changed": _l("Somebody else is accountable"),
    "erased": _l("Typed texts erased"),
    "evidence_added": _l("Handed in evidence"),
    "evidence_removed": _l("Took evidence back"),
    "version_moved": _l("Moved to another version"),
}

FIELDS: Mapping[str, Any] = {
    "about": _l("Description"),
    "address": _l("Address"),
    "amount": _l("Amount"),
    "asset_value": _l("Asset value"),
    "audience": _l("For"),
    "cancelled": _l("Cancelled"),
    "code": _l("Code"),
    "contact": _l("Contact record"),
    "count": _l("Rows"),
    "customer": _l("Customer"),
    "day": _l("From day"),
    "deputy_id": _l("Deputy"),
    "digest": _l("Digest"),
    "email": _l("Mail address"),
    "end": _l("End"),
    "expected_on": _l("Expected on"),
    "field": _l("Field"),
    "file": _l("File"),
    "filters": _l("Filters"),
    "first": _l("First"),
    "former": _l("Former holder"),
    "from_day": _l("From day"),
    "gone": _l("Removed"),
    "grade": _l("Grade"),
    "ground": _l("Ground"),
    "holder": _l("Holder"),
    "holder_id": _l("Holder"),
    "holds": _l("Intact"),
    "import_id": _l("Import"),
    "industry": _l("Industry"),
    "key_person": _l("Key person"),
    "kind": _l("Kind"),
    "last": _l("Last"),
    "level": _l("Level"),
    "lost": _l("Lost"),
    "name": _l("Title"),
    "name_en": _l("Name in English"),
    "note": _l("Note"),
    "number": _l("Version"),
    "origin": _l("Origin"),
    "other": _l("Other customer"),
    "owner_id": _l("Accountable"),
    "parent_id": _l("Unit above"),
    "people": _l("People present"),
    "asked_by": _l("Asked by"),
    "person_id": _l("Person"),
    "phone": _l("Phone"),
    "photos": _l("Photos"),
    "place": _l("Place"),
    "post": _l("Post"),
    "price": _l("Price and term"),
    "process": _l("Process"),
    "products": _l("Products"),
    "reason": _l("Reason"),
    "reason_key": _l("Reason"),
    "relation": _l("Relation"),
    "retired": _l("Retired"),
    "role": _l("Role"),
    "rows": _l("Rows"),
    "run": _l("Workflow"),
    "said": _l("What was said"),
    "session_id": _l("Sign-in"),
    "sort": _l("Order"),
    "source": _l("Source"),
    "staff_number": _l("Staff number"),
    "step": _l("By a step"),
    "team": _l("Customer team"),
    "terms": _l("Terms"),
    "tier": _l("Tier"),
    "title": _l("Title"),
    "total": _l("Rows"),
    "unit_id": _l("Unit"),
    "until": _l("Until"),
    "username": _l("User name"),
    "valid_from": _l("From day"),
    "valid_to": _l("Until"),
    "working": _l("Worked on this day"),
}


def field(key: str) -> str:
    """What a kept value is called; the key itself for what a room has added since."""
    if key in FIELDS:
        return str(FIELDS[key])
    setting = settings.find(key)
    return key if setting is None else str(setting.title)


def event(kind: str) -> str:
    """What an act in a workflow is called."""
    return str(EVENTS.get(kind, kind))


def too_many(most: int) -> Invalid:
    """What an export of too many rows is refused with."""
    message = _l("This is more than one spreadsheet takes (%(most)s rows). Narrow the days or the action.", most=most)
    return Invalid("since", "too_many", message)


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


def record(line: AuditLine, names: Mapping[int, str]) -> str:
    """What a line is about: a setting by its title, anything else as :func:`target` says."""
    keys = line.settings()
    if not keys:
        return target(line.target_kind, line.target_id, names)
    return ", ".join(_("%(kind)s “%(title)s”", kind=KINDS[SETTING], title=field(key)) for key in keys)


def said(line: AuditLine, key: str, plain: Any) -> str:
    """Old or new of a change: of a setting as its page says it, with its unit."""
    known = settings.find(key) if plain is not None and key in line.settings() else None
    if known is None or known.field is None:
        return value(plain)
    return in_words(known, plain, titles(people.vocabulary()["post"]) if known.field.kind == "posts" else {})


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
