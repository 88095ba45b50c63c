"""Who I am, and whom I may see: GET /me, /people, /teams."""

from typing import Any

from app.api.doors import door
from app.api.rules.shapes import Id, Many, Text, Thing, page_of
from app.api.v1.common import Key, MaybeKey, PersonRef, Title, UnitRef, cursor, listing, page, size
from app.people import permissions, queries
from app.web.current import actor

Member = Thing(name="Member", keys={"id": Id, "name": Title, "role": Key})
OwnTeam = Thing(name="OwnTeam", keys={"id": Id, "name": Title, "roles": Many(of=Key)})
Me = Thing(
    name="Me",
    keys={
        "id": Id,
        "name": Title,
        "username": Title,
        "person": PersonRef,
        "locale": Key,
        "roles": Many(of=Key),
        "units": Many(of=UnitRef, about="Where I work"),
        "teams": Many(of=OwnTeam),
        "permissions": Many(of=Text(most=80), most=2000),
        "stands_in_for": Many(of=PersonRef, about="Absent persons for whom I act today"),
    },
)
Person = Thing(
    name="Person",
    keys={
        "id": Id,
        "name": Title,
        "username": Title,
        "staff_number": Text(most=32, null=True),
        "unit": Thing(name="UnitRef", keys=UnitRef.keys, null=True),
        "post": Text(most=500, null=True),
        "grade": Text(most=500, null=True),
        "state": Key,
    },
)
Team = Thing(
    name="Team",
    keys={
        "id": Id,
        "name": Title,
        "unit": UnitRef,
        "industry": MaybeKey,
        "purpose": Text(most=2000),
        "members": Many(of=Member, most=10_000),
    },
)


@door("GET", "/me", summary="The person whose token this is", answer=Me)
def me() -> dict[str, Any]:
    """Person, roles, units, teams and permissions of this moment."""
    person = actor()
    units = queries.unit_names([person.home_unit_id] if person.home_unit_id else [])
    others = queries.names(person.stands_in_for)
    return {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "person": {"id": person.id, "name": person.name},
        "locale": person.locale or "zh",
        "roles": sorted(person.roles),
        "units": [{"id": i, "name": name} for i, name in sorted(units.items())],
        "teams": [{"id": team.id, "name": team.name, "roles": roles} for team, roles in queries.teams_of(person.id)],
        "permissions": sorted(person.grants),
        "stands_in_for": [{"id": i, "name": name} for i, name in sorted(others.items())],
    }


@door(
    "GET", "/people", summary="Persons in scope", permission=permissions.PERSON_VIEW, answer=page_of(Person, "People"),
    query=listing(q=Text(most=80, about="Name, pinyin or its initials, user name, staff number")),
)  # fmt: skip
def people(query: dict[str, Any]) -> dict[str, Any]:
    """Active persons within scope, by name."""
    found = queries.people_page(actor(), query.get("q") or "", cursor(query), size(query))
    units = queries.unit_names({line.unit_id for line in found.items if line.unit_id})

    def write(line: Any) -> dict[str, Any]:
        return {
            "id": line.id,
            "name": line.name,
            "username": line.username,
            "staff_number": line.staff_number,
            "unit": {"id": line.unit_id, "name": units.get(line.unit_id, "")} if line.unit_id else None,
            "post": line.post,
            "grade": line.grade,
            "state": line.state,
        }

    return page(found, write)


@door(
    "GET", "/teams", summary="Customer teams in scope", permission=permissions.TEAM_VIEW, answer=page_of(Team, "Teams"),
    query=listing(q=Text(most=80)),
)  # fmt: skip
def teams(query: dict[str, Any]) -> dict[str, Any]:
    """Teams within scope, with who holds which of the four roles today."""
    found = queries.teams_page(actor(), cursor(query), size(query), q=query.get("q") or "")
    members = queries.members_of([team.id for team in found.items])
    units = queries.unit_names({team.unit_id for team in found.items})

    def write(team: Any) -> dict[str, Any]:
        return {
            "id": team.id,
            "name": team.name,
            "unit": {"id": team.unit_id, "name": units.get(team.unit_id, "")},
            "industry": team.industry or None,
            "purpose": team.purpose,
            "members": [{"id": m.person_id, "name": m.name, "role": m.role} for m in members.get(team.id, [])],
        }

    return page(found, write)
