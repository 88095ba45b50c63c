"""Rights of the workflow core, and the one answer to "does this actor reach this run".

Acting on a turn is not a matter of these rights alone: one must be its assignee, a candidate of its lane, or stand in
for one of them; the rules decide that under the run's lock.
"""

from typing import Any

from app.core.actor import Actor, Scope
from app.core.permissions import permission
from app.core.texts import _l

_TEAM = {"leader": Scope.TEAM, "relationship": Scope.TEAM, "business": Scope.TEAM, "support": Scope.TEAM}

TURN_VIEW = permission(
    "workflow:turn:view",
    title=_l("See the steps that wait"),
    roles={"staff": Scope.SELF, **_TEAM, "supervisor": Scope.UNIT},
)
TURN_ACT = permission("workflow:turn:act", title=_l("Act on one's own steps"), roles={"staff": Scope.SELF})
TURN_REASSIGN = permission(
    "workflow:turn:reassign",
    title=_l("Give steps to another person, extend them, return them"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
RUN_VIEW = permission(
    "workflow:run:view",
    title=_l("See tracked workflows"),
    roles={"staff": Scope.SELF, **_TEAM, "supervisor": Scope.UNIT},
)
RUN_PERSONAL = permission(
    "workflow:run:personal",
    title=_l("See what is one person's own matter in a team: their work items with result and remarks"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
RUN_CLOSE = permission(
    "workflow:run:close",
    title=_l("Close, pause and resume tracked workflows"),
    roles={"staff": Scope.SELF, "leader": Scope.TEAM, "supervisor": Scope.UNIT},
)
BATCH_START = permission(
    "workflow:batch:start",
    title=_l("Assign to many people at once"),
    roles={"leader": Scope.TEAM, "supervisor": Scope.UNIT, "hr": Scope.SELF},
)
VALUE_ERASE = permission(
    "workflow:value:erase",
    title=_l("Erase typed texts that the law requires to be erased"),
    roles={"secadmin": Scope.ALL},
)
ERASURE_CONFIRM = permission(
    "workflow:erasure:confirm",
    title=_l("Confirm that typed texts are erased, which somebody else has asked for"),
    roles={"secadmin": Scope.ALL, "sysadmin": Scope.ALL},
)
PROCESS_VIEW = permission(
    "workflow:process:view",
    title=_l("See the processes and their versions"),
    roles={
        "sysadmin": Scope.ALL,
        "secadmin": Scope.ALL,
        "auditor": Scope.ALL,
        "hr": Scope.ALL,
        "supervisor": Scope.ALL,
    },
)
PROCESS_EDIT = permission(
    "workflow:process:edit",
    title=_l("Write the next version of a process"),
    roles={"sysadmin": Scope.ALL, "hr": Scope.ALL},
)
PROCESS_PUBLISH = permission(
    "workflow:process:publish",
    title=_l("Publish a version that somebody else wrote"),
    roles={"sysadmin": Scope.ALL, "hr": Scope.ALL, "secadmin": Scope.ALL},
)
RUN_MOVE = permission(
    "workflow:run:move",
    title=_l("Move open workflows to another version"),
    roles={"sysadmin": Scope.ALL, "hr": Scope.ALL},
)


def is_personal(run: Any) -> bool:
    """Whether the run is one person's own among many that were made alike (a batch), not a matter of their team."""
    return getattr(run, "batch_id", None) is not None


def reaches(actor: Actor, name: str, run: Any) -> bool:
    """Whether permission `name` reaches the run (anything with owner_id, team_id, unit_id) for the actor.

    The same answer as `app.workflow.queries.visibility` gives in SQL over the same columns; a test holds the two together.
    """
    granted = actor.scope(name)
    if granted is None:
        return False
    if granted.level is Scope.ALL or run.owner_id in actor.selves:
        return True
    if granted.level >= Scope.TEAM and run.team_id is not None and run.team_id in granted.team_ids:
        led = actor.scope(RUN_PERSONAL)
        if not is_personal(run) or (led is not None and run.team_id in led.team_ids):
            return True
    return granted.level >= Scope.UNIT and run.unit_id is not None and run.unit_id in granted.unit_ids
