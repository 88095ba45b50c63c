"""From a body (YAML or JSON, as plain data) to a `Definition`. What fits together is the lint's; here only forms count."""

from typing import Any

from app.core.errors import FieldError, Invalid
from app.core.texts import _l
from app.workflow.rules.definition import (
    FIELD_TYPES,
    MAX_MEMBERS,
    RESULTS,
    UNITS,
    Anonymous,
    Card,
    ChecklistItem,
    Children,
    Column,
    Definition,
    End,
    EvidenceKind,
    Field,
    GuardCall,
    Lane,
    Multiply,
    Option,
    Outcome,
    Reason,
    Rung,
    Seal,
    Span,
    Stage,
    Step,
)
from app.workflow.rules.parts import Part

DEEPEST_REASON = 5


def read(body: Any) -> Definition:
    """The definition of a body; Invalid with an error for every place that has not the right form."""
    faults: list[FieldError] = []
    definition = _definition(Part(body, "", faults))
    if faults:
        raise Invalid.many(faults)
    return definition


def _definition(part: Part) -> Definition:
    steps = part.unique("steps", [_step(item) for item in part.parts("steps", required=True)], lambda step: step.key)
    ends = part.unique("ends", [_end(item) for item in part.parts("ends", required=True)], lambda end: end.key)
    stages = [_stage(item) for item in part.parts("stages", required=True)]
    definition = Definition(
        key=part.key(),
        title=part.title(),
        subject=part.key("subject"),
        lanes={key: _lane(key, item) for key, item in part.named("lanes").items()},
        stages=part.unique("stages", stages, lambda stage: stage.key),
        start=part.key("start"),
        steps={step.key: step for step in steps},
        ends={end.key: end for end in ends},
        close_from_anywhere=part.keys("close_from_anywhere"),
        summary=part.text("summary"),
    )
    part.close()
    return definition


def _stage(part: Part) -> Stage:
    stage = Stage(part.key(), part.title())
    part.close()
    return stage


def _lane(key: str, part: Part) -> Lane:
    lane = Lane(key, part.title(), part.key("resolver"), part.arguments(), part.keys("fallback"))
    part.close()
    return lane


def _end(part: Part) -> End:
    end = End(part.key(), part.one_of("result", RESULTS), part.title(), _reasons(part, "reasons", 1))
    known: list[Reason] = []
    waiting = list(end.reasons)
    while waiting:
        reason = waiting.pop()
        known.append(reason)
        waiting.extend(reason.children)
    part.unique("reasons", known, lambda reason: reason.key)
    part.close()
    return end


def _reasons(part: Part, name: str, depth: int) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for item in part.parts(name):
        if depth > DEEPEST_REASON:
            item.fault("", "too_deep", _l("Reasons are nested too deeply."))
            break
        found.append(Reason(item.key(), item.title(), _reasons(item, "children", depth + 1)))
        item.close()
    return tuple(found)


def _step(part: Part) -> Step:
    returns = part.keys("returns") if part.get("returns") is not None else None
    step = Step(
        key=part.key(),
        stage=part.key("stage"),
        title=part.title(),
        lane=part.key("lane", None),
        instruction=part.text("instruction"),
        join=part.flag("join"),
        due=_span(part.part("due")),
        fields=part.unique("fields", [_field(item) for item in part.parts("fields")], lambda item: item.key),
        checklist=part.unique("checklist", [_item(item) for item in part.parts("checklist")], lambda item: item.key),
        evidence=part.unique("evidence", [_evidence(item) for item in part.parts("evidence")], lambda item: item.kind),
        guards=_guards(part),
        outcomes=part.unique(
            "outcomes", [_outcome(item) for item in part.parts("outcomes", required=True)], lambda item: item.key
        ),
        not_same_as=part.keys("not_same_as"),
        returns=returns,
        escalation=tuple(_rung(item) for item in part.parts("escalation")),
        voided_by=part.keys("voided_by"),
        multiply=_multiply(part.part("multiply")),
        sealed=_seal(part.part("sealed")),
        anonymous=_anonymous(part.part("anonymous")),
        children=_children(part.part("children")),
        card=_card(part.part("card")),
    )
    part.close()
    return step


def _span(part: Part | None) -> Span | None:
    if part is None:
        return None
    unit = part.one_of("unit", UNITS, UNITS[0])
    span = Span(part.number("within", ..., 0, 3650 if unit == "working_days" else 3650 * 24), unit)
    part.close()
    return span


def _column(part: Part, types: tuple[str, ...]) -> dict[str, Any]:
    return {
        "key": part.key(),
        "type": part.one_of("type", types),
        "title": part.title(),
        "help": part.text("help"),
        "required": part.flag("required"),
        "min": _bound(part, "min"),
        "max": _bound(part, "max"),
        "max_length": part.number("max_length", None, 1, 100_000),
        "options": part.unique("options", [_option(item) for item in part.parts("options")], lambda item: item.key),
        "options_from": part.key("options_from", None),
    }


def _bound(part: Part, name: str) -> str | None:
    value = part.get(name)
    if value is None or (isinstance(value, str) and len(value) <= 40):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    if hasattr(value, "isoformat"):  # YAML reads an unquoted date as a date
        return str(value.isoformat())
    part.fault(name, "limit", _l("This is not a limit."))
    return None


def _field(part: Part) -> Field:
    columns = []
    for item in part.parts("columns"):
        columns.append(Column(**_column(item, tuple(name for name in FIELD_TYPES if name != "table"))))
        item.close()
    field = Field(
        **_column(part, FIELD_TYPES),
        bind=part.key("bind", None),
        columns=part.unique("columns", columns, lambda column: column.key),
    )
    part.close()
    return field


def _option(part: Part) -> Option:
    option = Option(part.key(), part.title())
    part.close()
    return option


def _item(part: Part) -> ChecklistItem:
    item = ChecklistItem(part.key(), part.title(), part.flag("required", True))
    part.close()
    return item


def _evidence(part: Part) -> EvidenceKind:
    accepts = part.keys("accepts") or ("file", "text")
    if not set(accepts) <= {"file", "text"}:
        part.fault("accepts", "choice", _l("This should be one of: %(choices)s.", choices="file, text"))
    kind = EvidenceKind(
        part.key("kind"), part.title(), accepts, part.number("min", 0, 0, 100), part.number("max", 20, 1, 100)
    )
    part.close()
    return kind


def _guards(part: Part) -> tuple[GuardCall, ...]:
    found = []
    for item in part.parts("guards"):
        found.append(GuardCall(item.key("name"), item.arguments()))
        item.close()
    return tuple(found)


def _outcome(part: Part) -> Outcome:
    outcome = Outcome(
        key=part.key(),
        title=part.title(),
        to=part.keys("to"),
        end=part.key("end", None),
        needs_reason=part.flag("needs_reason"),
        unconditional=part.flag("unconditional"),
        guards=_guards(part),
    )
    if bool(outcome.to) == (outcome.end is not None):
        part.fault("to", "outcome", _l("A way out leads either to steps or to an end."))
    part.close()
    return outcome


def _rung(part: Part) -> Rung:
    rung = Rung(_span(part.part("after")) or Span(0), part.key("to"), part.flag("hand_over"), part.flag("unclaimed"))
    if rung.unclaimed and not rung.hand_over:
        part.fault("unclaimed", "hand_over", _l("Only a rung that hands over does so for what nobody has taken."))
    part.close()
    return rung


def _multiply(part: Part | None) -> Multiply | None:
    if part is None:
        return None
    need = part.get("need", "all")
    if need not in ("all", "any"):
        need = part.number("need", "all", 1, MAX_MEMBERS)
    multiply = Multiply(part.key("of"), part.arguments(), need)
    part.close()
    return multiply


def _seal(part: Part | None) -> Seal | None:
    if part is None:
        return None
    seal = Seal(part.key("until"), part.keys("seen_by"))
    part.close()
    return seal


def _anonymous(part: Part | None) -> Anonymous | None:
    if part is None:
        return None
    anonymous = Anonymous(part.keys("seen_by"))
    part.close()
    return anonymous


def _children(part: Part | None) -> Children | None:
    if part is None:
        return None
    children = Children(
        process=part.key("process"),
        of=part.key("of", None),
        args=part.arguments(),
        wait=part.flag("wait", True),
        on_cancel=part.one_of("on_cancel", ("cancel", "leave"), "cancel"),
    )
    part.close()
    return children


def _card(part: Part | None) -> Card | None:
    if part is None:
        return None
    skills = part.unique("skills", [_option(item) for item in part.parts("skills")], lambda item: item.key)
    card = Card(skills, part.text("good"), part.text("example"), part.texts("mistakes"))
    part.close()
    return card
