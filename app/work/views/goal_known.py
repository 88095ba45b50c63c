"""What was said in a goal's steps: proposals, self-evaluation, joint evaluation, in the reader's words."""

from typing import Any

from app.core.texts import text
from app.people import queries as people
from app.workflow import queries as workflow
from app.workflow.queries.opened import Opened
from app.workflow.rules.sealing import sight


def evaluations(run: Opened) -> list[dict[str, Any]]:
    """The steps that are done and say something, newest first. Two statements."""
    viewed = run.viewer()
    turns = [
        turn
        for turn in run.state.turns.values()
        if turn.state == "done"
        and turn.step in ("self_evaluation", "joint_evaluation")
        and run.state.rounds[turn.round].in_force
        and turn.step in run.definition.steps
        and sight(run.definition, run.state, turn, viewed).content
    ]
    if not turns:
        return []
    entered = workflow.entered(run.run.id, [turn.number for turn in turns])
    names = people.names({turn.by for turn in turns})
    found = []
    for turn in reversed(turns):
        step, values = run.definition.step(turn.step), entered.get(turn.number, {})
        outcome = step.outcome(turn.outcome or "")
        fields = []
        for field in step.fields:
            value = values.get(field.key)
            if value in (None, "", []):
                continue
            options = {option.key: text(option.title) for option in field.options}
            fields.append({"title": text(field.title), "text": options.get(str(value), str(value))})
        found.append(
            {
                "title": text(step.title),
                "who": names.get(turn.by or 0, ""),
                "at": turn.closed_at,
                "outcome": text(outcome.title) if outcome else "",
                "fields": fields,
            }
        )
    return found
