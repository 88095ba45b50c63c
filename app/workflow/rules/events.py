"""What has happened in a run. Events hold ids, keys and moments only; what people typed travels in `values`, beside them.

`data` by kind ("swept" stands for turns, rounds, forks, reopened: see `Swept`; moments are ISO 8601 text):

started         definition, process, subject_kind, subject_id, unit, team, owner
stage_entered   stage
step_opened     round, step, stage, after, fork, branch, repeats, need, turns: [turn, lane, assignee, candidates, member,
                due_at, provisional, rungs]
claimed         turn, person
given_back      turn, person, why ("self", "left"), candidates
reassigned      turn, person, to, why ("person", "rung": by the ladder)                 values: reason
lane_changed    turn, candidates
completed       turn, round, step, outcome, person, fields, checklist, changed          values: fields, reason, bound
step_done       round, step, outcome, turns (those of the round that need not answer any more)
forked          fork, round, branches, outer, outer_branch
branch_arrived  fork, branch, round
joined          fork
returned        turn, round, step, to_round, to, swept                                  values: reason
voided          round, step, attributes, swept
ended           end, result, reason_key, round (None: closed from outside), turns       values: reason
subject_changed attributes, turns (whose forms show one of them)
member_added    round, turn {...as in step_opened}
member_removed  round, turn, person, why ("person", "left")                             values: reason
closed_early    round, turns                                                            values: reason
paused                                                                                  values: reason
resumed         dues: {turn: [due_at, provisional, rungs]}
due_changed     turn, due_at, provisional, rungs, why ("extended", "recomputed")        values: reason
time_asked      turn, until                                                             values: reason
blocked         turn                                                                    values: reason
commented       turn                                                                    values: text
nudged          turn, people (who were reminded)                                        values: reason
rung_fired      turn, rung (0, 1, ...), lane, people, held? (true: it hands over what nobody has, and somebody had it)
owner_changed   person (until now), to
erased          erasure, ground, values: [[number of the event, "kind:key"], ...] (texts that the law had erased)
evidence_added  turn, evidence_kind, evidence, content? (digest of a file)      evidence_removed  turn, evidence_kind, evidence
child_wanted    turn, child (1, 2, ...), process, subject (None: the run's own)
child_started   turn, child, run                   child_cancel_wanted  turn, child, run (None: not started yet)
child_ended     turn, child, run, result
version_moved   definition, steps: {old: new} (every step that has a round), stages: {new step: its stage},
                turns: [turn, lane, assignee, candidates, due_at, provisional, rungs] (those that wait)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

STARTED = "started"
STAGE_ENTERED = "stage_entered"
STEP_OPENED = "step_opened"
CLAIMED = "claimed"
GIVEN_BACK = "given_back"
REASSIGNED = "reassigned"
LANE_CHANGED = "lane_changed"
COMPLETED = "completed"
STEP_DONE = "step_done"
FORKED = "forked"
BRANCH_ARRIVED = "branch_arrived"
JOINED = "joined"
RETURNED = "returned"
VOIDED = "voided"
ENDED = "ended"
SUBJECT_CHANGED = "subject_changed"
MEMBER_ADDED = "member_added"
MEMBER_REMOVED = "member_removed"
CLOSED_EARLY = "closed_early"
PAUSED = "paused"
RESUMED = "resumed"
DUE_CHANGED = "due_changed"
TIME_ASKED = "time_asked"
BLOCKED = "blocked"
COMMENTED = "commented"
NUDGED = "nudged"
RUNG_FIRED = "rung_fired"
OWNER_CHANGED = "owner_changed"
ERASED = "erased"
EVIDENCE_ADDED = "evidence_added"
EVIDENCE_REMOVED = "evidence_removed"
CHILD_WANTED = "child_wanted"
CHILD_STARTED = "child_started"
CHILD_ENDED = "child_ended"
CHILD_CANCEL_WANTED = "child_cancel_wanted"
VERSION_MOVED = "version_moved"

KINDS: frozenset[str] = frozenset(
    value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)
)


class Swept(TypedDict):
    """What going back takes with it: waiting turns cancelled, rounds voided, forks cancelled, branches opened again."""

    turns: list[int]
    rounds: list[int]
    forks: list[int]
    reopened: list[list[int]]


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of a run: what, by whom (0 is the system), on whose behalf, when.

    `values` is what people typed and never part of the event's data: the operation writes it to value rows.
    """

    kind: str
    actor: int
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    behalf: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_data(self) -> dict[str, Any]:
        """The JSON form that is stored and chained."""
        return {
            "kind": self.kind,
            "actor": self.actor,
            "behalf": self.behalf,
            "at": self.at.isoformat(),
            "data": dict(self.data),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Event":
        """The event of its stored form."""
        at = datetime.fromisoformat(data["at"])
        return cls(data["kind"], data["actor"], at, data["data"], data["behalf"])


def turns_of(event: Event) -> Iterable[int]:
    """Numbers of the turns that an event touches (closes, opens, hands over): those whose rows change."""
    data = event.data
    if event.kind == STEP_OPENED:
        return [turn["turn"] for turn in data["turns"]]
    if event.kind == MEMBER_ADDED:
        return [data["turn"]["turn"]]
    if event.kind == RESUMED:
        return [int(number) for number in data["dues"]]
    touched = list(data.get("turns", ()))
    if "turn" in data:
        touched.append(data["turn"])
    return touched
