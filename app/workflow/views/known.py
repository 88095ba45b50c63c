"""What was entered in steps, in the reader's words: choices by their titles, people by name, tables as rows."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for

from app.core.texts import _, text
from app.web import filters as written
from app.workflow.queries.known import Done
from app.workflow.rules.definition import Column, Field

Listed = Mapping[str, Mapping[str, str]]
"""What the entries of lists that other rooms keep are called, by the list's name and the entry's key."""


def shown_values(done: Sequence[Done], names: Mapping[int, str], listed: Listed | None = None) -> list[dict[str, Any]]:
    """Each step with its fields that hold something and its evidence, written out; ``names`` of everybody in
    ``people_in(done)``, ``listed`` of what was chosen from other rooms' lists."""
    return [_step(item, names, listed or {}) for item in done]


def people_in(done: Iterable[Done]) -> set[int | None]:
    """Who did these steps, and who was chosen in them."""
    found: set[int | None] = set()
    for item in done:
        found.add(item.person_id)
        for field in item.step.fields:
            value = item.values.get(field.key)
            if field.type == "person" and isinstance(value, int):
                found.add(value)
    return found


def _step(item: Done, names: Mapping[int, str], listed: Listed) -> dict[str, Any]:
    fields = []
    for field in item.step.fields:
        value = item.values.get(field.key)
        if value in (None, "", []):
            continue
        shown: dict[str, Any] = {"title": text(field.title), "text": "", "rows": None}
        if field.type == "table" and isinstance(value, list):
            shown["columns"] = [text(column.title) for column in field.columns]
            shown["rows"] = [
                [_value(column, row.get(column.key), names, listed) for column in field.columns] for row in value
            ]
        else:
            shown["text"] = _value(field, value, names, listed)
        fields.append(shown)
    outcome = item.step.outcome(item.outcome)
    kinds = {kind.kind: text(kind.title) for kind in item.step.evidence}
    return {
        "key": item.step.key,
        "title": text(item.step.title),
        "outcome": text(outcome.title) if outcome else "",
        "who": names.get(item.person_id or 0, ""),
        "person_id": item.person_id,
        "at": item.closed_at,
        "fields": fields,
        "evidence": [
            {
                "title": piece.name or kinds.get(piece.kind, piece.kind),
                "kind": kinds.get(piece.kind, piece.kind),
                "href": url_for("files.download", file_id=piece.file_id) if piece.file_id else None,
                "text": piece.content,
            }
            for piece in item.evidence
        ],
    }


def _value(column: Column | Field, value: Any, names: Mapping[int, str], listed: Listed) -> str:
    if value in (None, "", []):
        return ""
    options = {option.key: text(option.title) for option in column.options}
    if column.options_from is not None and column.options_from in listed:
        known = listed[column.options_from]
        return _(", ").join(known.get(str(key), str(key)) for key in (value if isinstance(value, list) else [value]))
    if column.type == "choice":
        return options.get(value, str(value))
    if column.type == "choices":
        return _(", ").join(options.get(key, str(key)) for key in value)
    if column.type == "person":
        return names.get(value, "?")
    if column.type == "boolean":
        return _("Yes") if value else _("No")
    if column.type == "money":
        try:
            return written.money(Decimal(str(value)))
        except InvalidOperation:
            return str(value)
    return str(value)
