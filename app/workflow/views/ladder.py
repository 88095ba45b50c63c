"""The escalation ladder of a turn as its page shows it: whom each rung tells, when, and who was told."""

from typing import Any

from app.core.texts import text
from app.people import queries as people
from app.workflow import queries
from app.workflow.queries import Opened
from app.workflow.rules import events as e


def ladder_of(opened: Opened) -> list[dict[str, Any]]:
    """Rungs in order: lane, moment, and for those that have fired when and whom. No statement before the first has fired."""
    turn = opened.turn
    step = opened.definition.steps.get(turn.step)
    if step is None or not turn.rungs or not opened.sight().content:
        return []
    fired: dict[int, Any] = {}
    if turn.fired:
        for event in queries.latest_events(opened, {e.RUNG_FIRED}, 100):
            if event.data.get("turn") == turn.number and "rung" in event.data:
                fired[event.data["rung"]] = event
    names = people.names({person for event in fired.values() for person in event.data.get("people", ())})
    found = []
    for number, (rung, at) in enumerate(zip(step.escalation, turn.rungs, strict=False)):
        lane = opened.definition.lanes.get(rung.to)
        told = fired.get(number)
        found.append(
            {
                "to": text(lane.title) if lane else rung.to,
                "at": at,
                "told_at": told.at if told else None,
                "people": [names[i] for i in told.data.get("people", ()) if i in names] if told else [],
                "hand_over": rung.hand_over and not rung.unclaimed,
                "unclaimed": rung.unclaimed,
            }
        )
    return found
