"""What would go wrong with a definition, before it is published: one sentence per fault, with its place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.core.errors import Invalid
from app.core.texts import _l
from app.workflow.rules.definition import Definition, Step
from app.workflow.rules.faults import Fault
from app.workflow.rules.limits import field_faults
from app.workflow.rules.reading import read
from app.workflow.rules.shape import reachable, shape_of


@dataclass(frozen=True, slots=True)
class Names:
    """What the registries know. `subjects` maps a kind to its bound attributes; None for a registry that is not asked."""

    lanes: frozenset[str] | None = None
    sets: frozenset[str] | None = None
    guards: frozenset[str] | None = None
    children: frozenset[str] | None = None
    subjects: Mapping[str, frozenset[str]] | None = None
    processes: frozenset[str] | None = None
    options: frozenset[str] | None = None


def check(body: Any, names: Names | None = None) -> list[Fault]:
    """All faults of a body: of its form or, when that is right, of what it says. Empty: it may be published."""
    try:
        definition = read(body)
    except Invalid as invalid:
        return [Fault(error.field, error.code, error.message) for error in invalid.errors]
    return lint(definition, names)


def lint(definition: Definition, names: Names | None = None) -> list[Fault]:
    """The faults of a definition that has the right form."""
    faults = [*_names(definition), *_registered(definition, names or Names())]
    for step in definition.steps.values():
        faults += _step(definition, step)
        faults += field_faults(step)
    if not faults:
        faults += shape_of(definition).faults
        faults += _ways(definition)
        faults += _order(definition)
    return faults


def _unknown(place: str, name: str) -> Fault:
    return Fault(place, "unknown", _l("“%(name)s” is named here but does not exist.", name=name))


def _names(definition: Definition) -> Iterator[Fault]:
    """Names that point inside of the definition."""
    stages = {stage.key for stage in definition.stages}
    if definition.start not in definition.steps:
        yield _unknown("start", definition.start)
    elif definition.steps[definition.start].join:
        yield Fault("start", "join_outside", _l("The first step cannot be a join."))
    for key in definition.close_from_anywhere:
        if key not in definition.ends:
            yield _unknown("close_from_anywhere", key)
        elif definition.ends[key].result == "success":
            message = _l("A run cannot be closed as a success from anywhere.")
            yield Fault("close_from_anywhere", "success", message)
    if not definition.close_from_anywhere:
        message = _l("A run that cannot go on has to be closed: name an end for it.")
        yield Fault("close_from_anywhere", "required", message)
    used = {step.stage for step in definition.steps.values()}
    for stage in definition.stages:
        if stage.key not in used:
            yield Fault(
                f"stages.{stage.key}", "unused", _l("No step belongs to the stage “%(stage)s”.", stage=stage.key)
            )
    for step in definition.steps.values():
        where = f"steps.{step.key}"
        if step.stage not in stages:
            yield _unknown(f"{where}.stage", step.stage)
        for outcome in step.outcomes:
            if outcome.end is not None and outcome.end not in definition.ends:
                yield _unknown(f"{where}.outcomes.{outcome.key}.end", outcome.end)
            for key in outcome.to:
                if key not in definition.steps:
                    yield _unknown(f"{where}.outcomes.{outcome.key}.to", key)
            if len(set(outcome.to)) < len(outcome.to):
                message = _l("Two branches of a fork begin at the same step.")
                yield Fault(f"{where}.outcomes.{outcome.key}.to", "duplicate", message)
        lists = {"not_same_as": step.not_same_as, "returns": step.returns or ()}
        for name, keys in lists.items():
            for key in keys:
                if key not in definition.steps:
                    yield _unknown(f"{where}.{name}", key)
        if step.sealed and step.sealed.until not in definition.steps:
            yield _unknown(f"{where}.sealed.until", step.sealed.until)
        yield from _step_lanes(definition, step)


def _step_lanes(definition: Definition, step: Step) -> Iterator[Fault]:
    where = f"steps.{step.key}"
    if step.lane is not None and step.lane not in definition.lanes:
        yield _unknown(f"{where}.lane", step.lane)
    if step.lane is None and step.multiply is None:
        yield Fault(f"{where}.lane", "required", _l("Nobody is said to do “%(step)s”: give it a lane.", step=step.key))
    for name, lanes in (
        ("sealed.seen_by", step.sealed.seen_by if step.sealed else ()),
        ("anonymous.seen_by", step.anonymous.seen_by if step.anonymous else ()),
        ("escalation", tuple(rung.to for rung in step.escalation)),
    ):
        for lane in lanes:
            if lane not in definition.lanes:
                yield _unknown(f"{where}.{name}", lane)


def _registered(definition: Definition, names: Names) -> Iterator[Fault]:
    """Names that other rooms must have registered."""
    if names.subjects is not None and definition.subject not in names.subjects:
        yield _unknown("subject", definition.subject)
    for lane in definition.lanes.values():
        yield from _not_in(names.lanes, f"lanes.{lane.key}.resolver", [lane.resolver])
        bare = [name for name in lane.fallback if name not in definition.lanes]
        yield from _not_in(names.lanes, f"lanes.{lane.key}.fallback", bare)
    attributes = names.subjects.get(definition.subject) if names.subjects is not None else None
    for step in definition.steps.values():
        where = f"steps.{step.key}"
        yield from _not_in(names.guards, f"{where}.guards", [call.name for call in step.guards])
        for outcome in step.outcomes:
            calls = [call.name for call in outcome.guards]
            yield from _not_in(names.guards, f"{where}.outcomes.{outcome.key}.guards", calls)
        if step.multiply:
            yield from _not_in(names.sets, f"{where}.multiply.of", [step.multiply.of])
        if step.children:
            yield from _not_in(names.processes, f"{where}.children.process", [step.children.process])
            if step.children.of:
                yield from _not_in(names.children, f"{where}.children.of", [step.children.of])
        yield from _not_in(attributes, f"{where}.voided_by", step.voided_by)
        for field in step.fields:
            yield from _not_in(attributes, f"{where}.fields.{field.key}.bind", [field.bind] if field.bind else [])
            lists = [column.options_from for column in (field, *field.columns) if column.options_from]
            yield from _not_in(names.options, f"{where}.fields.{field.key}.options_from", lists)


def _not_in(known: frozenset[str] | None, place: str, asked: Iterable[str]) -> Iterator[Fault]:
    return (_unknown(place, name) for name in asked if known is not None and name not in known)


def _step(definition: Definition, step: Step) -> Iterator[Fault]:
    """What a step says about itself."""
    where = f"steps.{step.key}"
    if not step.outcomes:
        yield Fault(f"{where}.outcomes", "required", _l("“%(step)s” has no way out.", step=step.key))
    elif step.outcomes[0].unconditional:
        message = _l("The ordinary way out of “%(step)s” asks for nothing; put it after another.", step=step.key)
        yield Fault(f"{where}.outcomes", "unconditional", message)
    if step.key in step.not_same_as:
        yield Fault(f"{where}.not_same_as", "itself", _l("“%(step)s” names itself.", step=step.key))
    if step.returns is not None and step.key in step.returns:
        yield Fault(f"{where}.returns", "itself", _l("“%(step)s” names itself.", step=step.key))
    if step.escalation and step.due is None:
        yield Fault(
            f"{where}.escalation", "due", _l("“%(step)s” is never due, so nobody would be told.", step=step.key)
        )
    afters = [(rung.after.unit, rung.after.within) for rung in step.escalation]
    if any(one[0] == other[0] and one[1] >= other[1] for one, other in pairwise(afters)):
        yield Fault(f"{where}.escalation", "order", _l("Each rung of the ladder comes later than the one before."))
    if step.multiply and any(rung.hand_over for rung in step.escalation):
        message = _l("“%(step)s” is asked of each person by name; the ladder cannot hand it over.", step=step.key)
        yield Fault(f"{where}.escalation", "hand_over", message)
    for field in step.fields:
        if field.bind in step.voided_by:
            message = _l(
                "“%(step)s” would change “%(name)s”, which voids its own decision.", step=step.key, name=field.bind
            )
            yield Fault(f"{where}.fields.{field.key}.bind", "voids_itself", message)
    binds = [field.bind for field in step.fields if field.bind]
    if len(set(binds)) < len(binds):
        yield Fault(f"{where}.fields", "duplicate", _l("Two fields are bound to the same attribute."))


def _ways(definition: Definition) -> Iterator[Fault]:
    """Every step can be reached, every end too, and from each step some success."""
    found = reachable(definition, definition.start) | {definition.start}
    for key in definition.steps:
        if key not in found:
            yield Fault(f"steps.{key}", "unreachable", _l("No way leads to “%(step)s”.", step=key))
    ends = {outcome.end for key in found for outcome in definition.steps[key].outcomes if outcome.end}
    for key in definition.ends:
        if key not in ends and key not in definition.close_from_anywhere:
            yield Fault(f"ends.{key}", "unreachable", _l("No way leads to the end “%(end)s”.", end=key))
    good = {key for key, end in definition.ends.items() if end.result == "success"}
    if not good:
        yield Fault("ends", "success", _l("The process has no good end."))
        return
    for key in found:
        further = reachable(definition, key) | {key}
        if not any(outcome.end in good for step in further for outcome in definition.steps[step].outcomes):
            yield Fault(f"steps.{key}", "no_success", _l("From “%(step)s” no way leads to a good end.", step=key))


def _order(definition: Definition) -> Iterator[Fault]:
    """Steps that are said to come before or after another really can."""
    for step in definition.steps.values():
        where = f"steps.{step.key}"
        further = reachable(definition, step.key)
        for name, keys in (("not_same_as", step.not_same_as), ("returns", step.returns or ())):
            for key in keys:
                if step.key not in reachable(definition, key):
                    message = _l("“%(step)s” never comes before “%(other)s”.", step=key, other=step.key)
                    yield Fault(f"{where}.{name}", "never_before", message)
        if step.sealed and step.sealed.until != step.key and step.sealed.until not in further:
            message = _l("“%(step)s” would stay sealed for ever: “%(until)s” never comes after it.",
                         step=step.key, until=step.sealed.until)  # fmt: skip
            yield Fault(f"{where}.sealed.until", "never_after", message)
