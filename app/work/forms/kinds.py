"""What people type in the form builder. Controls carry the place of a row and its key; rows keep what the form does not show.

`fields.2.title.zh`, `fields.2.columns.0.type`, `checklist.1.required` …; `act` is the button: `fields.add`, `fields.2.up`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from app.core.texts import _l
from app.work.rules import kinds as k
from app.work.rules.kind_keys import same_options
from app.work.rules.kind_texts import Words
from app.workflow.rules.definition import FIELD_TYPES, UNITS

MOST_ROWS, MOST_STEPS, LONGEST = 60, 20, 20_000
COLUMN_TYPES = tuple(kind for kind in FIELD_TYPES if kind != "table")
Row = TypeVar("Row")
Form = Mapping[str, str]
BLANK: Mapping[str, Any] = {"fields": k.Field(), "checklist": k.Item(), "evidence": k.Proof(), "columns": k.Field()}


@dataclass(slots=True)
class Typed:
    """What a form said, and what of it could not be taken, by the name of the control."""

    value: Any
    errors: dict[str, Any] = field(default_factory=dict)


def words(form: Form, name: str) -> Words:
    """A text in both languages; an empty English side takes the Chinese, so that nobody has to write twice."""
    zh, en = (_clean(form.get(f"{name}.{language}", "")) for language in ("zh", "en"))
    return Words(zh or en, en or zh)


def _clean(raw: str) -> str:
    plain = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(c for c in plain if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff"))[:LONGEST]


def number(form: Form, name: str, errors: dict[str, Any], most: int, least: int = 0) -> int | None:
    """A whole number within bounds, None when empty; a sentence in `errors` when it is none."""
    raw = form.get(name, "").strip()
    if not raw:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) < 8 and least <= int(raw) <= most:
        return int(raw)
    errors[name] = _l("Enter a whole number from %(least)s to %(most)s.", least=least, most=most)
    return None


def _one_of(form: Form, name: str, choices: Any, default: str) -> str:
    raw = form.get(name, default)
    return raw if raw in choices else default


def read_kind(form: Form, kind: k.Kind) -> k.Kind:
    """The kind with its title and what it is for."""
    return replace(kind, title=words(form, "title"), summary=words(form, "summary"))


def read_switches(form: Form, kind: k.Kind) -> k.Kind:
    """The kind with or without "accept first" and approval, as it was switched; after the buttons of single steps."""
    kind = k.with_accept(kind, "accept_first" in form)
    who, now = form.get("approval", ""), next((step.who for step in kind.steps if step.sort == k.APPROVE), "")
    return kind if who == now else k.with_approval(kind, who if who in approvers() else "")


def approvers() -> tuple[str, ...]:
    """Who may approve."""
    return (k.HEAD, k.SENDER, *(k.ROLE + role for role in ("hr", "risk", "supervisor")))


def doers(kind: k.Kind) -> tuple[str, ...]:
    """Who may stand at a step of the kind."""
    lead = (k.LEAD,) if kind.direction == k.RAISED else ()
    return (k.SENDER, k.DOERS, k.HEAD, *lead, *(k.ROLE + role for role in ("hr", "risk", "supervisor")))


def read_step(form: Form, kind: k.Kind, place: int) -> Typed:
    """The step at that place (from 0) as it was typed; what could not be taken stays as it was."""
    errors: dict[str, Any] = {}
    step = kind.steps[place]
    sort = _one_of(form, "sort", k.SORTS, step.sort)
    earlier = [other.key for other in kind.steps[:place] if other.key]
    back = _one_of(form, "back", ("", *earlier), "")
    due, told = number(form, "due", errors, 3650), number(form, "tell_after", errors, 365)
    button = words(form, "button") or k.BUTTONS[sort]
    if sort != step.sort and button == k.BUTTONS[step.sort]:
        button = k.BUTTONS[sort]
    back_button = words(form, "back_button") or k.BACK_BUTTONS[sort]
    if sort != step.sort and back_button == k.BACK_BUTTONS[step.sort]:
        back_button = k.BACK_BUTTONS[sort]
    made = replace(
        step,
        sort=sort,
        title=words(form, "title"),
        who=_one_of(form, "who", doers(kind), step.who),
        instruction=words(form, "instruction"),
        button=button,
        back=back,
        back_button=back_button if back else k.BACK_BUTTONS[sort],
        due=due if "due" not in errors else step.due,
        due_unit=_one_of(form, "due_unit", UNITS, step.due_unit) if due is not None else UNITS[0],
        tell_after=(told if "tell_after" not in errors else step.tell_after) if due is not None else None,
        hand_over="hand_over" in form and due is not None and told is not None,
        fields=_rows(form, "fields", step.fields, lambda name, old: _field(form, name, old, errors, FIELD_TYPES)),
        checklist=_rows(form, "checklist", step.checklist, lambda name, old: _point(form, name, old)),
        evidence=_rows(form, "evidence", step.evidence, lambda name, old: _proof(form, name, old, errors)),
    )
    return Typed(made, errors)


def _rows(form: Form, name: str, old: tuple[Row, ...], read: Callable[[str, Any], Row]) -> tuple[Row, ...]:
    """The rows that were sent, in their order; each begins from the one that had its key."""
    known = {getattr(row, "key", ""): row for row in old}
    found = []
    for place in range(MOST_ROWS):
        here = f"{name}.{place}"
        if f"{here}.key" not in form:
            break
        blank = BLANK[name.rpartition(".")[2]]
        found.append(read(here, known.get(form[f"{here}.key"], blank) if form[f"{here}.key"] else blank))
    return tuple(found)


def _field(form: Form, name: str, old: k.Field, errors: dict[str, Any], types: tuple[str, ...]) -> k.Field:
    kind = _one_of(form, f"{name}.type", types, old.type)
    chosen = kind in ("choice", "choices")
    listed = _one_of(form, f"{name}.options_from", ("", "work_units", "products"), old.options_from) if chosen else ""
    bounded = kind not in ("boolean", "person", "choice")
    longest = number(form, f"{name}.max_length", errors, 20_000, 1) if kind in ("text", "longtext") else None
    return k.Field(
        key=old.key,
        type=kind,
        title=words(form, f"{name}.title"),
        help=words(form, f"{name}.help"),
        required=f"{name}.required" in form,
        min=_clean(form.get(f"{name}.min", old.min))[:40] if bounded else "",
        max=_clean(form.get(f"{name}.max", old.max))[:40] if bounded and kind not in ("text", "longtext") else "",
        max_length=longest,
        options=same_options(_lines(form, f"{name}.options"), old.options) if chosen and not listed else (),
        options_from=listed,
        bind=_one_of(form, f"{name}.bind", ("", "shared", "digest", "lead_unit"), old.bind),
        columns=_rows(
            form, f"{name}.columns", old.columns, lambda here, known: _field(form, here, known, errors, COLUMN_TYPES)
        )
        if kind == "table"
        else (),
    )


def _lines(form: Form, name: str) -> list[Words]:
    """One option a line: Chinese, then English behind a bar."""
    found = []
    for line in form.get(name, "").splitlines()[:MOST_ROWS]:
        zh, _bar, en = (part.strip() for part in _clean(line).replace("｜", "|").partition("|"))
        if zh or en:
            found.append(Words(zh or en, en or zh))
    return found


def _point(form: Form, name: str, old: k.Item) -> k.Item:
    return k.Item(old.key, words(form, f"{name}.title"), f"{name}.required" in form)


def _proof(form: Form, name: str, old: k.Proof, errors: dict[str, Any]) -> k.Proof:
    accepts = tuple(sort for sort in ("file", "text") if f"{name}.{sort}" in form) or ("file", "text")
    least, most = number(form, f"{name}.min", errors, 100), number(form, f"{name}.max", errors, 100, 1)
    return k.Proof(old.key, words(form, f"{name}.title"), accepts, least or 0, most or old.max)


def acted(step: k.Step, act: str) -> k.Step:
    """The step after a button: a row added, moved or removed; as it was for anything else."""
    name, _dot, rest = act.partition(".")
    if name not in ("fields", "checklist", "evidence"):
        return step
    rows: tuple[Any, ...] = getattr(step, name)
    if rest == "add":
        return _with(step, name, (*rows, BLANK[name])) if len(rows) < MOST_ROWS else step
    raw, _dot, what = rest.partition(".")
    place = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else -1
    if not 0 <= place < len(rows):
        return step
    if name == "fields" and what.startswith("columns."):
        inner = _columns(rows[place], what.removeprefix("columns."))
        return replace(step, fields=(*rows[:place], inner, *rows[place + 1 :]))
    return _with(step, name, changed(rows, place, what))


def _with(step: k.Step, name: str, rows: tuple[Any, ...]) -> k.Step:
    made: dict[str, Any] = {name: rows}
    return replace(step, **made)


def _columns(item: k.Field, what: str) -> k.Field:
    if what == "add":
        return replace(item, columns=(*item.columns, BLANK["columns"])) if len(item.columns) < 20 else item
    raw, _dot, how = what.partition(".")
    place = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else -1
    return replace(item, columns=changed(item.columns, place, how))


def changed(rows: tuple[Row, ...], place: int, what: str) -> tuple[Row, ...]:
    """The rows with one moved up, down or taken out."""
    if what == "remove":
        return tuple(row for n, row in enumerate(rows) if n != place)
    return k.moved(rows, place, {"up": -1, "down": 1}.get(what, 0))
