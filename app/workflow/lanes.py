"""The lanes that need no other room: team roles, heads of units, granted roles, and the people of the run itself."""

from collections.abc import Iterable

from app.people import queries as people
from app.workflow.registry import Arguments, SubjectRef, lane_resolver, set_resolver


@lane_resolver("team_role")
def team_role(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who holds `role` in the run's team, longest first."""
    return people.team_role_holders(subject.team_id, str(args.get("role", ""))) if subject.team_id else ()


@lane_resolver("unit_head")
def unit_head(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Supervisors over the run's unit, nearest first."""
    return people.heads_of_unit(subject.unit_id) if subject.unit_id else ()


@lane_resolver("unit_role")
def unit_role(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Who holds the granted `role` for the run's unit or one above it, nearest first."""
    return people.role_holders(str(args.get("role", "")), subject.unit_id) if subject.unit_id else ()


@lane_resolver("owner")
def owner(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Whose run it is: the accountable person, or the assigned one of a batch."""
    return people.active_ids({subject.owner_id}) if subject.owner_id else ()


@lane_resolver("person")
def person(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """One person by id, for processes made for one institution."""
    number = args.get("id")
    return people.active_ids({number}) if isinstance(number, int) else ()


@set_resolver("team_members")
def team_members(subject: SubjectRef, args: Arguments) -> Iterable[int]:
    """Everybody in the run's team, or those who hold `role`."""
    if not subject.team_id:
        return ()
    role = args.get("role")
    found = (member for member in people.team_members(subject.team_id) if role in (None, member.role))
    return people.active_ids({member.person_id for member in found})
