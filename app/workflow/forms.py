"""What people typed into a step form, read from the names that the form gives its controls.

`fields.KEY` (repeated for choices; `1` or absent for booleans; `fields.KEY.ROW.COLUMN` for tables, empty rows do not
count), `checklist` (ticked keys, repeated), `reason`, `version`, `file.KIND` and `text.KIND` (evidence).
The step itself says which names are looked at; nothing else is ever read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from app.core import calendar
from app.core.errors import Invalid
from app.core.texts import _l
from app.workflow.rules.definition import Column, Field, Step

MOST_ROWS = 400
LONGEST = 100_000


@dataclass(slots=True)
class Posted:
    """A step form as it was sent: raw values, not yet judged."""

    fields: dict[str, Any] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    reason: str = ""
    version: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[FileStorage]] = field(default_factory=dict)


def posted(step: Step, form: MultiDict[str, str], files: MultiDict[str, FileStorage] | None = None) -> Posted:
    """Read a step form. Controls that were not sent at all are left out, so a partial form changes nothing else."""
    whole = "whole" in form
    found: dict[str, Any] = {}
    for item in step.fields:
        value = _value(item, form, whole)
        if value is not _ABSENT:
            found[item.key] = value
    uploads = {
        kind.kind: [upload for upload in files.getlist(f"file.{kind.kind}") if upload and upload.filename]
        for kind in step.evidence
        if files is not None
    }
    return Posted(
        fields=found,
        checklist=tuple(form.getlist("checklist"))[:200],
        reason=form.get("reason", "")[:LONGEST],
        version=version_of(form),
        texts={kind.kind: form.get(f"text.{kind.kind}", "")[:LONGEST] for kind in step.evidence},
        files={kind: given for kind, given in uploads.items() if given},
    )


_ABSENT = object()


def _value(item: Field, form: MultiDict[str, str], whole: bool) -> Any:
    name = f"fields.{item.key}"
    if item.type == "table":
        return _rows(item, form, whole)
    if item.type == "choices":
        return form.getlist(name)[:200] if name in form or whole else _ABSENT
    if name in form:
        return form[name]
    if item.type == "boolean" and whole:
        return None if item.required else False
    return _ABSENT


def _rows(item: Field, form: MultiDict[str, str], whole: bool) -> Any:
    start = f"fields.{item.key}."
    columns = {column.key: column for column in item.columns}
    rows: dict[int, dict[str, Any]] = {}
    for name in form:
        if not name.startswith(start):
            continue
        number, _dot, key = name[len(start) :].partition(".")
        if number.isascii() and number.isdigit() and int(number[:6]) < MOST_ROWS and key in columns:
            rows.setdefault(int(number), {})[key] = _cell(columns[key], form.getlist(name))
    if not rows and not whole:
        return _ABSENT
    return [row for _n, row in sorted(rows.items()) if any(value not in ("", None, []) for value in row.values())]


def _cell(column: Column, values: list[str]) -> Any:
    return values[:200] if column.type == "choices" else values[0]


def version_of(form: Mapping[str, str]) -> int | None:
    """The version that the reader saw; None when the form carried none. A forged one never matches."""
    raw = form.get("version", "")
    if not raw:
        return None
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1


def number_in(form: Mapping[str, str], name: str) -> int:
    """A positive number as it was sent; 0 for anything else."""
    raw = form.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0


def until_in(form: Mapping[str, str], name: str = "until") -> datetime:
    """The end of the day that was chosen; Invalid at that name when it is none."""
    raw = form.get(name, "").strip()
    try:
        day = date.fromisoformat(raw[:10] if len(raw) < 40 else "")
        return calendar.end_of_day(day)
    except (ValueError, OverflowError):
        raise Invalid(name, "date", _l("Enter a date such as 2026-11-21.")) from None
