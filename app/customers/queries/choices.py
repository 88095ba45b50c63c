"""What select boxes of this room offer: holders, teams, units, industries within the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.actor import Actor, Scope
from app.core.texts import text
from app.people import queries as people

MOST_HOLDERS = 300


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may hold customers; ``note`` says as what or where."""

    id: int
    name: str
    note: str = ""


def holders(actor: Actor, permission: str) -> list[Holder]:
    """Who may be given customers: the relationship managers and leaders of the actor's teams, or of their units."""
    granted = actor.scope(permission)
    if granted is None:
        return []
    if granted.level >= Scope.UNIT:
        found = {
            person.id: Holder(person.id, person.name, person.username)
            for person in people.people_page(
                actor, limit=MOST_HOLDERS, roles=("leader", "relationship"),
                unit_ids=None if granted.level is Scope.ALL else sorted(granted.unit_ids),
            ).items
        }  # fmt: skip
        if found or granted.level is Scope.ALL:
            return list(found.values())
    members = people.members_of(granted.team_ids)
    return list({m.person_id: Holder(m.person_id, m.name) for team in members.values() for m in team}.values())


def teams(actor: Actor) -> list[tuple[int, str]]:
    """The actor's own teams, when there is anything to choose."""
    return [(team.id, team.name) for team, _roles in people.teams_of(actor.behalf or actor.id)]


def units(actor: Actor, permission: str) -> list[tuple[int, str]]:
    """The units an actor answers for; empty for those who only work in a team."""
    granted = actor.scope(permission)
    if granted is None or granted.level < Scope.UNIT:
        return []
    return people.unit_choices(actor, permission)


def industries(current: str | None = None) -> Sequence[tuple[str, str]]:
    """The industries in use, and the present one although retired."""
    return [
        (key, text(word.title)) for key, word in people.words("industry").items() if not word.retired or key == current
    ]
