"""From the builder's shape to the body of a definition, and back: `kind_of(body_of(kind)) == kind` for every kind.

A body that says more than the shape can hold (forks, several people at once, sealed steps …) has no kind: it is edited as
text. Bodies of unfinished kinds are written all the same; the core's lint tells what they still lack.
"""

from collections.abc import Mapping
from typing import Any

from app.core.errors import Invalid
from app.work.rules import kinds as k
from app.work.rules.kind_texts import TEXTS, Words
from app.workflow.rules.reading import read

SUBJECT = "work_item"
ON = {k.WORK: "hand_in", k.ACCEPT: "accept", k.APPROVE: "approve", k.CONFIRM: "confirm"}
"""The ordinary way out of a step, by what the step is for: the body says the sort by it."""
_SORTS = {key: sort for sort, key in ON.items()}
BACK, DECLINE, REFUSE = "back", "decline", "refuse"
ARCHIVED, DECLINED, REFUSED, RECALLED, CANCELLED = "archived", "declined", "refused", "recalled", "cancelled"
_RESULTS = {
    ARCHIVED: "success", DECLINED: "failure", REFUSED: "failure", RECALLED: "cancelled", CANCELLED: "cancelled",
}  # fmt: skip
_RESOLVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    k.SENDER: ("work_sender", ("unit_head",)),
    k.DOERS: ("work_doers", ("unit_head",)),
    k.HEAD: ("unit_head", ()),
    k.LEAD: ("work_lead", ("unit_head",)),
}
LANES = {direction: TEXTS[direction] for direction in k.DIRECTIONS}
"""Who may stand at a step, and what they are called, by direction."""
ROLES = TEXTS["roles"]
"""Granted roles that a step may be given to: for the unit, or the nearest above it."""


def body_of(kind: k.Kind) -> dict[str, Any]:
    """The definition's body; plain JSON, whole for whole kinds."""
    ends = [ARCHIVED]
    ends += [DECLINED] if any(step.sort == k.ACCEPT for step in kind.steps) else []
    ends += [REFUSED] if any(step.sort == k.APPROVE for step in kind.steps) else []
    who = [k.SENDER, k.DOERS, k.HEAD, *(step.who for step in kind.steps)]
    return {
        "key": kind.key,
        "title": _text(kind.title),
        **({"summary": _text(kind.summary)} if kind.summary else {}),
        "subject": SUBJECT,
        "lanes": {name: _lane(kind, name) for name in dict.fromkeys(who)},
        "stages": [{"key": step.key, "title": _text(step.title)} for step in kind.steps],
        "start": kind.steps[0].key if kind.steps else "",
        "steps": [_step(kind, number, step) for number, step in enumerate(kind.steps)],
        "ends": [_end(key) for key in (*ends, RECALLED, CANCELLED)],
        "close_from_anywhere": [RECALLED, CANCELLED],
    }


def _text(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _lane(kind: k.Kind, name: str) -> dict[str, Any]:
    if name.startswith(k.ROLE):
        role = name.removeprefix(k.ROLE)
        title = ROLES.get(role, Words(role, role))
        return {"title": _text(title), "resolver": "unit_role", "with": {"role": role}, "fallback": ["unit_head"]}
    title = LANES.get(kind.direction, {}).get(name, Words(name, name))
    resolver, fallback = _RESOLVERS.get(name, (name, ()))
    return {"title": _text(title), "resolver": resolver, **({"fallback": list(fallback)} if fallback else {})}


def _end(key: str) -> dict[str, Any]:
    return {"key": key, "result": _RESULTS[key], "title": _text(TEXTS["ends"][key])}


def _step(kind: k.Kind, number: int, step: k.Step) -> dict[str, Any]:
    found: dict[str, Any] = {"key": step.key, "stage": step.key, "title": _text(step.title), "lane": step.who}
    if step.instruction:
        found["instruction"] = _text(step.instruction)
    if step.due is not None:
        found["due"] = {"within": step.due, "unit": step.due_unit}
    if step.fields:
        found["fields"] = [_field(item) for item in step.fields]
    if step.checklist:
        found["checklist"] = [
            {"key": item.key, "title": _text(item.title), "required": item.required} for item in step.checklist
        ]
    if step.evidence:
        found["evidence"] = [_proof(item) for item in step.evidence]
    found["outcomes"] = _outcomes(kind, number, step)
    judged = [earlier.key for earlier in kind.steps[:number] if earlier.sort == k.WORK]
    if step.sort == k.APPROVE and step.who != k.SENDER and judged:
        found["not_same_as"] = judged
    if step.tell_after is not None:
        over = {"hand_over": True, "unclaimed": True} if step.hand_over else {}
        found["escalation"] = [{"after": {"within": step.tell_after, "unit": "working_days"}, "to": k.HEAD, **over}]
    return found


def _outcomes(kind: k.Kind, number: int, step: k.Step) -> list[dict[str, Any]]:
    after = kind.steps[number + 1 :]
    on: dict[str, Any] = {"to": [after[0].key]} if after else {"end": ARCHIVED}
    found: list[dict[str, Any]] = [{"key": ON[step.sort], "title": _text(step.button), **on}]
    if step.back:
        found += _aside(BACK, step.back_button, {"to": [step.back]})
    if step.sort == k.ACCEPT:
        found += _aside(DECLINE, TEXTS["asides"][DECLINE], {"end": DECLINED})
    if step.sort == k.APPROVE:
        found += _aside(REFUSE, TEXTS["asides"][REFUSE], {"end": REFUSED})
    return found


def _aside(key: str, title: Words, to: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "title": _text(title), **to, "needs_reason": True, "unconditional": True}]


def _field(item: k.Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": item.key, "type": item.type, "title": _text(item.title), "required": item.required,
    }  # fmt: skip
    if item.help:
        found["help"] = _text(item.help)
    for name in ("min", "max", "options_from", "bind"):
        if getattr(item, name):
            found[name] = getattr(item, name)
    if item.max_length is not None:
        found["max_length"] = item.max_length
    if item.options:
        found["options"] = [{"key": option.key, "title": _text(option.title)} for option in item.options]
    if item.columns:
        found["columns"] = [_field(column) for column in item.columns]
    return found


def _proof(item: k.Proof) -> dict[str, Any]:
    return {
        "kind": item.key, "title": _text(item.title), "accepts": list(item.accepts), "min": item.min, "max": item.max,
    }  # fmt: skip


def kind_of(body: Any) -> k.Kind | None:
    """The kind that a body says, None when it says more than the builder can show."""
    if not isinstance(body, Mapping):
        return None
    try:
        kind = _kind(body)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    written = body_of(kind)
    if written == body:
        return kind
    try:
        return kind if read(written) == read(body) else None
    except Invalid:
        return None


def _kind(body: Mapping[str, Any]) -> k.Kind:
    steps = tuple(_read_step(item) for item in body["steps"])
    raised = body["lanes"][k.SENDER]["title"] == _text(LANES[k.RAISED][k.SENDER])
    return k.Kind(
        body["key"], _words(body["title"]), _words(body.get("summary")), k.RAISED if raised else k.ASSIGNED, steps
    )


def _words(value: Any) -> Words:
    return Words(str(value.get("zh") or ""), str(value.get("en") or "")) if value else Words()


def _read_step(item: Mapping[str, Any]) -> k.Step:
    ways = {way["key"]: way for way in item["outcomes"]}
    on = item["outcomes"][0]
    sort = _SORTS[on["key"]]
    back = ways.get(BACK)
    due, told = item.get("due"), item.get("escalation") or []
    return k.Step(
        key=item["key"],
        sort=sort,
        title=_words(item["title"]),
        who=item["lane"],
        instruction=_words(item.get("instruction")),
        button=_words(on["title"]),
        back=_first(back["to"]) if back else "",
        back_button=_words(back["title"]) if back else k.BACK_BUTTONS[sort],
        due=due["within"] if due else None,
        due_unit=due.get("unit", "working_days") if due else "working_days",
        tell_after=told[0]["after"]["within"] if told else None,
        hand_over=bool(told and told[0].get("unclaimed")),
        fields=tuple(_read_field(field) for field in item.get("fields", ())),
        checklist=tuple(
            k.Item(point["key"], _words(point["title"]), bool(point.get("required", True)))
            for point in item.get("checklist", ())
        ),
        evidence=tuple(_read_proof(proof) for proof in item.get("evidence", ())),
    )


def _first(value: Any) -> str:
    return value if isinstance(value, str) else str(value[0])


def _read_field(item: Mapping[str, Any]) -> k.Field:
    return k.Field(
        key=item["key"],
        type=item["type"],
        title=_words(item["title"]),
        help=_words(item.get("help")),
        required=bool(item.get("required", False)),
        min=_limit(item.get("min")),
        max=_limit(item.get("max")),
        max_length=item.get("max_length"),
        options=tuple(k.Option(option["key"], _words(option["title"])) for option in item.get("options", ())),
        options_from=item.get("options_from") or "",
        bind=item.get("bind") or "",
        columns=tuple(_read_field(column) for column in item.get("columns", ())),
    )


def _limit(value: Any) -> str:
    return "" if value is None else str(value)


def _read_proof(item: Mapping[str, Any]) -> k.Proof:
    return k.Proof(
        item["kind"], _words(item["title"]), tuple(item.get("accepts") or ("file", "text")), item.get("min", 0),
        item.get("max", 20),
    )  # fmt: skip
