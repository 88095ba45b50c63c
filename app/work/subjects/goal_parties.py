"""Who takes part in a goal: its owner, the manager above, and which of them agrees and which decides (D37)."""

from collections.abc import Iterable

from app.core.database import session
from app.people import queries as people
from app.work.models.goals import Goal
from app.workflow.registry import Arguments, SubjectRef, lane_resolver


def owners_of(goal: Goal) -> list[int]:
    """Who answers for the goal: the person, the team's leaders, or the head nearest to the unit."""
    if goal.level == "person":
        return sorted(people.active_ids({goal.person_id or 0}))
    if goal.level == "team" and goal.team_id:
        leaders = people.team_role_holders(goal.team_id, "leader")
        if leaders:
            return leaders[:1]
    return people.heads_of_unit(goal.unit_id)[:1]


def managers_of(goal: Goal) -> list[int]:
    """Who stands above the owner, the nearest first: the team's leader, then the heads of the unit and those above."""
    own = set(owners_of(goal))
    if goal.level == "person" and goal.team_id:
        leaders = [person for person in people.team_role_holders(goal.team_id, "leader") if person not in own]
        if leaders:
            return leaders[:1]
    return [person for person in people.heads_of_unit(goal.unit_id) if person not in own][:1]


def _goal(subject: SubjectRef) -> Goal | None:
    return session.get(Goal, subject.id)


@lane_resolver("goal_owner")
def goal_owner(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who answers for the goal."""
    goal = _goal(subject)
    return owners_of(goal) if goal else ()


@lane_resolver("goal_manager")
def goal_manager(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who stands above the owner."""
    goal = _goal(subject)
    return managers_of(goal) if goal else ()


@lane_resolver("goal_agreeing")
def goal_agreeing(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who agrees to what was set: the owner, or the manager when the owner set it."""
    goal = _goal(subject)
    if goal is None:
        return ()
    return managers_of(goal) if goal.created_by in owners_of(goal) else owners_of(goal)


@lane_resolver("goal_deciding")
def goal_deciding(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who decides on another figure that was proposed: whoever set the goal, while they are there."""
    goal = _goal(subject)
    if goal is None:
        return ()
    setter = people.active_ids({goal.created_by}) if goal.created_by else ()
    return sorted(setter) or managers_of(goal)
