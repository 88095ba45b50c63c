"""Who may do a step: lanes, fallbacks, exclusions, sets."""

from collections.abc import Iterable

from app.core.errors import MissingItem
from app.core.texts import _l, text
from app.workflow.rules.definition import MAX_MEMBERS, Definition, Step
from app.workflow.rules.facts import Facts
from app.workflow.rules.state import RunState, TurnState


def lane_and_fallbacks(definition: Definition, name: str) -> list[str]:
    """A lane, then the lanes (or bare resolvers) that stand in for it, in the order they are asked."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        key = waiting.pop(0)
        if key not in found:
            found.append(key)
            lane = definition.lanes.get(key)
            waiting += lane.fallback if lane else ()
    return found


def excluded(step: Step, state: RunState | None, also: Iterable[int] = ()) -> frozenset[int]:
    """Who may not do the step because they, or somebody for them, have done a step of `not_same_as` in this run."""
    return (state.doers(step.not_same_as) if state else frozenset()).union(also)


def candidates(definition: Definition, step: Step, facts: Facts, without: frozenset[int]) -> tuple[int, ...]:
    """Who may claim the step: the lane's people without the excluded, else those of the first fallback with anybody."""
    for name in lane_and_fallbacks(definition, step.lane) if step.lane else ():
        people = tuple(person for person in dict.fromkeys(facts.lanes.get(name, ())) if person not in without)
        if people:
            return people
    return ()


def lane_people(definition: Definition, step: Step, facts: Facts) -> frozenset[int]:
    """Everybody of the step's lane and of its fallbacks."""
    names = lane_and_fallbacks(definition, step.lane) if step.lane else []
    return frozenset(person for name in names for person in facts.lanes.get(name, ()))


def members(step: Step, facts: Facts, without: frozenset[int]) -> tuple[int, ...]:
    """The set of a multiplied step, the excluded left out."""
    return tuple(person for person in dict.fromkeys(facts.sets.get(step.key, ())) if person not in without)


def nobody(definition: Definition, step: Step, facts: Facts, without: frozenset[int]) -> MissingItem | None:
    """What is missing for the step to be opened: somebody in its lane, or a set that is big enough; None when fine."""
    name = text(step.title)
    if step.multiply:
        count, least = len(members(step, facts, without)), step.multiply.least
        if count < least:
            message = _l(
                "“%(step)s” needs at least %(least)d people, there are %(count)d.", step=name, least=least, count=count
            )
            return MissingItem("lane", step.key, message)
        if count > MAX_MEMBERS:
            message = _l(
                "“%(step)s” takes at most %(most)d people, there are %(count)d.",
                step=name,
                most=MAX_MEMBERS,
                count=count,
            )
            return MissingItem("lane", step.key, message)
        return None
    if candidates(definition, step, facts, without):
        return None
    lane = definition.lanes.get(step.lane or "")
    message = _l(
        "Nobody can do “%(step)s”: find somebody for %(lane)s.", step=name, lane=text(lane.title) if lane else name
    )
    return MissingItem("lane", step.lane or step.key, message)


def eligible(turn: TurnState, person: int) -> bool:
    """Whether the turn waits for this person: theirs, or unclaimed in a lane of theirs."""
    return turn.assignee == person if turn.assignee is not None else person in turn.candidates


def own_case(definition: Definition, state: RunState, step: Step, facts: Facts) -> MissingItem | None:
    """Why the acting person has no say in a step: they did what it judges. Nor do they choose who does it (D3)."""
    if not facts.hands & excluded(step, state):
        return None
    names = ", ".join(text(definition.step(key).title) for key in step.not_same_as if key in definition.steps)
    message = _l("Whoever did “%(steps)s” cannot do this step as well.", steps=names)
    return MissingItem("lane", step.lane or step.key, message)


def wrong_hands(definition: Definition, state: RunState, turn: TurnState, facts: Facts) -> MissingItem | None:
    """Why the acting person cannot do this turn; None when they can. Both hands count: the actor's and the behalf's."""
    step = definition.step(turn.step)
    biased = own_case(definition, state, step, facts)
    if biased:
        return biased
    if not eligible(turn, facts.person):
        return MissingItem("lane", step.lane or step.key, _l("This step waits for somebody else."))
    return None
