"""What `/readyz` asks: open runs that cannot go on because something their definition names is no more."""

from sqlalchemy import select

from app.core.database import session
from app.workflow import registry
from app.workflow.models import Run
from app.workflow.queries.definitions import parsed_all, version_numbers


def vanished() -> list[str]:
    """A sentence for each name that open runs need and nobody registers any more: guards, lanes and sets."""
    digests = set(session.scalars(select(Run.digest).where(Run.state == "open").distinct()))
    definitions = parsed_all(digests)
    numbers = version_numbers(digests)
    found: dict[str, None] = {}
    for digest, definition in sorted(definitions.items(), key=lambda item: (item[1].key, numbers.get(item[0], 0))):
        where = f"{definition.key} version {numbers.get(digest, 0)}"
        for lane in definition.lanes.values():
            if registry.lane(lane.resolver) is None:
                found[f"{where}: lane resolver {lane.resolver} is not registered"] = None
        for step in definition.steps.values():
            calls = [*step.guards, *(guard for outcome in step.outcomes for guard in outcome.guards)]
            for call in calls:
                if registry.guard_named(call.name) is None:
                    found[f"{where}: guard {call.name} is not registered"] = None
            if step.multiply and registry.people_set(step.multiply.of) is None:
                found[f"{where}: set {step.multiply.of} is not registered"] = None
    return list(found)
