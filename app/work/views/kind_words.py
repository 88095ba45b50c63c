"""A kind of work in words, for the pages of the form builder: who, when, what is asked, what is wrong and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.core.texts import _, _l, ngettext, text
from app.work.rules import kinds as k
from app.work.rules.kind_bodies import LANES, ROLES
from app.work.rules.kind_texts import Words
from app.workflow.rules.faults import Fault

SORTS = {
    k.WORK: _l("Do something"),
    k.ACCEPT: _l("Take it on or decline"),
    k.APPROVE: _l("Approve or refuse"),
    k.CONFIRM: _l("Take the result or send it back"),
}
TYPES = {
    "text": _l("Short text"),
    "longtext": _l("Long text"),
    "integer": _l("Whole number"),
    "decimal": _l("Decimal number"),
    "money": _l("Amount of money"),
    "date": _l("Date"),
    "datetime": _l("Date and time"),
    "boolean": _l("Yes or no"),
    "choice": _l("One of several"),
    "choices": _l("Any of several"),
    "person": _l("Person"),
    "table": _l("Table"),
}
BINDS = {
    "digest": _l("Summary for the shared library"),
    "shared": _l("Puts it into the shared library"),
    "lead_unit": _l("Names the lead unit"),
}
LISTS = {"work_units": _l("Units of the institution"), "products": _l("Products of the catalogue")}


def words(value: Words) -> str:
    """The reader's side of a text."""
    return text({"zh": value.zh, "en": value.en})


def who(kind: k.Kind, name: str) -> str:
    """Whoever stands at a step."""
    if name.startswith(k.ROLE):
        title = ROLES.get(name.removeprefix(k.ROLE))
        return words(title) if title else name
    title = LANES[kind.direction].get(name)
    return words(title) if title else name


def due(step: k.Step) -> str:
    """When a step is due."""
    if step.due is None:
        return ""
    if step.due_unit == "hours":
        return ngettext("%(num)s hour", "%(num)s hours", step.due)
    return ngettext("%(num)s working day", "%(num)s working days", step.due)


def asks(step: k.Step) -> str:
    """What a step asks for, in short."""
    parts = []
    if step.fields:
        parts.append(ngettext("%(num)s field", "%(num)s fields", len(step.fields)))
    if step.checklist:
        parts.append(ngettext("%(num)s point to tick", "%(num)s points to tick", len(step.checklist)))
    if step.evidence:
        parts.append(ngettext("%(num)s kind of evidence", "%(num)s kinds of evidence", len(step.evidence)))
    return " · ".join(parts)


def ways(kind: k.Kind, step: k.Step) -> str:
    """The ways on from a step."""
    found = [words(step.button)]
    if step.back:
        found.append(words(step.back_button))
    if step.sort == k.ACCEPT:
        found.append(_("Decline"))
    if step.sort == k.APPROVE:
        found.append(_("Do not approve"))
    return " · ".join(found)


@dataclass(frozen=True, slots=True)
class Placed:
    """What is wrong, in words: where, and the page and row to mend it. `step` None: of the whole."""

    where: str
    message: Any
    href: str
    step: int | None
    part: str = ""
    row: int | None = None


def placed(kind: k.Kind, faults: Sequence[Fault]) -> list[Placed]:
    """The faults of the lint at their places in the builder; those that only repeat another are left out."""
    found: list[Placed] = []
    for fault in faults:
        path = fault.place.split(".")
        if path[0] in ("stages", "lanes") or (fault.code == "key" and path[-1] == "key"):
            continue
        one = _place(kind, path, fault)
        if all((other.where, str(other.message)) != (one.where, str(one.message)) for other in found):
            found.append(one)
    return found


def _place(kind: k.Kind, path: list[str], fault: Fault) -> Placed:
    number = _index(kind.steps, path[1]) if path[0] == "steps" and len(path) > 1 else None
    if number is None:
        return Placed(_("The whole"), fault.message, url_for("work.edit_kind", key=kind.key), None)
    step = kind.steps[number]
    where = _("Step “%(name)s”", name=words(step.title) or str(number + 1))
    href = url_for("work.edit_kind_step", key=kind.key, number=number + 1)
    part = path[2] if len(path) > 2 else ""
    rows: Any = getattr(step, part, None) if part in ("fields", "checklist", "evidence") else None
    row = _index(rows, path[3]) if rows is not None and len(path) > 3 else None
    if row is None:
        return Placed(where, fault.message, href, number, part)
    named = {
        "fields": _l("Field “%(name)s”", name=words(rows[row].title) or str(row + 1)),
        "checklist": _l("Point “%(name)s”", name=words(rows[row].title) or str(row + 1)),
        "evidence": _l("Evidence “%(name)s”", name=words(rows[row].title) or str(row + 1)),
    }
    return Placed(f"{where} › {named[part]}", fault.message, f"{href}#{part}-{row}", number, part, row)


def _index(rows: Sequence[Any], name: str) -> int | None:
    """The row of that key, else at that place: rows without a key are named by their place."""
    by_key = next((n for n, row in enumerate(rows) if row.key == name), None)
    if by_key is not None:
        return by_key
    return int(name) if name.isdigit() and int(name) < len(rows) else None


def preview(step: k.Step) -> dict[str, Any]:
    """The step's form as whoever does it will see it; what has no title yet is called by its place."""
    return {
        "title": words(step.title),
        "instruction": words(step.instruction),
        "fields": [_field(item, f"preview{n}") for n, item in enumerate(step.fields)],
        "checklist": [
            {"key": f"preview{n}", "title": words(item.title) or "…", "required": item.required, "done": False}
            for n, item in enumerate(step.checklist)
        ],
        "evidence": [
            {"kind": f"preview{n}", "title": words(item.title) or "…", "accepts": item.accepts, "required": item.min}
            for n, item in enumerate(step.evidence)
        ],
        "ways": _buttons(step),
        "due": due(step),
    }


def _buttons(step: k.Step) -> list[str]:
    found = [words(step.button)]
    if step.back:
        found.append(words(step.back_button))
    if step.sort in (k.ACCEPT, k.APPROVE):
        found.append(_("Decline") if step.sort == k.ACCEPT else _("Do not approve"))
    return found


def _field(item: k.Field, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "type": item.type,
        "title": words(item.title) or "…",
        "help": words(item.help),
        "required": item.required,
        "min": item.min or None,
        "max": None,
        "max_length": item.max_length,
        "options": [{"key": n, "title": words(option.title)} for n, option in enumerate(item.options)]
        or ([{"key": "0", "title": str(LISTS[item.options_from])}] if item.options_from in LISTS else []),
        "columns": [_field(column, f"{key}c{n}") for n, column in enumerate(item.columns)],
    }
