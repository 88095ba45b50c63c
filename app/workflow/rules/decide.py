"""The one door of the rules: a command on a run becomes events, or is refused with a DomainError."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.errors import Conflict
from app.core.texts import _l
from app.workflow.rules import commands as c
from app.workflow.rules import completing, deadlines, going_back, handing, multiplying, remarks, versions
from app.workflow.rules.definition import Definition
from app.workflow.rules.events import Event
from app.workflow.rules.facts import Facts
from app.workflow.rules.flow import Flow
from app.workflow.rules.state import RunState


@dataclass(frozen=True, slots=True)
class Decided:
    """The events of a decision and the state after them."""

    events: list[Event]
    state: RunState


def decide(definition: Definition, state: RunState | None, command: c.Command, facts: Facts) -> list[Event]:
    """The events that the command makes, perhaps none; see `decided`."""
    return _flow(definition, state, command, facts).events


def decided(definition: Definition, state: RunState | None, command: c.Command, facts: Facts) -> Decided:
    """The events and the new state. `state` is None for Start alone.

    Refuses with Missing (what is missing to move on), Invalid (a bad value, by field), Conflict (stale, taken, paused, ended),
    Forbidden (not theirs to do) or NotFound (no such turn or round); then nothing has happened.
    """
    flow = _flow(definition, state, command, facts)
    return Decided(flow.events, flow.state)


def _flow(definition: Definition, state: RunState | None, command: c.Command, facts: Facts) -> Flow:
    if (state is None) != isinstance(command, c.Start):
        raise Conflict(_l("This has already been started.") if state else _l("This has not been started."))
    if state is not None:
        if not state.is_open and not isinstance(command, c.Erase):
            raise Conflict(_l("This has ended; nothing can be changed any more."))
        if state.paused and isinstance(command, _STOPPED):
            raise Conflict(_l("This is paused. Resume it first."))
    flow = Flow(definition, state, facts)
    _DECISIONS[type(command)](flow, command)
    return flow


_STOPPED = (c.Complete, c.Return, c.Extend, c.Nudge, c.AddMember, c.RemoveMember, c.CloseEarly)
"""What a paused run does not take."""

_DECISIONS: dict[type, Callable[[Flow, Any], None]] = {
    c.Start: completing.decide_start,
    c.Complete: completing.decide_complete,
    c.Close: completing.decide_close,
    c.Return: going_back.decide_return,
    c.SubjectChanged: going_back.decide_subject_changed,
    c.Outdate: going_back.decide_outdate,
    c.Claim: handing.decide_claim,
    c.GiveBack: handing.decide_give_back,
    c.Reassign: handing.decide_reassign,
    c.LeaveTeam: handing.decide_leave_team,
    c.LanesChanged: handing.decide_lanes_changed,
    c.AddMember: multiplying.decide_add,
    c.RemoveMember: multiplying.decide_remove,
    c.CloseEarly: multiplying.decide_close_early,
    c.Pause: deadlines.decide_pause,
    c.Resume: deadlines.decide_resume,
    c.Extend: deadlines.decide_extend,
    c.AskForTime: deadlines.decide_ask_for_time,
    c.ReportBlocked: deadlines.decide_blocked,
    c.RecomputeDue: deadlines.decide_recompute,
    c.FireRung: deadlines.decide_fire,
    c.Comment: remarks.decide_comment,
    c.Nudge: remarks.decide_nudge,
    c.ChangeOwner: remarks.decide_change_owner,
    c.Erase: remarks.decide_erase,
    c.AddEvidence: remarks.decide_add_evidence,
    c.RemoveEvidence: remarks.decide_remove_evidence,
    c.ChildStarted: remarks.decide_child_started,
    c.ChildEnded: remarks.decide_child_ended,
    c.MoveVersion: versions.decide_move,
}
