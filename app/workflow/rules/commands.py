"""What somebody wants of a run. `turn` and `round` are the run's own numbers; `version` is the turn's as it was shown.

Who acts, for whom and when stands in `Facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.workflow.rules.definition import Definition


@dataclass(frozen=True, slots=True)
class Start:
    """Open a run (state None). `digest` names the definition's version."""

    digest: str
    subject_kind: str
    subject_id: int
    unit: int | None = None
    team: int | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """Leave a step by one of its outcomes. `fields` is what was typed, raw; `checklist` the keys that are ticked."""

    turn: int
    outcome: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Go back to an earlier step; needs a reason, nothing else."""

    turn: int
    to: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    turn: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    turn: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Reassign:
    turn: int
    to: int
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """End the run from wherever it stands; a reason in words or by its key in the end's tree."""

    end: str
    reason_key: str | None = None
    reason: str = ""
    version: int | None = None
    """The run's version as it was shown, or None."""


@dataclass(frozen=True, slots=True)
class AddMember:
    """One more person for an open multiplied step."""

    round: int
    person: int


@dataclass(frozen=True, slots=True)
class RemoveMember:
    round: int
    person: int
    reason: str


@dataclass(frozen=True, slots=True)
class CloseEarly:
    """Take a multiplied step's answers as they are and wait for no more."""

    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class SubjectChanged:
    """Attributes of the subject were changed from outside of the run."""

    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outdate:
    """What the waiting turns are about has changed beside their fields: an answer to an older sight of it is refused."""

    what: str


@dataclass(frozen=True, slots=True)
class Pause:
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class Extend:
    """Give a turn more time."""

    turn: int
    until: datetime
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AskForTime:
    turn: int
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReportBlocked:
    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class Comment:
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Nudge:
    """Remind whom a turn waits for; once a day each turn."""

    turn: int
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeOwner:
    """Another person is accountable for the run from now on."""

    to: int


@dataclass(frozen=True, slots=True)
class Erase:
    """Texts of the run are erased because the law asks for it; each is the number of its event and its name there."""

    erasure: int
    ground: str
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RecomputeDue:
    """The calendar was loaded or edited: take the due moments of `Facts.turn_dues` where they differ."""


@dataclass(frozen=True, slots=True)
class FireRung:
    """The sweeper's: fire the rungs of a turn that are due. No event when there is nothing to fire."""

    turn: int


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """`evidence` is the id of the evidence row; `form` is "file" or "text"; `content` the digest of a file's content."""

    turn: int
    kind: str
    form: str
    evidence: int
    content: str = ""


@dataclass(frozen=True, slots=True)
class RemoveEvidence:
    turn: int
    kind: str
    evidence: int


@dataclass(frozen=True, slots=True)
class ChildStarted:
    """`child` is the number of the wanted child within its turn."""

    turn: int
    child: int
    run: int


@dataclass(frozen=True, slots=True)
class ChildEnded:
    turn: int
    run: int
    result: str


@dataclass(frozen=True, slots=True)
class LeaveTeam:
    """These people have lost a lane: what they held goes back. `Facts.lanes` and `sets` are without them."""

    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LanesChanged:
    """Lanes resolve to other people now: the candidates of unclaimed turns follow `Facts.lanes`."""


@dataclass(frozen=True, slots=True)
class MoveVersion:
    """Move an open run to another version. `steps` maps the old keys of steps that have a round; the rest keep theirs."""

    definition: Definition
    digest: str
    steps: Mapping[str, str] = field(default_factory=dict)


Command = (
    Start | Complete | Return | Claim | GiveBack | Reassign | Close | AddMember | RemoveMember | CloseEarly
    | SubjectChanged | Outdate | Pause | Resume | Extend | AskForTime | ReportBlocked | Comment | Nudge | ChangeOwner | Erase | RecomputeDue | FireRung
    | AddEvidence | RemoveEvidence | ChildStarted | ChildEnded | LeaveTeam | LanesChanged | MoveVersion
)  # fmt: skip
