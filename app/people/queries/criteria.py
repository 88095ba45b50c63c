"""The criteria of people themselves: post, grade, unit, day of entry, team, team role, granted role (D7, D8, D34)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import String, cast, literal, or_, select, union_all

from app.core import clock
from app.core.actor import Actor
from app.core.database import session
from app.core.dated import in_force
from app.core.permissions import GRANTED_ROLES, TEAM_ROLES
from app.core.scopes import visible
from app.core.texts import _, _l, ngettext, text
from app.people.audiences import Others, Persons, criterion
from app.people.models import Grant, Membership, Person, Placement, Posting, Team, Unit
from app.people.permissions import PERSON_VIEW, TEAM_VIEW
from app.people.queries.institution import words
from app.people.queries.teams import team_names, teams_page
from app.people.queries.units import unit_choices, unit_names
from app.people.rules.audiences import entry_days
from app.people.rules.roles import ROLE_TITLES

MOST_TEAMS = 200


def register() -> None:
    """Contribute the criteria of this room."""
    criterion("unit", title=_l("Unit"), order=10, choices=_units, select=_in_units, titles=_unit_titles,
              fits=_is_id, hint=_l("With all units below it."), nameable=_units_within)  # fmt: skip
    for order, column in ((20, Posting.post), (30, Posting.grade)):
        kind = column.key
        criterion(
            kind,
            title=_l("Post") if kind == "post" else _l("Grade"),
            order=order,
            choices=lambda actor, kind=kind: _words(kind),  # type: ignore[misc]  # binds the loop's value
            select=lambda values, others, column=column: _posted(column, values),  # type: ignore[misc]
            titles=lambda values, kind=kind: _titles(kind),  # type: ignore[misc]
        )
    criterion("hired", title=_l("Came on"), sort="date", order=40, select=_hired, titles=_hired_titles,
              fits=_is_entry)  # fmt: skip
    criterion(
        "team",
        title=_l("Team"),
        order=50,
        choices=_teams,
        select=_in_teams,
        titles=_team_titles,
        fits=_is_id,
        nameable=_teams_within,
    )
    criterion("team_role", title=_l("Role in a team"), order=60, choices=lambda actor: _roles(TEAM_ROLES),
              select=_with_team_role, titles=lambda values: ROLE_TITLES, fits=TEAM_ROLES.__contains__)  # fmt: skip
    criterion("role", title=_l("Granted role"), order=70, choices=lambda actor: _roles(GRANTED_ROLES),
              select=_with_grant, titles=lambda values: ROLE_TITLES, fits=GRANTED_ROLES.__contains__)  # fmt: skip


def _words(kind: str) -> list[tuple[str, str]]:
    return [(word.key, text(word.title)) for word in words(kind).values() if not word.retired]


def _titles(kind: str) -> dict[str, str]:
    return {key: text(word.title) for key, word in words(kind).items()}


def _posted(column: Any, values: Sequence[str]) -> Persons:
    return select(Posting.person_id, column).where(in_force(Posting), column.in_(values))


def _units(actor: Actor) -> list[tuple[str, str]]:
    return [(str(unit_id), name) for unit_id, name in unit_choices(actor, PERSON_VIEW)]


def _units_within(actor: Actor, values: Sequence[str]) -> Collection[str]:
    """One's own unit is known to oneself."""
    ids = [int(value) for value in values]
    mine = or_(visible(actor, PERSON_VIEW, unit=Unit.id), Unit.id == (actor.home_unit_id or 0))
    return _spelt(values, session.scalars(select(Unit.id).where(Unit.id.in_(ids), mine)).all())


def _spelt(values: Sequence[str], ids: Collection[int]) -> list[str]:
    return [value for value in values if int(value) in ids]


def _in_units(values: Sequence[str], others: Others) -> Persons:
    top = select(Unit.id.label("top"), Unit.id.label("unit_id")).where(Unit.id.in_([int(value) for value in values]))
    tree = top.cte("tree", recursive=True)
    tree = tree.union(
        select(tree.c.top, Placement.unit_id).where(Placement.parent_id == tree.c.unit_id, in_force(Placement))
    )
    return (
        select(Posting.person_id, cast(tree.c.top, String))
        .join(tree, tree.c.unit_id == Posting.unit_id)
        .where(in_force(Posting))
    )


def _unit_titles(values: Sequence[str]) -> dict[str, str]:
    return {str(unit_id): name for unit_id, name in unit_names([int(value) for value in values]).items()}


def _hired(values: Sequence[str], others: Others) -> Persons:
    today = clock.today()
    alternatives = []
    for value in values:
        first, end = entry_days(value, today)
        stmt = select(Person.id.label("person_id"), literal(value).label("value")).where(Person.hired_on.is_not(None))
        stmt = stmt.where(Person.hired_on >= first) if first else stmt.where(Person.hired_on < end)
        alternatives.append(stmt)
    either = union_all(*alternatives).subquery()
    return select(either.c.person_id, either.c.value)


def _hired_titles(values: Sequence[str]) -> dict[str, str]:
    found = {}
    for value in values:
        how, _sep, what = value.partition(":")
        if how == "after":
            found[value] = _("on %(day)s or later", day=what)
        elif how == "before":
            found[value] = _("before %(day)s", day=what)
        elif how == "newer":
            found[value] = ngettext("at most %(num)s month ago", "at most %(num)s months ago", int(what))
        else:
            found[value] = ngettext("at least %(num)s month ago", "at least %(num)s months ago", int(what))
    return found


def _teams(actor: Actor) -> list[tuple[str, str]]:
    return [(str(team.id), team.name) for team in teams_page(actor, limit=MOST_TEAMS, permission=TEAM_VIEW).items]


def _teams_within(actor: Actor, values: Sequence[str]) -> Collection[str]:
    """One's own teams are known to oneself."""
    ids = [int(value) for value in values]
    mine = or_(visible(actor, TEAM_VIEW, team=Team.id, unit=Team.unit_id), Team.id.in_(sorted(actor.team_ids)))
    return _spelt(values, session.scalars(select(Team.id).where(Team.id.in_(ids), mine)).all())


def _in_teams(values: Sequence[str], others: Others) -> Persons:
    return (
        select(Membership.person_id, cast(Membership.team_id, String))
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.team_id.in_([int(value) for value in values]), in_force(Membership), Team.closed_on.is_(None))
    )


def _team_titles(values: Sequence[str]) -> Mapping[str, str]:
    return {str(team_id): name for team_id, name in team_names([int(value) for value in values]).items()}


def _with_team_role(values: Sequence[str], others: Others) -> Persons:
    """Who holds the role in a team; in one of the chosen teams where the rule names teams too."""
    teams = [int(value) for value in others.get("team", ())]
    stmt = (
        select(Membership.person_id, Membership.role)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.role.in_(values), in_force(Membership), Team.closed_on.is_(None))
    )
    return stmt.where(Membership.team_id.in_(teams)) if teams else stmt


def _with_grant(values: Sequence[str], others: Others) -> Persons:
    return select(Grant.person_id, Grant.role).where(Grant.role.in_(values), in_force(Grant))


def _roles(keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, str(ROLE_TITLES[key])) for key in keys]


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < len(value) < 16


def _is_entry(value: str) -> bool:
    try:
        entry_days(value, clock.today())
    except ValueError:
        return False
    return True
