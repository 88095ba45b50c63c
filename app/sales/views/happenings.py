"""The timeline in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import url_for

from app.core.texts import _, _l, text
from app.customers.rules import lists as customer_lists
from app.sales.queries import products
from app.sales.queries.timeline import Happening
from app.sales.rules import lists
from app.web import filters as written
from app.workflow.rules.definition import Definition

ICONS = {"contact": "visit", "note": "note", "file": "file", "change": "edit"}


Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What persons and products are called, by id and by code."""

    names: Names
    products: Mapping[str, str] = field(default_factory=dict)


def describe(
    items: list[Happening], definition: Definition, names: Names, plan: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    """Happenings as the timeline part of the page shows them; ``names`` of everybody in ``people_in(items)``.

    Products of ``plan`` are called by their names, others by their codes.
    """
    words = Words(names, {row.code: products.shown_name(row) for row in plan})
    found = []
    for item in items:
        shown = {
            "at": item.at,
            "who": names.get(item.person or 0, ""),
            "seed": item.person,
            "behalf": names.get(item.behalf or 0, "") if item.behalf != item.person else "",
            "icon": ICONS.get(item.kind),
            "text": "",
            "tone": None,
            "href": None,
        }
        shown |= _DESCRIBED[item.kind](item, definition, words)
        found.append(shown)
    return found


def _title(definition: Definition, key: str) -> str:
    step = definition.steps.get(key)
    return text(step.title) if step else key


def _step(item: Happening, definition: Definition, words: Words) -> dict[str, Any]:
    event = item.data
    data = event.data
    reason = event.texts.get("reason") or ""
    step = _title(definition, data.get("step", ""))
    if event.kind == "completed":
        known = definition.steps.get(data.get("step", ""))
        outcome = known.outcome(data.get("outcome", "")) if known else None
        way = text(outcome.title) if outcome else ""
        back = bool(outcome and outcome.needs_reason)
        said = " ".join(part for part in (reason, event.texts.get("fields.opinion")) if part)
        title = _("%(step)s: %(way)s", step=step, way=way)
        return {"title": title, "text": said, "icon": "return" if back else "check", "tone": "warn" if back else "good"}
    if event.kind == "returned":
        title = _("Returned to “%(step)s”", step=_title(definition, data.get("to", "")))
        return {"title": title, "text": reason, "icon": "return", "tone": "warn"}
    if event.kind == "voided":
        fields = _listed([field_name(name) for name in data.get("attributes", ())])
        title = _("“%(step)s” no longer holds: %(fields)s changed", step=step, fields=fields)
        return {"title": title, "icon": "alert", "tone": "warn"}
    if event.kind == "ended":
        end = definition.ends.get(data.get("end", ""))
        leaf = end.reason(data["reason_key"]) if end and data.get("reason_key") else None
        said = " ".join(part for part in (text(leaf.title) if leaf else "", reason) if part)
        good = end is not None and end.result == "success"
        return {
            "title": text(end.title) if end else data.get("end", ""),
            "text": said,
            "icon": "check" if good else "close",
            "tone": "good" if good else "warn",
        }
    return _lesser(event, data, reason, words.names)


def _lesser(event: Any, data: dict[str, Any], reason: str, names: Names) -> dict[str, Any]:
    words = event.texts.get("text") or reason
    tone = "warn" if event.kind in ("blocked", "rung_fired") else None
    return {
        "title": _lesser_title(event.kind, data, names),
        "text": words,
        "icon": _ICONS.get(event.kind, "clock"),
        "tone": tone,
    }


_ICONS = {
    "started": "plus", "commented": "note", "blocked": "alert", "nudged": "nudge", "rung_fired": "alarm", "evidence_added": "file",
}  # fmt: skip


def _lesser_title(kind: str, data: dict[str, Any], names: Names) -> str:
    if kind == "reassigned":
        return _("Gave the step to %(name)s", name=names.get(data.get("to") or 0, "?"))
    return str(_TITLES.get(kind, kind))


_TITLES = {
    "started": _l("Opportunity opened"),
    "given_back": _l("Gave the step back"),
    "commented": _l("Comment"),
    "blocked": _l("Reported blocked"),
    "time_asked": _l("Asked for more time"),
    "due_changed": _l("New deadline"),
    "nudged": _l("Nudged"),
    "rung_fired": _l("Overdue: the next level was told"),
    "evidence_added": _l("Evidence added"),
    "paused": _l("Paused"),
    "resumed": _l("Resumed"),
    "version_moved": _l("Moved to a new version of the process"),
}


def _contact(item: Happening, _definition: Definition, words: Words) -> dict[str, Any]:
    row = item.data
    kind = customer_lists.by_key("contact_kinds").get(row.sort)
    where = " · ".join(part for part in (row.place, row.people) if part)
    title = text(kind.title) if kind else row.sort
    said = "\n".join(part for part in (where, row.text) if part)
    return {"title": title, "text": said, "icon": "call" if row.sort == "call" else "visit"}


def _note(item: Happening, _definition: Definition, words: Words) -> dict[str, Any]:
    if item.data.gone_at is not None:
        return {"title": _("Note withdrawn"), "text": ""}
    return {"title": _("Note"), "text": item.data.text, "note_id": item.data.id}


def _file(item: Happening, _definition: Definition, words: Words) -> dict[str, Any]:
    if item.data.gone_at is not None:
        return {"title": _("File removed: %(name)s", name=item.data.text)}
    return {
        "title": _("File added"),
        "files": [{"title": item.data.text, "href": url_for("files.download", file_id=item.data.id)}],
    }


def _change(item: Happening, _definition: Definition, words: Words) -> dict[str, Any]:
    lines = [change_line(key, pair, words) for key, pair in item.data.items()]
    return {"title": _("Changed"), "text": "\n".join(lines)}


def change_line(key: str, pair: Any, words: Words) -> str:
    """One changed fact: its name, what it was and what it is."""
    if pair is None:
        return _("%(field)s: no longer kept", field=field_name(key))
    old, new = (value_words(key, value, words) for value in pair)
    return _("%(field)s: %(old)s → %(new)s", field=field_name(key), old=old, new=new)


def field_name(key: str) -> str:
    """What a fact is called."""
    return str(_FIELDS.get(key, key))


_FIELDS = {
    "title": _l("Title"),
    "amount": _l("Amount"),
    "expected_on": _l("Expected on"),
    "source": _l("Source"),
    "terms": _l("Terms"),
    "products": _l("Products"),
    "owner_id": _l("Accountable"),
}


def value_words(key: str, value: Any, words: Words) -> str:
    """A fact's value as people read it."""
    if value in (None, "", []):
        return _("none")
    if key == "amount":
        return written.money(_decimal(value))
    if key == "owner_id":
        return words.names.get(value, "?")
    if key == "source":
        entry = lists.by_key("sources").get(value)
        return text(entry.title) if entry else str(value)
    if key == "products" and isinstance(value, list):
        called = [words.products.get(row.get("product"), row.get("product")) for row in value]
        return _listed(
            [f"{name} {written.wan(_decimal(row.get('amount')))}" for name, row in zip(called, value, strict=True)]
        )
    return str(value)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _listed(words: list[str]) -> str:
    return _(", ").join(words)


_DESCRIBED = {"step": _step, "contact": _contact, "note": _note, "file": _file, "change": _change}
