"""The shape of a definition's forks: which step stands inside of which forks, and where each fork is joined.

A fork opens by an outcome with several steps and closes at one step marked as a join, all inside one stage; forks may be
nested. Every step stands in the same forks on every way to it.
"""

from collections import deque
from dataclasses import dataclass, field

from app.core.texts import _l
from app.workflow.rules.definition import Definition, Outcome, Step
from app.workflow.rules.faults import Fault

DEEPEST = 5

Place = tuple[str, str]
"""A fork: the step and the outcome that open it."""


@dataclass(slots=True)
class Shape:
    """`inside`: the forks around each step that can be reached, outermost first. `joins`: where each fork closes."""

    inside: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    joins: dict[Place, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def shape_of(definition: Definition) -> Shape:
    """Follow every outcome from the start. Names that do not exist are skipped: the lint tells of those."""
    shape = Shape()
    waiting: deque[tuple[str, tuple[Place, ...]]] = deque()
    if definition.start in definition.steps:
        waiting.append((definition.start, ()))
    told: set[str] = set()
    while waiting:
        key, inside = waiting.popleft()
        if key in shape.inside:
            if shape.inside[key] != inside and key not in told:
                told.add(key)
                message = _l("“%(step)s” is reached from inside of a fork and from outside of it.", step=key)
                shape.faults.append(Fault(f"steps.{key}", "fork_crossed", message))
            continue
        shape.inside[key] = inside
        step = definition.steps[key]
        for outcome in step.outcomes:
            waiting.extend(_follow(definition, shape, step, outcome, inside))
    for place in dict.fromkeys(place for inside in shape.inside.values() for place in inside):
        _closed(definition, shape, place)
    return shape


def _follow(
    definition: Definition, shape: Shape, step: Step, outcome: Outcome, inside: tuple[Place, ...]
) -> list[tuple[str, tuple[Place, ...]]]:
    where = f"steps.{step.key}.outcomes.{outcome.key}"
    targets = [definition.steps[key] for key in outcome.to if key in definition.steps]
    if outcome.end is not None:
        end = definition.ends.get(outcome.end)
        if inside and end and end.result == "success":
            message = _l(
                "“%(step)s” ends the run well from inside of a fork; the fork has to be joined first.", step=step.key
            )
            shape.faults.append(Fault(where, "fork_unclosed", message))
        return []
    if outcome.forks:
        return _branches(shape, step, outcome, targets, inside, where)
    found: list[tuple[str, tuple[Place, ...]]] = []
    for target in targets:
        if not target.join:
            found.append((target.key, inside))
        elif not inside:
            message = _l("“%(step)s” is a join and is reached from outside of a fork.", step=target.key)
            shape.faults.append(Fault(where, "join_outside", message))
        else:
            known = shape.joins.setdefault(inside[-1], target.key)
            if known != target.key:
                message = _l("The fork of “%(step)s” is joined at “%(one)s” and at “%(other)s”; one join is right.",
                             step=inside[-1][0], one=known, other=target.key)  # fmt: skip
                shape.faults.append(Fault(where, "two_joins", message))
            found.append((target.key, inside[:-1]))
    return found


def _branches(
    shape: Shape, step: Step, outcome: Outcome, targets: list[Step], inside: tuple[Place, ...], where: str
) -> list[tuple[str, tuple[Place, ...]]]:
    if len(inside) >= DEEPEST:
        shape.faults.append(Fault(where, "too_deep", _l("Forks are nested too deeply.")))
        return []
    for target in targets:
        if target.join:
            message = _l(
                "A branch of the fork begins at its join “%(step)s”: it has no step of its own.", step=target.key
            )
            shape.faults.append(Fault(where, "empty_branch", message))
    branches = [target for target in targets if not target.join]
    return [(target.key, (*inside, (step.key, outcome.key))) for target in branches]


def _closed(definition: Definition, shape: Shape, place: Place) -> None:
    opener = definition.steps[place[0]]
    where = f"steps.{place[0]}.outcomes.{place[1]}"
    join = shape.joins.get(place)
    outcome = opener.outcome(place[1])
    for key in outcome.to if outcome else ():
        if key in definition.steps and (join is None or not _reaches(definition, key, join)):
            message = _l(
                "The branch “%(branch)s” of the fork of “%(step)s” never comes to a join.", branch=key, step=place[0]
            )
            shape.faults.append(Fault(where, "fork_unclosed", message))
    within = [key for key, inside in shape.inside.items() if place in inside]
    for key in [*within, *([join] if join else [])]:
        if definition.steps[key].stage != opener.stage:
            message = _l("“%(step)s” stands in another stage than the fork of “%(fork)s”; a fork stays inside one stage.",
                         step=key, fork=place[0])  # fmt: skip
            shape.faults.append(Fault(f"steps.{key}.stage", "fork_stage", message))


def _reaches(definition: Definition, start: str, goal: str) -> bool:
    return goal in reachable(definition, start)


def reachable(definition: Definition, start: str) -> frozenset[str]:
    """The steps that outcomes lead to from this one, itself included only when a way leads back to it."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        step = definition.steps.get(waiting.pop())
        fresh = [key for outcome in step.outcomes for key in outcome.to if key not in seen] if step else []
        seen.update(fresh)
        waiting += fresh
    return frozenset(key for key in seen if key in definition.steps)
