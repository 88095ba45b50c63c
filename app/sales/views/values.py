"""What was entered in steps, in the reader's words: choices by their titles, people by name, tables as rows."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import url_for

from app.core.texts import _, text
from app.sales.queries import products
from app.sales.queries.known import Done
from app.web import filters as written
from app.workflow.rules.definition import Column, Field


def shown_values(done: Sequence[Done], names: Mapping[int, str], plan: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Each step with its fields that hold something and its evidence, written out; ``names`` of everybody in
    ``people_in(done)``. Products of the plan need not be asked for; for others one statement."""
    catalogue = _products(done, {row.code: products.shown_name(row) for row in plan})
    return [_step(item, names, catalogue) for item in done]


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


def _products(done: Iterable[Done], known: Mapping[str, str]) -> Mapping[str, str]:
    """Names of the products that tables of these steps hold, by code."""
    codes = {
        row[column.key]
        for item in done
        for field in item.step.fields
        for column in field.columns
        if column.options_from == "products"
        for row in item.values.get(field.key) or ()
        if isinstance(row, dict) and isinstance(row.get(column.key), str)
    }
    rows = products.by_code(codes - known.keys()) if codes - known.keys() else {}
    return {**known, **{code: products.shown_name(row) for code, row in rows.items()}}


def _step(item: Done, names: Mapping[int, str], catalogue: Mapping[str, str]) -> dict[str, Any]:
    fields = []
    for field in item.step.fields:
        value = item.values.get(field.key)
        if value in (None, "", []):
            continue
        shown: dict[str, Any] = {"title": text(field.title), "text": "", "rows": None}
        if field.type == "table" and isinstance(value, list):
            shown["columns"] = [text(column.title) for column in field.columns]
            shown["rows"] = [
                [_value(column, row.get(column.key), names, catalogue) for column in field.columns] for row in value
            ]
        else:
            shown["text"] = _value(field, value, names, catalogue)
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


def _value(column: Column | Field, value: Any, names: Mapping[int, str], catalogue: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    options = {option.key: text(option.title) for option in column.options}
    if column.options_from == "products":
        return catalogue.get(value, str(value))
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
